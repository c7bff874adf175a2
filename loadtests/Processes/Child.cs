using System.Diagnostics;
using System.Globalization;

namespace Coordination.LoadTests.Processes;

/// <summary>A process of this run. Disposing ends it, also when the run fails.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private Child(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Processor time it has used, on all cores together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <param name="program">File name of a program beside this one, such as <c>Coordination.Server.dll</c>.</param>
    /// <param name="serverCollector">With the garbage collector of a server, as the server has by default.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set.</param>
    public static Child Start(string program, bool serverCollector, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_gcServer"] = serverCollector ? "1" : "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Child(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>This program again, in a role.</summary>
    public static Child StartRole(bool serverCollector, string role, params object[] arguments) => Start(
        "Coordination.LoadTests.dll", serverCollector,
        ["role", role, .. arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!)]);

    /// <summary>The next line of its standard output.</summary>
    public async Task<string> ReadLineAsync(CancellationToken stop) =>
        await process.StandardOutput.ReadLineAsync(stop) ?? throw new InvalidOperationException($"The process ended without an answer. {await errors}");

    /// <summary>Reads and forgets what it prints, so that it never waits for a reader.</summary>
    public void IgnoreOutput() => _ = process.StandardOutput.ReadToEndAsync();

    /// <summary>Writes a line to its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for its end; returns the exit code, standard output and standard error.</summary>
    public async Task<(int Code, string Output, string Errors)> FinishAsync(CancellationToken stop)
    {
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Whether it ended, and if so what it said.</summary>
    public async Task ThrowIfEndedAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException($"The process ended with {process.ExitCode}. {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

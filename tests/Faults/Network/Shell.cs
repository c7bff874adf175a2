using System.Diagnostics;

namespace Coordination.Faults.Network;

/// <summary>Runs the system's own tools.</summary>
internal static class Shell
{
    /// <summary>Runs a command to its end and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await TryAsync(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    /// <summary>Runs a command to its end; a program that is not there ends with 127.</summary>
    public static async Task<(int Code, string Output)> TryAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output + await error);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, missing.Message);
        }
    }

    /// <summary>Sends a signal (<c>STOP</c>, <c>CONT</c>, <c>TERM</c>, <c>KILL</c>) to a process; false when it is gone.</summary>
    public static async Task<bool> SignalAsync(int process, string signal) =>
        (await TryAsync("kill", $"-{signal}", process.ToString(System.Globalization.CultureInfo.InvariantCulture))).Code == 0;
}

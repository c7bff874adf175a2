using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Coordination.Testing;

/// <summary>How a server under test is started.</summary>
public sealed record ServerProcessOptions
{
    /// <summary>Its data; a temporary folder that is removed afterwards when left out.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Folder of seed places, or <c>none</c>.</summary>
    public string Seeds { get; init; } = "none";

    /// <summary>Whether the built-in simulator runs.</summary>
    public bool Simulate { get; init; }

    /// <summary>Port of the embedded MQTT broker; 0 is off.</summary>
    public int MqttPort { get; init; }

    /// <summary>Where it listens; a free port of the loopback address when left out.</summary>
    public Uri? Address { get; init; }

    /// <summary>What its command line begins with, such as a program that runs it in another network; it must keep the process id.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>Further arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Further environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may take to become ready.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(90);
}

/// <summary>
/// The real server in a process of its own, on a free port of the loopback address, with its own data folder. It can be killed as
/// hard as the system allows and started again on the same data and address.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>The bootstrap key of every server under test: whoever sends it is the administrator.</summary>
    public const string Key = "a-key-that-only-the-servers-under-test-take";

    private const int KeptLogLines = 400;

    private readonly ServerProcessOptions options;
    private readonly TemporaryFolder? folder;
    private readonly Queue<string> log = new();
    private Process? process;

    private ServerProcess(ServerProcessOptions options)
    {
        this.options = options;
        folder = options.DataFolder is null ? new TemporaryFolder() : null;
        DataFolder = options.DataFolder ?? folder!.File("data");
        Address = options.Address ?? new Uri($"http://127.0.0.1:{FreePort()}/");
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>Where it listens; the same after a restart.</summary>
    public Uri Address { get; }

    /// <summary>Talks to it, as the administrator.</summary>
    public HttpClient Http { get; }

    public string DataFolder { get; }

    /// <summary>The event store's file.</summary>
    public string StorePath => Path.Combine(DataFolder, "coordination.db");

    /// <summary>Process id, of the last one started.</summary>
    public int Id => process?.Id ?? throw new InvalidOperationException("It was never started.");

    public bool IsRunning => process is { HasExited: false };

    /// <summary>Called with each line it writes, from any thread.</summary>
    public Action<string>? LineWritten { get; set; }

    /// <summary>Called with the exit code when it ended, for whatever reason, from any thread.</summary>
    public Action<int>? Ended { get; set; }

    /// <summary>The last lines it wrote to its standard output and error.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return string.Join(Environment.NewLine, log);
        }
    }

    /// <summary>A server that is not started yet.</summary>
    public static ServerProcess Create(ServerProcessOptions options) => new(options);

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended or did not become ready; the message has its last output.</exception>
    public static async Task<ServerProcess> StartAsync(ServerProcessOptions? options = null, CancellationToken cancellation = default)
    {
        var server = new ServerProcess(options ?? new ServerProcessOptions());
        try
        {
            await server.StartAgainAsync(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does; nothing is flushed or said goodbye to.</summary>
    public async Task KillAsync()
    {
        if (process is null)
            return;
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Stops it in its tracks, as <c>SIGSTOP</c> does: its connections stay open and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on after <see cref="FreezeAsync"/>.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Asks it to end, as <c>SIGTERM</c> does, and waits for that; kills it after half a minute.</summary>
    public async Task StopAsync()
    {
        if (process is not { HasExited: false })
            return;
        await SignalAsync("TERM");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    /// <summary>Kills it and starts it again on the same data and address.</summary>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        await KillAsync();
        await StartAgainAsync(cancellation);
    }

    /// <summary>Starts it after it ended, on the same data and address, and waits until it is ready.</summary>
    public async Task StartAgainAsync(CancellationToken cancellation = default)
    {
        Launch();
        await WaitUntilReadyAsync(cancellation);
    }

    /// <summary>Starts it for the first time or after it ended, and does not wait for it.</summary>
    public void Launch()
    {
        if (IsRunning)
            throw new InvalidOperationException("It is running.");
        process?.Dispose();
        string[] commandLine = [.. options.Launcher, "dotnet"];
        var start = new ProcessStartInfo(commandLine[0], commandLine[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder?.Path ?? Path.GetTempPath(),
        };
        foreach (var argument in (string[])
            [
                Repository.ServerPath, "--urls", Address.ToString(), "--data", DataFolder, "--seeds", options.Seeds,
                "--simulate", options.Simulate ? "true" : "false", "--mqtt-port", $"{options.MqttPort}", .. options.Arguments,
            ])
            start.ArgumentList.Add(argument);
        start.Environment["Coordination__Identity__BootstrapKey"] = Key;
        // A server under test lives for seconds: measuring its code in order to compile it better later is never paid back.
        start.Environment["DOTNET_TieredPGO"] = "0";
        // All tests at once are one subject at one address.
        start.Environment["Coordination__Limits__SubjectPerSecond"] = "0";
        start.Environment["Coordination__Limits__SignInPerMinute"] = "0";
        start.Environment["Coordination__Limits__TicketPerMinute"] = "0";
        foreach (var (name, value) in options.Environment)
            start.Environment[name] = value;
        var started = new Process { StartInfo = start, EnableRaisingEvents = true };
        started.OutputDataReceived += (_, line) => Note(line.Data);
        started.ErrorDataReceived += (_, line) => Note(line.Data);
        started.Exited += (_, _) => Ended?.Invoke(CodeOf(started));
        started.Start();
        process = started;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
    }

    /// <summary>Waits until <c>/health/ready</c> says yes.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellation = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.StartTimeout);
        try
        {
            while (true)
            {
                if (!IsRunning)
                    throw new InvalidOperationException($"The server ended with code {process?.ExitCode}:{Environment.NewLine}{Log}");
                try
                {
                    using var ready = await Http.GetAsync("health/ready", patience.Token);
                    if (ready.StatusCode == HttpStatusCode.OK)
                        return;
                }
                catch (HttpRequestException)
                {
                    // Not listening yet.
                }
                await Task.Delay(50, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The server was not ready after {options.StartTimeout.TotalSeconds:F0} s:{Environment.NewLine}{Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
        Http.Dispose();
        folder?.Dispose();
    }

    /// <summary>A port of the loopback address that nobody listens on.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static int CodeOf(Process ended)
    {
        try
        {
            return ended.ExitCode;
        }
        catch (InvalidOperationException)
        {
            return -1; // Disposed meanwhile.
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var sent = Process.Start("kill", [$"-{signal}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await sent.WaitForExitAsync();
    }

    private void Note(string? line)
    {
        if (line is null)
            return;
        LineWritten?.Invoke(line);
        lock (log)
        {
            log.Enqueue(line);
            if (log.Count > KeptLogLines)
                log.Dequeue();
        }
    }
}

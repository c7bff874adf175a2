using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coordination.Testing;

/// <summary>
/// A real Redis in a process of its own, on a free port of the loopback address, with its own folder: set up to keep events unless told
/// otherwise. It can be killed, paused, and started again on the same data and port. It ends with this object, and with this process
/// however that ends.
/// </summary>
public sealed class RedisProcess : IAsyncDisposable
{
    private const string Program = "redis-server";
    private const int Attempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("coordination-redis-");
    private readonly Dictionary<string, string> settings;
    private readonly StringBuilder log = new();
    private Process? process;
    private bool isPaused;

    private RedisProcess(IReadOnlyDictionary<string, string>? settings)
    {
        this.settings = new(StringComparer.Ordinal)
        {
            ["bind"] = "127.0.0.1",
            ["appendonly"] = "yes",
            ["appendfsync"] = "always",
            ["save"] = "",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            this.settings[name] = value;
        Port = FreePort();
    }

    /// <summary>Why there is none here; null when there is. For skipping a test.</summary>
    public static string? Missing { get; } = OperatingSystem.IsWindows()
        || !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, Program)))
            ? $"{Program} is not installed here (Debian: apt-get install redis-server)."
            : null;

    /// <summary>Where it listens; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>As the program takes it.</summary>
    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>Its data. Its append-only files are in <c>appendonlydir</c>.</summary>
    public string DataFolder => Path.Combine(folder.FullName, "data");

    public bool IsRunning => process is { HasExited: false };

    /// <summary>What it wrote.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Starts a Redis and waits until it answers.</summary>
    /// <param name="settings">Lines of redis.conf that differ from a good setup.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    public static async Task<RedisProcess> StartAsync(IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellation = default)
    {
        var redis = new RedisProcess(settings);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await redis.StartAgainAsync(cancellation);
                    return redis;
                }
                catch (InvalidOperationException) when (attempt < Attempts)
                {
                    redis.Port = FreePort(); // Somebody took it meanwhile.
                }
            }
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it after it ended, on the same data and port, and waits until it answers.</summary>
    public async Task StartAgainAsync(CancellationToken cancellation = default)
    {
        if (IsRunning)
            throw new InvalidOperationException("It is running.");
        process?.Dispose();
        Directory.CreateDirectory(DataFolder);
        // The shell leaves a child that waits for the end of this process: the pipe closes then, and Redis is killed.
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec 3<&0; (exec >/dev/null 2>&1; read line <&3 || kill -9 $$) & exec {Program} \"$@\" </dev/null 3<&-");
        start.ArgumentList.Add(Program);
        foreach (var (name, value) in settings.Append(new("port", Port.ToString(CultureInfo.InvariantCulture))).Append(new("dir", DataFolder)))
        {
            start.ArgumentList.Add("--" + name);
            foreach (var word in value.Length == 0 ? [""] : value.Split(' '))
                start.ArgumentList.Add(word);
        }

        process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start.");
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitUntilReadyAsync(cancellation);
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (process is not { HasExited: false })
            return;
        process.Kill(); // Also one that is paused.
        await EndAsync();
    }

    /// <summary>Asks it to end, as <c>SIGTERM</c> does, and waits for that.</summary>
    public async Task StopAsync()
    {
        if (process is not { HasExited: false })
            return;
        await SignalAsync("TERM");
        await EndAsync();
    }

    /// <summary>Freezes it: connections stay, and nothing answers.</summary>
    public async Task PauseAsync()
    {
        isPaused = true;
        await SignalAsync("STOP");
    }

    /// <summary>Lets it go on.</summary>
    public async Task ResumeAsync()
    {
        await SignalAsync("CONT");
        isPaused = false;
    }

    /// <summary>Kills it and starts it on the same port without its data.</summary>
    public async Task StartEmptyAsync(CancellationToken cancellation = default)
    {
        await KillAsync();
        Directory.Delete(DataFolder, recursive: true);
        await StartAgainAsync(cancellation);
    }

    /// <summary>Sends a command with <c>redis-cli</c> and returns what that prints.</summary>
    public async Task<string> CommandAsync(params string[] words)
    {
        using var client = Process.Start(new ProcessStartInfo("redis-cli", ["-p", Port.ToString(CultureInfo.InvariantCulture), .. words])
        {
            RedirectStandardOutput = true,
        })!;
        var printed = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return printed.TrimEnd('\n');
    }

    /// <summary>Copies the data as it is on the disk now: a backup.</summary>
    public void CopyData(string to) => Copy(DataFolder, to);

    /// <summary>Puts a copy in the place of the data; it must not run.</summary>
    public void RestoreData(string from)
    {
        if (IsRunning)
            throw new InvalidOperationException("It is running.");
        Directory.Delete(DataFolder, recursive: true);
        Copy(from, DataFolder);
    }

    public async ValueTask DisposeAsync()
    {
        if (isPaused && IsRunning)
            await ResumeAsync();
        await KillAsync();
        process?.Dispose();
        folder.Delete(recursive: true);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>A port of the loopback address that nobody listens on.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Sends the child that waits away, so that it kills nothing that has the same number later, and waits for the end.</summary>
    private async Task EndAsync()
    {
        try
        {
            await process!.StandardInput.WriteLineAsync("ended");
            await process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It is gone too.
        }

        await process!.WaitForExitAsync();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (!IsRunning)
                throw new InvalidOperationException($"{Program} ended with code {process?.ExitCode}:{Environment.NewLine}{Log}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, patience.Token);
                var stream = client.GetStream();
                await stream.WriteAsync("PING\r\n"u8.ToArray(), patience.Token);
                var answer = new byte[64];
                var count = await stream.ReadAsync(answer, patience.Token);
                var text = Encoding.ASCII.GetString(answer, 0, count);
                if (text.StartsWith("+PONG", StringComparison.Ordinal) || text.StartsWith("-NOAUTH", StringComparison.Ordinal))
                    return;
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                // Not listening yet.
            }

            await Task.Delay(20, patience.Token);
        }
    }

    private void Note(string? line)
    {
        if (line is null)
            return;
        lock (log)
            log.AppendLine(line);
    }
}

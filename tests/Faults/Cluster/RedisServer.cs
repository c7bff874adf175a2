using System.Diagnostics;
using System.Globalization;
using Coordination.Faults.Network;
using StackExchange.Redis;

namespace Coordination.Faults.Cluster;

/// <summary>A Redis that keeps what it confirms, on a computer of the lab. Started again by itself when it ends by itself.</summary>
internal sealed class RedisServer(Computer computer, string folder) : IAsyncDisposable
{
    public const int Port = 6379;

    private static readonly TimeSpan StartsAgainAfter = TimeSpan.FromMilliseconds(500);

    private Process? process;
    private bool wanted;

    public Computer Computer => computer;

    /// <summary>Folder of its append-only file.</summary>
    public string Folder => folder;

    public string Url => $"redis://{computer.Address}:{Port}";

    /// <summary>How often it ended by itself.</summary>
    public int Failures { get; private set; }

    /// <summary>Starts it and waits until it has loaded its data and answers.</summary>
    public async Task StartAsync(string? otherFolder = null)
    {
        wanted = true;
        Launch(otherFolder ?? folder);
        await WaitUntilReadyAsync();
    }

    private void Launch(string data)
    {
        Directory.CreateDirectory(data);
        string[] command =
        [
            .. computer.Launcher, "redis-server", "--bind", computer.Address.ToString(), "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--protected-mode", "no", "--dir", data, "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
        ];
        var started = new Process { StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true }, EnableRaisingEvents = true };
        started.OutputDataReceived += (_, _) => { };
        started.Exited += async (_, _) =>
        {
            if (!wanted || process != started)
                return;
            Failures++;
            await Task.Delay(StartsAgainAfter);
            if (wanted && process == started)
                Launch(data);
        };
        started.Start();
        started.BeginOutputReadLine();
        process = started;
    }

    public async Task WaitUntilReadyAsync()
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await ConnectAsync();
                if (await connection.GetDatabase().PingAsync() > TimeSpan.Zero)
                    return;
            }
            catch (RedisException) when (waiting.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>A connection of its own, for checkers.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync() => await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
    {
        EndPoints = { { computer.Address, Port } },
        ConnectTimeout = 500,
        ConnectRetry = 0,
        AsyncTimeout = 20_000,
        SyncTimeout = 20_000,
        AllowAdmin = true,
        Protocol = RedisProtocol.Resp2,
    });

    public async Task KillAsync()
    {
        wanted = false;
        if (process is not { HasExited: false } running)
            return;
        running.Kill();
        await running.WaitForExitAsync();
    }

    public Task FreezeAsync() => Shell.SignalAsync(process!.Id, "STOP");

    public Task ThawAsync() => Shell.SignalAsync(process!.Id, "CONT");

    public bool IsRunning => process is { HasExited: false };

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
    }
}

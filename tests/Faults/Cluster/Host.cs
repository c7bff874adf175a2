using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Coordination.Faults.Network;
using Coordination.Testing;

namespace Coordination.Faults.Cluster;

/// <summary>
/// One host of the cluster on a computer of its own. Like a service manager does, it is started again when it ends by itself; when a test
/// ends it, the test starts it again.
/// </summary>
internal sealed partial class Host : IAsyncDisposable
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private const int HttpPort = 5080;

    /// <summary>The same on every host that holds places; an edge has none.</summary>
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["Coordination__Privacy__HashKeys"] = $"h1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        ["Coordination__Privacy__MasterKeys"] = $"m1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
    };

    private static readonly TimeSpan StartsAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<int> exitCodes = new();
    private readonly ConcurrentQueue<string> alarms = new();
    private readonly string clock;
    private readonly string? logFile;
    private readonly Lock launching = new();
    private volatile bool wanted;
    private volatile bool frozen;

    public Host(Computer computer, string redis, string folder, params string[] arguments)
    {
        Computer = computer;
        HoldsPlaces = !arguments.Contains("edge");
        Directory.CreateDirectory(folder);
        clock = Path.Combine(folder, "clock");
        File.WriteAllText(clock, "+0");
        Process = ServerProcess.Create(new ServerProcessOptions
        {
            Address = new Uri($"http://{computer.Address}:{HttpPort}/"),
            DataFolder = Path.Combine(folder, "data"),
            Launcher = computer.Launcher,
            Arguments = ["--cluster", redis, "--advertise", computer.Address.ToString(), .. arguments],
            Environment = new Dictionary<string, string>(HoldsPlaces ? Keys : [])
            {
                // All load comes from one address here, and as fast as it is answered.
                ["Coordination__Limits__AddressPerSecond"] = "0",
                ["Coordination__Limits__PlacePerSecond"] = "0",
                ["LD_PRELOAD"] = HasClock ? FakeTime : "",
                ["FAKETIME_TIMESTAMP_FILE"] = clock,
                ["FAKETIME_CACHE_DURATION"] = "1",
                ["DONT_FAKE_MONOTONIC"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0", // With it, every wait of .NET with a limit ends at once.
                ["Coordination__MaxConnectionsPerAddress"] = "2000",
                ["DOTNET_gcServer"] = "0",
            },
        });
        if (Environment.GetEnvironmentVariable("FAULTS_LOGS") is { Length: > 0 } logs)
            logFile = Path.Combine(Directory.CreateDirectory(logs).FullName, $"{computer.Name}.log");
        Process.LineWritten = Note;
        Process.Ended = OnEnded;
    }

    public string Name => Computer.Name;

    public Computer Computer { get; }

    public ServerProcess Process { get; }

    public Uri Address => Process.Address;

    /// <summary>Exit codes of the times it ended by itself.</summary>
    public IReadOnlyCollection<int> ExitCodes => exitCodes;

    /// <summary>Lines it wrote that ask for a person.</summary>
    public IReadOnlyCollection<string> Alarms => alarms;

    /// <summary>Whether it is a member of the cluster, and not only an edge before it.</summary>
    public bool HoldsPlaces { get; }

    /// <summary>How many hosts it last said that the cluster has; 0 when it has said nothing since it was started.</summary>
    public int Members { get; private set; }

    /// <summary>Whether its clock can be moved.</summary>
    public static bool HasClock { get; } = File.Exists(FakeTime);

    public void Launch()
    {
        wanted = true;
        LaunchIfWanted();
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        Launch();
        await Process.WaitUntilReadyAsync(cancellation);
    }

    public Task KillAsync()
    {
        wanted = false;
        return Process.KillAsync();
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    public Task StopAsync()
    {
        wanted = false;
        return Process.StopAsync();
    }

    public Task FreezeAsync()
    {
        frozen = true;
        return Process.FreezeAsync();
    }

    public Task ThawAsync()
    {
        if (!frozen)
            return Task.CompletedTask;
        frozen = false;
        return Process.ThawAsync();
    }

    /// <summary>Its wall clock is this much ahead of ours from within a second on; negative is behind. Its monotonic clock goes on.</summary>
    public void SetClock(TimeSpan ahead)
    {
        var next = clock + ".next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0;+0}"));
        File.Move(next, clock, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        wanted = false;
        await Process.DisposeAsync();
    }

    private void OnEnded(int code)
    {
        Members = 0;
        if (!wanted)
            return;
        exitCodes.Enqueue(code);
        Note($"-- ended by itself with {code}");
        _ = Task.Run(async () =>
        {
            await Task.Delay(StartsAgainAfter);
            LaunchIfWanted();
        });
    }

    /// <summary>By the test or after it ended by itself: only one of them may.</summary>
    private void LaunchIfWanted()
    {
        lock (launching)
        {
            if (wanted && !Process.IsRunning)
                Process.Launch();
        }
    }

    private void Note(string line)
    {
        if (line.Contains("ALARM:", StringComparison.Ordinal))
            alarms.Enqueue(line);
        if (Membership().Match(line) is { Success: true } membership)
            Members = int.Parse(membership.Groups[1].Value, CultureInfo.InvariantCulture);
        if (logFile is null)
            return;
        lock (clock)
            File.AppendAllText(logFile, $"{TimeProvider.System.GetLocalNow():HH:mm:ss.fff} {line}{Environment.NewLine}");
    }

    public override string ToString() => Name;

    [GeneratedRegex(@"The cluster had \d+ hosts and has (\d+) now")]
    private static partial Regex Membership();
}

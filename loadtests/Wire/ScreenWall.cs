using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Coordination.LoadTests.Wire;

/// <summary>Many screens that watch the same topics of one server, and what they saw.</summary>
internal sealed class ScreenWall : IPushSink, IAsyncDisposable
{
    private const int ConnectAtOnce = 32;
    private const int Addresses = 8;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<Screen> screens = [];
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentDictionary<long, long> sentAt = new();
    private Task pinging = Task.CompletedTask;
    private long delivered;
    private Latencies? latencies;
    private byte[]? sample;

    /// <summary>Pushes that reached a screen.</summary>
    public long Delivered => Interlocked.Read(ref delivered);

    bool IPushSink.WantsPushes => Volatile.Read(ref latencies) is not null || sample is null;

    /// <summary>The first push that came.</summary>
    public byte[]? Sample => sample;

    public async Task ConnectAsync(int port, int count, string[] topics, CancellationToken stop)
    {
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce, CancellationToken = stop }, async (i, cancel) =>
            screens.Add(await Screen.ConnectAsync(port, new IPAddress([127, 0, 0, (byte)(2 + i % Addresses)]), topics, this, cancel)));
        if (pinging.IsCompleted)
            pinging = PingAsync();
    }

    /// <summary>Notes when a version was sent off.</summary>
    public void Sent(long version) => sentAt[version] = Stopwatch.GetTimestamp();

    /// <summary>Collects latencies from now on into a new collection.</summary>
    public Latencies Measure()
    {
        var fresh = new Latencies();
        Volatile.Write(ref latencies, fresh);
        return fresh;
    }

    /// <summary>Collects no more latencies.</summary>
    public void StopMeasuring() => Volatile.Write(ref latencies, null);

    /// <summary>Throws when a screen lost its connection: what it did not get would be missing from the figures.</summary>
    public void ThrowIfBroken()
    {
        foreach (var screen in screens)
        {
            if (screen.Ended is { } error)
                throw new IOException($"A screen lost its connection: {error.Message}", error);
        }
    }

    void IPushSink.Count(int pushes) => Interlocked.Add(ref delivered, pushes);

    void IPushSink.Push(ReadOnlySpan<byte> message)
    {
        var now = Stopwatch.GetTimestamp();
        sample ??= message.ToArray();
        var key = "\"version\":"u8;
        if (Volatile.Read(ref latencies) is { } collecting && message.IndexOf(key) is var at and >= 0
            && Utf8Parser.TryParse(message[(at + key.Length)..], out long version, out _) && sentAt.TryGetValue(version, out var sent))
            collecting.Add(Stopwatch.GetElapsedTime(sent, now));
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await pinging;
        foreach (var screen in screens)
            screen.Dispose();
        over.Dispose();
    }

    private async Task PingAsync()
    {
        const int turns = 50;
        using var timer = new PeriodicTimer(PingEvery / turns);
        try
        {
            for (var turn = 0; await timer.WaitForNextTickAsync(over.Token); turn++)
            {
                var i = 0;
                foreach (var screen in screens)
                {
                    if (i++ % turns == turn % turns)
                        screen.SendPing();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}

/// <summary>Latencies in steps of 10 µs up to 20 s. Safe to add to from many threads.</summary>
internal sealed class Latencies
{
    private const int Steps = 2_000_000;

    private readonly int[] counts = new int[Steps];

    public void Add(TimeSpan latency) =>
        Interlocked.Increment(ref counts[(int)Math.Clamp(latency.Ticks / (TimeSpan.TicksPerMicrosecond * 10), 0, Steps - 1)]);

    public long Count => counts.Sum(count => (long)count);

    /// <summary>In milliseconds.</summary>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        var seen = 0L;
        for (var i = 0; i < Steps; i++)
        {
            seen += counts[i];
            if (seen >= wanted && seen > 0)
                return i / 100.0;
        }
        return double.NaN;
    }
}

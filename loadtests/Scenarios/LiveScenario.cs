using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Processes;
using Coordination.LoadTests.Wire;

namespace Coordination.LoadTests.Scenarios;

/// <summary>From a change to the screens, beside a bare SignalR group send of the same bytes at the same rate.</summary>
internal sealed class LiveScenario : IScenario
{
    /// <summary>Changes per second of the one topic whose latency is measured: slow enough that the limit of one send per 100 ms never holds one back.</summary>
    private const int ChangesPerSecond = 5;

    /// <summary>Changes per second of each topic when as much as possible is to be delivered: as many as a topic sends.</summary>
    private const int FloodPerSecond = 10;

    /// <summary>Pushes per second that are offered to all screens together: more than this machine delivers.</summary>
    private const int Offered = 300_000;

    public string Name => "live";

    public string Title => "change to screen, and pushes delivered/s, over a bare SignalR group send";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var server = await ServerProcess.StartServerAsync(stop);
        await using var opponent = await ServerProcess.StartOpponentAsync(stop);
        foreach (var connections in (int[])[1000, 5000])
        {
            var slugs = Enumerable.Range(0, Offered / FloodPerSecond / connections)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"live-{connections}-{i}")).ToArray();
            var topics = Array.ConvertAll(slugs, slug => $"parking-lots/{slug}");
            foreach (var slug in slugs)
                await server.DefineAsync(slug, stop);
            var start = await server.ReadAsync(slugs[0], 1, 1, stop);
            await using var screens = new ScreenWall();
            await using var bareScreens = new ScreenWall();
            await screens.ConnectAsync(server.Port, connections, topics, stop);
            await bareScreens.ConnectAsync(opponent.Port, connections, topics, stop);
            await ShareViewAsync(server, screens, opponent, slugs[0], start, stop);

            var subject = new Publisher(screens, start + 1, (version, sequence) => server.ReadAsync(slugs[0], sequence, (int)(sequence % 1000), stop));
            var baseline = new Publisher(bareScreens, 1, async (version, _) =>
            {
                using var sent = await opponent.Http.PostAsync($"send?topic={topics[0]}&version={version}", null, stop);
                sent.EnsureSuccessStatusCode();
                return version;
            });
            var name = connections.ToString("N0", CultureInfo.InvariantCulture) + " connections";
            foreach (var figure in await LatencyAsync(name, connections, options, baseline, subject, stop))
                yield return figure;

            await using var flood = await Flood.StartAsync(server, slugs, stop);
            var lasting = options.Lasting(3);
            var delivered = await Series.AlternateAsync(
                options.Rounds(5),
                () => PerSecondAsync(bareScreens, lasting, async whole =>
                {
                    using var flooded = await opponent.Http.PostAsync(
                        FormattableString.Invariant($"flood?topics={string.Join(',', topics)}&perSecond={FloodPerSecond}&seconds={whole.TotalSeconds}"), null, stop);
                    flooded.EnsureSuccessStatusCode();
                }, stop),
                () => PerSecondAsync(screens, lasting, whole => flood.RunAsync(FloodPerSecond, whole, stop), stop));
            screens.ThrowIfBroken();
            bareScreens.ThrowIfBroken();
            yield return delivered.ToFigure($"{name}: delivered", "pushes/s", 0.9, $"{slugs.Length} topics at {FloodPerSecond}/s each, all watched by all: {Offered:N0} pushes/s offered");
        }
    }

    /// <summary>Gives the opponent the view that the server sends, so that both send the same bytes.</summary>
    private static async Task ShareViewAsync(
        ServerProcess server, ScreenWall screens, ServerProcess opponent, string slug, long version, CancellationToken stop)
    {
        var next = await server.ReadAsync(slug, 2, 2, stop);
        if (next != version + 1)
            throw new InvalidOperationException("A version came that nobody asked for.");
        while (screens.Sample is null)
            await Task.Delay(10, stop);
        using var push = JsonDocument.Parse(screens.Sample);
        using var content = new StringContent(push.RootElement.GetProperty("arguments")[2].GetRawText(), Encoding.UTF8, "application/json");
        using var put = await opponent.Http.PutAsync("view", content, stop);
        put.EnsureSuccessStatusCode();
    }

    private static async Task<IEnumerable<Figure>> LatencyAsync(
        string name, int connections, RunOptions options, Publisher baseline, Publisher subject, CancellationToken stop)
    {
        var (p50, p99) = (new Series(), new Series());
        var rounds = options.Rounds(5);
        var changes = (int)Math.Ceiling(options.Lasting(3).TotalSeconds * ChangesPerSecond);
        await baseline.RunAsync(2 * ChangesPerSecond, connections, stop); // To compile and fill pools.
        await subject.RunAsync(2 * ChangesPerSecond, connections, stop);
        for (var i = 0; i < rounds; i++)
        {
            var bare = await baseline.RunAsync(changes, connections, stop);
            var ours = await subject.RunAsync(changes, connections, stop);
            p50.Add(bare.Percentile(0.5), ours.Percentile(0.5));
            p99.Add(bare.Percentile(0.99), ours.Percentile(0.99));
        }
        return
        [
            p50.ToFigure($"{name}: latency p50", "ms", note: "from sending the HTTP request of the change to the push at the screen, over all screens; ours includes the durable commit; lower is better"),
            p99.ToFigure($"{name}: latency p99", "ms"),
        ];
    }

    private static async Task<double> PerSecondAsync(ScreenWall screens, TimeSpan lasting, Func<TimeSpan, Task> flood, CancellationToken stop)
    {
        // Counted once it is under way, and stopped before the last sends.
        var lead = TimeSpan.FromSeconds(0.5);
        var running = flood(lasting + lead * 2);
        await Task.Delay(lead, stop);
        var (before, began) = (screens.Delivered, Stopwatch.GetTimestamp());
        await Task.Delay(lasting, stop);
        var perSecond = (screens.Delivered - before) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        await running;
        await SettleAsync(screens, stop);
        return perSecond;
    }

    /// <summary>Waits until nothing more comes: what one side left behind must not burden the other.</summary>
    private static async Task SettleAsync(ScreenWall screens, CancellationToken stop)
    {
        for (var last = -1L; last != screens.Delivered;)
        {
            last = screens.Delivered;
            await Task.Delay(250, stop);
        }
    }

    /// <summary>Publishes changes of one topic at a steady rate and collects when they reach the screens.</summary>
    private sealed class Publisher(ScreenWall screens, long version, Func<long, long, Task<long>> publish)
    {
        private long version = version;

        public async Task<Latencies> RunAsync(int changes, int connections, CancellationToken stop)
        {
            var latencies = screens.Measure();
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChangesPerSecond));
            for (var i = 0; i < changes && await timer.WaitForNextTickAsync(stop); i++)
            {
                version++;
                screens.Sent(version);
                if (await publish(version, version + 10) is var got && got != version)
                    throw new InvalidOperationException($"Version {got} came where {version} was expected.");
            }
            var (wanted, began) = ((long)changes * connections, Stopwatch.GetTimestamp());
            while (latencies.Count < wanted && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10))
                await Task.Delay(20, stop);
            screens.StopMeasuring();
            return latencies.Count >= wanted * 0.99
                ? latencies
                : throw new InvalidOperationException($"Only {latencies.Count} of {wanted} pushes came.");
        }
    }
}

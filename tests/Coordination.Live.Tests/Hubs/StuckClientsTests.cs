using System.Diagnostics;
using System.Globalization;
using Coordination.Live.Hosting;
using Coordination.Live.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Hubs;

/// <summary>200 sockets of which 50 never read, on real connections; and the same with SignalR's own group send.</summary>
[Collection(nameof(Alone))]
public sealed class StuckClientsTests(ITestOutputHelper output)
{
    private const int Healthy = 150;
    private const int Stuck = 50;
    private const int Publishes = 5_000;

    private static readonly string Padding = new('x', 8 * 1024);

    [Fact]
    public async Task Clients_that_never_read_delay_neither_the_publisher_nor_the_others_and_take_no_memory()
    {
        await using var server = await LiveServer.StartAsync(Patient);
        var run = new Run(server);
        var sockets = new List<RawSocket>();
        for (var i = 0; i < Healthy; i++)
        {
            var socket = await RawSocket.ConnectAsync(server.Address, "/live", "Watch", $"[[\"{Lot}\"]]");
            sockets.Add(socket);
            socket.Read(run.Arrived);
        }

        await Until.TrueAsync(() => server.Relay.Subscriptions == Healthy);
        await run.PublishAsync(500);
        var without = await run.PublishAsync(1_500);
        await run.EndsOnTheLastAsync(sockets);

        var stuck = new List<RawSocket>();
        for (var i = 0; i < Stuck; i++)
            stuck.Add(await RawSocket.ConnectAsync(server.Address, "/live", "Watch", $"[[\"{Lot}\"]]"));
        await Until.TrueAsync(() => server.Relay.Subscriptions == Healthy + Stuck);
        await run.UntilStuckAsync(Stuck);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var with = await run.PublishAsync(Publishes);
        await run.EndsOnTheLastAsync(sockets);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        output.WriteLine($"all read:      {without}");
        output.WriteLine($"{Stuck} never read: {with}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory grew by {grown / 1024.0:F0} KB over {Publishes} publishes"));

        Assert.Equal(Healthy + Stuck, server.Relay.Subscriptions);
        Assert.True(with.Publish99 < 50, with.ToString());
        Assert.True(with.Arrival50 < without.Arrival50 + 50, $"{without} → {with}");
        // The machine may be busy with something else; what this must exclude is a wait for a client, which lasts seconds.
        Assert.True(with.Arrival99 < without.Arrival99 + 500, $"{without} → {with}");
        Assert.True(grown < 4 * 1024 * 1024, $"Memory grew by {grown} bytes.");

        stuck.Concat(sockets).ToList().ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Without_outboxes_one_client_that_never_reads_holds_up_the_publisher()
    {
        await using var server = await LiveServer.StartAsync(Patient, app => app.MapHub<GroupHub>("/group"));
        using var stuck = await RawSocket.ConnectAsync(server.Address, "/group", "Join", "[]");
        using var healthy = await RawSocket.ConnectAsync(server.Address, "/group", "Join", "[]");
        healthy.Read(_ => { });
        var group = server.Services.GetRequiredService<IHubContext<GroupHub>>().Clients.Group("all");

        var heldUp = false;
        for (var version = 1; version <= Publishes && !heldUp; version++)
        {
            var send = group.SendAsync("changed", Lot, new { version }, Padding, TestContext.Current.CancellationToken);
            heldUp = await Task.WhenAny(send, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)) != send;
        }

        Assert.True(heldUp);
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut_off_after_the_write_timeout()
    {
        await using var server = await LiveServer.StartAsync(options =>
        {
            Patient(options);
            options.SendInterval = TimeSpan.Zero;
            options.WriteTimeout = TimeSpan.FromSeconds(1);
        });
        using var stuck = await RawSocket.ConnectAsync(server.Address, "/live", "Watch", $"[[\"{Lot}\"]]");
        await Until.TrueAsync(() => server.Relay.Subscriptions == 1);
        var run = new Run(server);
        await run.UntilStuckAsync(1);
        await Until.TrueAsync(() => server.Relay.Subscriptions == 0);
    }

    private static void Patient(LiveOptions options)
    {
        // The sockets of these tests send no pings, and those that are stuck are to stay so.
        options.ClientTimeout = TimeSpan.FromMinutes(10);
        options.WriteTimeout = TimeSpan.FromMinutes(10);
        options.SendInterval = TimeSpan.FromMilliseconds(40);
    }

    /// <summary>A run of versions, with the time of each publish and of each arrival, all in milliseconds.</summary>
    private sealed class Run(LiveServer server)
    {
        private readonly long[] _publishedAt = new long[100_000];
        private readonly double[] _arrivals = new double[400_000];
        private readonly double[] _publishes = new double[Publishes];
        private int _arrived;
        private int _version;

        public void Arrived(long version)
        {
            var took = Stopwatch.GetElapsedTime(Volatile.Read(ref _publishedAt[version])).TotalMilliseconds;
            var index = Interlocked.Increment(ref _arrived) - 1;
            if (index < _arrivals.Length)
                _arrivals[index] = took;
        }

        /// <summary>Publishes one view each millisecond or two.</summary>
        public async Task<Figures> PublishAsync(int count)
        {
            _arrived = 0;
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            for (var i = 0; i < count; i++)
            {
                _publishes[i] = Publish();
                await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }

            var (publishes, arrivals) = (_publishes[..count], _arrivals[..Math.Min(_arrived, _arrivals.Length)]);
            Array.Sort(publishes);
            Array.Sort(arrivals);
            return new Figures(At(publishes, 0.99), publishes[^1], At(arrivals, 0.5), At(arrivals, 0.99), arrivals[^1], arrivals.Length);
        }

        public Task EndsOnTheLastAsync(IReadOnlyList<RawSocket> sockets) =>
            Until.TrueAsync(() => sockets.All(socket => socket.Seen == _version));

        /// <summary>Publishes until this many outboxes hold a view that they cannot write, three times in a row.</summary>
        public async Task UntilStuckAsync(int clients)
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(60));
            for (var seen = 0; seen < 3;)
            {
                var before = server.Metrics.Hub.Coalesced;
                Publish();
                await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
                seen = server.Metrics.Hub.Coalesced >= before + clients ? seen + 1 : 0;
                Assert.True(_version < 50_000, "The clients go on reading.");
            }
        }

        private double Publish()
        {
            var version = ++_version;
            Volatile.Write(ref _publishedAt[version], Stopwatch.GetTimestamp());
            server.Grains[Lot].Publish(version, $$"""{"occupied":{{version}},"padding":"{{Padding}}"}""");
            return Stopwatch.GetElapsedTime(_publishedAt[version]).TotalMilliseconds;
        }

        private static double At(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];
    }

    private sealed record Figures(
        double Publish99, double PublishMost, double Arrival50, double Arrival99, double ArrivalMost, int Arrivals)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"publish p99 {Publish99:F2} max {PublishMost:F2} ms, arrival p50 {Arrival50:F1} p99 {Arrival99:F1} max {ArrivalMost:F1} ms of {Arrivals}");
    }
}

/// <summary>SignalR as it is: everybody in one group.</summary>
public sealed class GroupHub : Hub
{
    public Task Join() => Groups.AddToGroupAsync(Context.ConnectionId, "all");
}

/// <summary>Tests that measure run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

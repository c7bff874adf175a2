using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Coordination.Testing;
using Coordination.Testing.Stub;

namespace Coordination.Client.Tests;

public sealed class SeveralHostsTests
{
    private const string Topic = Lines.Lot;

    [Fact]
    public async Task A_live_client_moves_on_to_the_next_host_when_one_dies()
    {
        await using var first = await StubServer.StartAsync();
        await using var second = await StubServer.StartAsync();
        first.Feed.Put(Topic, 1, 1, new { });
        second.Feed.Put(Topic, 1, 1, new { });
        await using var watcher = new Watcher(first, second);
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        await watcher.ConnectedAsync();
        await watcher.NextAsync();

        var (gone, other) = first.Feed.Connections > 0 ? (first, second) : (second, first);
        other.Feed.Put(Topic, 2, 1, new { });
        await gone.DisposeAsync();

        Assert.Equal((2L, 1L), (await watcher.NextAsync()) is var update ? (update.Epoch, update.Version) : default);
        await watcher.ConnectedAsync();
        Assert.Equal(1, other.Feed.Connections);
    }

    [Fact]
    public async Task Clients_begin_at_different_hosts()
    {
        await using var first = await StubServer.StartAsync();
        await using var second = await StubServer.StartAsync();
        var watchers = Enumerable.Range(0, 24).Select(_ => new Watcher(first, second)).ToArray();
        foreach (var watcher in watchers)
            watcher.Client.Start();
        await Task.WhenAll(watchers.Select(watcher => watcher.ConnectedAsync()));

        // All on one side happens once in eight million runs.
        Assert.InRange(first.Feed.Connections, 1, 23);
        foreach (var watcher in watchers)
            await watcher.DisposeAsync();
    }

    [Fact]
    public async Task After_a_goodbye_a_client_stays_until_its_time_and_is_then_elsewhere_at_once()
    {
        await using var first = await StubServer.StartAsync();
        await using var second = await StubServer.StartAsync();

        // Waits between attempts that no test outlives: whoever waits fails.
        await using var watcher = new Watcher(new LiveClient([first.Address, second.Address], new RetryPolicy(TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.Zero)));
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        await watcher.NextAsync();
        await watcher.ConnectedAsync();
        var (leaving, other) = first.Feed.Connections > 0 ? (first, second) : (second, first);
        other.Feed.Put(Topic, 1, 3, new { });

        var since = Stopwatch.GetTimestamp();
        await leaving.Feed.SayGoodbyeAsync(800);
        leaving.IsDraining = true;
        await leaving.Feed.PushAsync(Topic, 1, 2, new { });
        Assert.Equal(2, (await watcher.NextAsync()).Version);

        Assert.Equal(3, (await watcher.NextAsync()).Version);
        Assert.True(Stopwatch.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(790), "It did not stay until its time.");
        await watcher.ConnectedAsync();
        Assert.Equal(1, other.Feed.Connections);
    }

    [Fact]
    public async Task A_client_knows_since_when_figures_are_unconfirmed_and_that_another_host_confirms_them()
    {
        var since = new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.FromHours(8));
        await using var first = await StubServer.StartAsync();
        await using var second = await StubServer.StartAsync();
        await first.Feed.SetStatusAsync(since);
        await second.Feed.SetStatusAsync(since);
        await using var watcher = new Watcher(first, second);
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        Assert.Equal(since, await watcher.StatusAsync());
        await watcher.ConnectedAsync();
        Assert.Equal(since, watcher.Client.UnconfirmedSince);

        var (here, other) = first.Feed.Connections > 0 ? (first, second) : (second, first);
        await here.Feed.SetStatusAsync(null);
        Assert.Null(await watcher.StatusAsync());
        await here.Feed.SetStatusAsync(since);
        Assert.Equal(since, await watcher.StatusAsync());

        // The other says nothing: it is fine.
        await other.Feed.SetStatusAsync(null);
        await here.DisposeAsync();
        Assert.Null(await watcher.StatusAsync());
        Assert.Null(watcher.Client.UnconfirmedSince);
    }

    [Fact]
    public async Task A_live_client_moves_on_from_a_server_that_talks_nonsense()
    {
        await using var fine = await StubServer.StartAsync();
        var nonsense = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}/");
        using var listener = new HttpListener { Prefixes = { nonsense.AbsoluteUri } };
        listener.Start();
        var talked = 0;
        _ = Task.Run(async () =>
        {
            while (await listener.GetContextAsync() is { } context)
            {
                var socket = (await context.AcceptWebSocketAsync(null)).WebSocket;
                await socket.SendAsync("[nonsense]\u001e"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
                Interlocked.Increment(ref talked);
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 24; i++)
        {
            await using var watcher = new Watcher(nonsense, fine.Address);
            watcher.Client.Start();
            await watcher.ConnectedAsync();
        }

        // All beginning at the other happens once in sixteen million runs.
        Assert.NotEqual(0, Volatile.Read(ref talked));
    }

    [Fact]
    public async Task A_balancer_without_memory_does_for_web_sockets()
    {
        await using var first = await StubServer.StartAsync();
        await using var second = await StubServer.StartAsync();
        await using var balancer = new RoundRobin(first.Address, second.Address);
        for (var i = 0; i < 4; i++)
        {
            await using var watcher = new Watcher(balancer.Address);
            await watcher.Client.WatchAsync([Topic]);
            watcher.Client.Start();
            await watcher.ConnectedAsync();
        }

        Assert.Equal(2, first.Feed.Watches.Count);
        Assert.Equal(2, second.Feed.Watches.Count);
    }

    /// <summary>The twin: what SignalR does by default needs a balancer that remembers.</summary>
    [Fact]
    public async Task With_a_negotiation_it_does_not_because_the_other_host_knows_nothing_of_it()
    {
        await using var first = await StubServer.StartAsync();
        await using var second = await StubServer.StartAsync();
        await using var balancer = new RoundRobin(first.Address, second.Address);
        var stop = TestContext.Current.CancellationToken;
        using var http = new HttpClient { BaseAddress = balancer.Address };
        using var negotiation = await http.PostAsync("live/negotiate?negotiateVersion=1", null, stop);
        using var json = JsonDocument.Parse(await negotiation.Content.ReadAsStringAsync(stop));
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        var address = new UriBuilder(balancer.Address) { Scheme = "ws", Path = "live", Query = $"id={json.RootElement.GetProperty("connectionToken").GetString()}" };
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address.Uri, stop));
        Assert.Equal(HttpStatusCode.NotFound, socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_command_goes_on_at_the_next_host_with_the_same_id_when_one_is_out_of_reach_or_cannot_answer()
    {
        await using var busy = await StubServer.StartAsync();
        await using var fine = await StubServer.StartAsync();
        var gone = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}/");
        for (var i = 0; i < 20; i++)
            busy.RequestFaults.Enqueue(new StubFault { Status = 503, RetryAfter = "3600" });
        using var http = new HttpClient();

        // Whoever waits the hour that the busy one asks for fails.
        var client = new CoordinationClient(http, [gone, busy.Address, fine.Address], new RetryPolicy(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)));
        for (var i = 0; i < 8; i++)
            await client.PutPlaceAsync($"parking-lots/p{i}", new PlaceProfile { Name = "A" });

        Assert.Equal(8, fine.Places.Count);
        Assert.Equal(8, fine.Keys.Distinct().Count());
        Assert.Subset(fine.Keys.ToHashSet(), busy.Keys.ToHashSet());
    }

    [Fact]
    public async Task A_command_goes_on_at_the_next_host_when_one_takes_connections_and_never_answers_though_patience_is_over()
    {
        await using var fine = await StubServer.StartAsync();
        using var hung = new TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        var silent = new Uri($"http://127.0.0.1:{((IPEndPoint)hung.LocalEndpoint).Port}/");
        using var http = new HttpClient();
        Assert.True(new CoordinationClient(http, [silent]).AttemptTimeout < RetryPolicy.Default.Patience / 3);
        for (var i = 0; i < 8; i++)
        {
            // No patience at all: even so, none is given up before each host was tried. Each client begins at a random one.
            var client = new CoordinationClient(http, [silent, fine.Address], new RetryPolicy(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.Zero))
            {
                AttemptTimeout = TimeSpan.FromSeconds(1),
            };
            await client.PutPlaceAsync($"parking-lots/p{i}", new PlaceProfile { Name = "A" }, TestContext.Current.CancellationToken);
        }
        Assert.Equal(8, fine.Places.Count);
    }

    [Fact]
    public async Task Lines_go_on_at_the_next_host_and_each_is_taken()
    {
        await using var busy = await Lines.StubWithAsync(Topic);
        await using var fine = await Lines.StubWithAsync(Topic);
        for (var i = 0; i < 20; i++)
            busy.IngestFaults.Enqueue(new StubFault { Status = 503, RetryAfter = "3600" });
        using var http = new HttpClient();
        var retry = new RetryPolicy(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        var client = new CoordinationClient(http, [busy.Address, fine.Address], retry);
        var results = new List<IngestResult>();
        await foreach (var result in client.IngestAsync(Lines.Range(50), new IngestOptions { Retry = retry, ChunkLines = 10 }, TestContext.Current.CancellationToken))
            results.Add(result);
        Assert.Equal(50, results.Count);
        Assert.Equal(50, fine.Places[Topic].Taken.Count);
    }
}

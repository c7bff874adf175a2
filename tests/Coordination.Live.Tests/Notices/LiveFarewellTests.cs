using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Coordination.Live.Notices;
using Coordination.Live.Tests.Support;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Notices;

public sealed class LiveFarewellTests
{
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_client_is_told_after_which_wait_to_go_and_sees_changes_until_then(bool messagePack)
    {
        await using var server = await LiveServer.StartAsync();
        await using var screen = await Screen.OpenAsync(server, messagePack);
        await screen.WatchAsync(Lot);
        Assert.False(server.Farewell.IsLeaving);

        var goodbye = server.Farewell.SayGoodbyeAsync(Spread, TestContext.Current.CancellationToken);
        Assert.True(server.Farewell.IsLeaving);
        Assert.InRange((int)(await screen.NoticeAsync())["reconnectAfterMs"]!, 0, 5_000);
        server.Grains[Lot].Publish(1);
        Assert.Equal(1, (await screen.PushAsync(_ => true)).Version);

        await screen.DisposeAsync();
        await goodbye.Soon();
        Assert.Equal(0, server.Relay.Subscriptions);
    }

    [Fact]
    public async Task Each_client_gets_a_wait_of_its_own()
    {
        await using var server = await LiveServer.StartAsync();
        var screens = new List<Screen>();
        for (var i = 0; i < 40; i++)
            screens.Add(await Screen.OpenAsync(server));
        var goodbye = server.Farewell.SayGoodbyeAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        var waits = new List<int>();
        foreach (var screen in screens)
        {
            waits.Add((int)(await screen.NoticeAsync())["reconnectAfterMs"]!);
            await screen.DisposeAsync();
        }

        await goodbye.Soon();

        // Of forty even draws over ten minutes: all on one side of five minutes happens once in 10^11 runs.
        Assert.All(waits, wait => Assert.InRange(wait, 0, 600_000));
        Assert.Contains(waits, wait => wait < 300_000);
        Assert.Contains(waits, wait => wait > 300_000);
    }

    [Fact]
    public async Task A_stream_is_told_too_and_both_are_closed_in_good_order_when_they_do_not_leave()
    {
        await using var server = await LiveServer.StartAsync();
        await using var screen = await Screen.OpenAsync(server);
        using var stream = await EventReader.OpenAsync(server, Lot);
        await stream.EventAsync();

        var goodbye = server.Farewell.SayGoodbyeAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        Assert.Equal("retry: 250", await stream.LineAsync());
        Assert.InRange((int)(await stream.DataAsync("goodbye"))["reconnectAfterMs"]!, 0, 100);
        Assert.Null(await stream.LineAsync());
        await screen.Closed.Soon();
        await goodbye.Soon();
    }

    [Fact]
    public async Task Who_comes_while_the_host_leaves_is_refused_with_a_code_and_a_retry()
    {
        await using var server = await LiveServer.StartAsync();
        var stop = TestContext.Current.CancellationToken;
        await server.Farewell.SayGoodbyeAsync(Spread, stop).Soon();
        using var http = new HttpClient { BaseAddress = server.Address };

        using var negotiation = await http.PostAsync("/live/negotiate?negotiateVersion=1", null, stop);
        using var stream = await http.GetAsync($"/api/live?topic={Lot}", stop);
        foreach (var refused in (HttpResponseMessage[])[negotiation, stream])
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal("draining", (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync(stop))!["code"]);
        }

        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/live" }.Uri, stop));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Without_connections_it_is_over_at_once_and_said_twice_it_is_said_once()
    {
        await using var server = await LiveServer.StartAsync();
        await server.Farewell.SayGoodbyeAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken).Soon();
        await server.Farewell.SayGoodbyeAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken).Soon();
    }

    [Fact]
    public async Task A_client_that_reads_byte_by_byte_has_each_notice_waiting_once_and_gets_the_last()
    {
        await using var server = await LiveServer.StartAsync(options =>
        {
            options.SendInterval = TimeSpan.Zero;
            options.WriteTimeout = options.ClientTimeout = TimeSpan.FromMinutes(10);
        });
        using var slow = await RawSocket.ConnectAsync(server.Address, "/live", "Watch", $"[[\"{Lot}\"]]");
        var json = $$"""{"padding":"{{new string('x', 8192)}}"}""";
        var version = 0L;
        await Until.TrueAsync(() =>
        {
            server.Grains[Lot].Publish(++version, json);
            return server.Metrics.Hub.Coalesced > 10;
        });

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var since = new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);
        for (var second = 0; second < 20_000; second++)
        {
            server.Condition.Set(second % 2 == 0 ? since.AddSeconds(second) : null);
            if (second % 2_000 == 0)
                await slow.TrickleAsync(1);
        }

        _ = server.Farewell.SayGoodbyeAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        _ = server.Farewell.SayGoodbyeAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 1024 * 1024, $"Memory grew by {grown} bytes.");

        slow.Read(_ => { });
        await Until.TrueAsync(() => slow.Goodbyes > 0 && slow.Seen == version);
        Assert.Equal((1, 1), (slow.Statuses, slow.Goodbyes));
    }

    [Fact]
    public async Task A_client_that_never_reads_delays_nobody_and_is_cut_off_in_the_end()
    {
        await using var server = await LiveServer.StartAsync(options =>
        {
            options.SendInterval = TimeSpan.Zero;
            options.WriteTimeout = options.ClientTimeout = TimeSpan.FromMinutes(10);
        });
        using var stuck = await RawSocket.ConnectAsync(server.Address, "/live", "Watch", $"[[\"{Lot}\"]]");
        await using var screen = await Screen.OpenAsync(server);
        var json = $$"""{"padding":"{{new string('x', 8192)}}"}""";
        var version = 0L;
        await Until.TrueAsync(() =>
        {
            server.Grains[Lot].Publish(++version, json);
            return server.Metrics.Hub.Coalesced > 10;
        });

        var since = Stopwatch.GetTimestamp();
        var goodbye = server.Farewell.SayGoodbyeAsync(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        Assert.NotNull((await screen.NoticeAsync())["reconnectAfterMs"]);
        await goodbye.Soon();
        Assert.True(Stopwatch.GetElapsedTime(since) >= LiveFarewell.Grace, "It was cut off before its time.");
        await Until.TrueAsync(() => server.Relay.Subscriptions == 0);
    }
}

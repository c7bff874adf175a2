using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Coordination.Live.Core;
using Coordination.Live.Sse;
using Coordination.Live.Tests.Support;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Sse;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_stream_tells_each_topic_once_and_then_its_changes()
    {
        await using var server = await LiveServer.StartAsync();
        server.Grains[Lot].Publish(3, """{"name":"北停车场","occupied":3}""");
        using var stream = await EventReader.OpenAsync(server, Lot, "scenic-areas/none-yet");

        var first = new[] { await stream.EventAsync(), await stream.EventAsync() }.ToDictionary(told => told.Topic);
        Assert.Equal((1, 3, "北停车场"), (first[Lot].Epoch, first[Lot].Version, (string?)first[Lot].View!["name"]));
        Assert.Null(first["scenic-areas/none-yet"].View);

        server.Grains["scenic-areas/none-yet"].Publish(1, """{"occupied":1}""");
        var created = await stream.EventAsync();
        Assert.Equal(("scenic-areas/none-yet", 1, 1), (created.Topic, created.Version, (int)created.View!["occupied"]!));
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.MediaType);
        Assert.True(stream.Response.Headers.CacheControl?.NoCache);
    }

    [Fact]
    public async Task A_silent_stream_gets_a_heartbeat()
    {
        await using var server = await LiveServer.StartAsync(options => options.StreamHeartbeat = TimeSpan.FromMilliseconds(20));
        using var stream = await EventReader.OpenAsync(server, Lot);
        await stream.EventAsync();
        Assert.Equal(":", await stream.LineAsync());
    }

    [Fact]
    public async Task A_stream_ends_when_the_server_stops()
    {
        await using var server = await LiveServer.StartAsync();
        using var stream = await EventReader.OpenAsync(server, Lot);
        await stream.EventAsync();
        var stopped = server.StopAsync();
        while (await stream.LineAsync() is not null)
        {
            // Until the end of the stream.
        }

        await stopped.Soon();
        Assert.Equal(0, server.Relay.Subscriptions);
    }

    [Fact]
    public async Task A_stream_that_its_client_left_leaves_nothing_behind()
    {
        await using var server = await LiveServer.StartAsync();
        using (var stream = await EventReader.OpenAsync(server, Lot))
            await stream.EventAsync();
        await Until.TrueAsync(() => server.Relay.Topics == 0 && server.Grains[Lot].Observers == 0);
    }

    [Theory]
    [InlineData("/api/live", "malformed")]
    [InlineData("/api/live?topic=parking-lots/a&topic=nonsense", "topic-unknown")]
    [InlineData("/api/live?topic=parking-lots/a&topic=parking-lots/b&topic=parking-lots/c", "too-many-topics")]
    public async Task What_cannot_be_watched_is_refused_with_a_code(string path, string code)
    {
        await using var server = await LiveServer.StartAsync(options => options.MaxTopicsPerConnection = 2);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((code, "topic"), ((string?)problem["code"], (string?)problem["field"]));
    }

    [Fact]
    public async Task A_stream_that_is_never_read_is_cut_off_and_delays_nobody()
    {
        await using var server = await LiveServer.StartAsync(options =>
        {
            options.SendInterval = TimeSpan.Zero;
            options.StreamHeartbeat = TimeSpan.FromMilliseconds(50);
            options.StreamWriteTimeout = TimeSpan.FromMilliseconds(500);
        });
        using var stuck = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        var stop = TestContext.Current.CancellationToken;
        await stuck.ConnectAsync(IPAddress.Loopback, server.Address.Port, stop);
        await stuck.SendAsync(Encoding.ASCII.GetBytes($"GET /api/live?topic={Lot} HTTP/1.1\r\nHost: localhost\r\n\r\n"), stop);
        await Until.TrueAsync(() => server.Relay.Subscriptions == 1);
        using var healthy = await EventReader.OpenAsync(server, Lot);
        await healthy.EventAsync();

        var json = $$"""{"padding":"{{new string('x', 8192)}}"}""";
        var version = 0L;
        await Until.TrueAsync(() =>
        {
            server.Grains[Lot].Publish(++version, json);
            return server.Metrics.Stream.Coalesced > 0;
        });
        server.Grains[Lot].Publish(++version, json);
        while ((await healthy.EventAsync()).Version != version)
        {
            // What was published before.
        }

        await Until.TrueAsync(() => server.Relay.Subscriptions == 1);
    }

    [Fact]
    public void A_view_written_over_several_lines_stays_one_event()
    {
        var frame = Encoding.UTF8.GetString(EventFrame.Of(new SharedView(Of(Lot, 1, json: "{\r\n  \"a\": \"x\\ny\"\n}"))).Bytes.Span);
        var lines = frame.Split('\n');
        Assert.Equal(["event: changed", lines[1], "", ""], lines);
        Assert.Equal("x\ny", (string?)JsonNode.Parse(lines[1]["data: ".Length..])!["view"]!["a"]);
    }
}

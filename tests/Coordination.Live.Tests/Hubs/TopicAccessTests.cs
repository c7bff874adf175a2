using System.Net;
using System.Text.Json.Nodes;
using Coordination.Live.Tests.Support;

namespace Coordination.Live.Tests.Hubs;

/// <summary>Who may watch what is asked of the host; the feed keeps to its answer.</summary>
public sealed class TopicAccessTests
{
    private const string Open = "parking-lots/open";
    private const string Closed = "parking-lots/closed";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_topic_that_is_refused_shows_nothing_beside_those_that_are_not()
    {
        var access = new TestAccess { Refused = { Closed } };
        await using var server = await LiveServer.StartAsync(access: access);
        server.Grains[Open].Publish(1);
        server.Grains[Closed].Publish(1);
        await using var screen = await Screen.OpenAsync(server);

        var answers = await screen.WatchAsync(Open, Closed, "no topic");

        Assert.Equal([null, "forbidden", "topic-unknown"], answers.Select(answer => answer.Code));
        Assert.Equal([Open, Closed], answers.Take(2).Select(answer => answer.Topic));
        Assert.Equal(1, server.Relay.Topics);
    }

    [Fact]
    public async Task An_event_stream_with_a_topic_that_is_refused_is_refused()
    {
        await using var server = await LiveServer.StartAsync(access: new TestAccess { Refused = { Closed } });
        using var http = new HttpClient { BaseAddress = server.Address };

        using var refused = await http.GetAsync($"/api/live?topic={Open}&topic={Closed}", Stop);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("forbidden", (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync(Stop))!["code"]);
        Assert.Equal(0, server.Relay.Topics);
    }

    [Fact]
    public async Task Connections_end_when_who_opened_them_is_let_in_no_more()
    {
        var access = new TestAccess();
        await using var server = await LiveServer.StartAsync(access: access);
        using var http = new HttpClient { BaseAddress = server.Address };
        await using var screen = await Screen.OpenAsync(server);
        await screen.WatchAsync(Open);
        using var stream = await http.GetAsync($"/api/live?topic={Open}", HttpCompletionOption.ResponseHeadersRead, Stop);
        await Until.TrueAsync(() => access.Connections == 2);

        access.EndAll();

        await Until.TrueAsync(() => access.Connections == 0 && server.Relay.Topics == 0);
    }
}

using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Coordination.Live.Tests.Support;

namespace Coordination.Live.Tests.Hubs;

public sealed class ConnectionLimitTests
{
    [Fact]
    public async Task One_address_gets_only_so_many_connections_and_a_new_one_when_one_ends()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var server = await LiveServer.StartAsync(options => options.MaxConnectionsPerAddress = 2);
        using var http = new HttpClient { BaseAddress = server.Address };
        await using var first = await Screen.OpenAsync(server);
        using var stream = await http.GetAsync("/api/live?topic=parking-lots/a", HttpCompletionOption.ResponseHeadersRead, stop);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        using var refused = await http.GetAsync("/api/live?topic=parking-lots/a", stop);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(refused.Headers.RetryAfter);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(stop))!;
        Assert.Equal("too-many-connections", (string?)problem["code"]);

        using var negotiation = await http.PostAsync("/live/negotiate?negotiateVersion=1", null, stop);
        Assert.Equal(HttpStatusCode.TooManyRequests, negotiation.StatusCode);

        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/live" }.Uri, stop));
        Assert.Equal(HttpStatusCode.TooManyRequests, socket.HttpStatusCode);

        stream.Dispose();
        await Until.TrueAsync(() => server.Relay.Topics == 0);
        await using var second = await OpenWhenFreeAsync(server);
        Assert.Single(await second.WatchAsync("parking-lots/a"));
    }

    [Fact]
    public async Task The_messages_of_a_connection_that_polls_are_not_counted_as_connections()
    {
        await using var server = await LiveServer.StartAsync(options => options.MaxConnectionsPerAddress = 1);
        using var http = new HttpClient { BaseAddress = server.Address };
        var stop = TestContext.Current.CancellationToken;
        using var stream = await http.GetAsync("/api/live?topic=parking-lots/a", HttpCompletionOption.ResponseHeadersRead, stop);
        using var message = await http.PostAsync("/live?id=none", null, stop);
        Assert.Equal(HttpStatusCode.NotFound, message.StatusCode);
    }

    private static async Task<Screen> OpenWhenFreeAsync(LiveServer server)
    {
        Screen? screen = null;
        for (var attempt = 0; screen is null; attempt++)
        {
            try
            {
                screen = await Screen.OpenAsync(server);
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        return screen;
    }
}

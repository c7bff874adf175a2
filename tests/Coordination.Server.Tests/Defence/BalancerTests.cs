using System.Net;
using System.Net.WebSockets;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Defence;

/// <summary>The load balancer as it is shipped: what it tells the hosts of their clients, and that it holds nothing back.</summary>
public sealed class BalancerTests
{
    [Fact]
    public async Task Hosts_see_each_client_of_the_balancer_and_what_it_claims_of_itself_is_overwritten()
    {
        Assert.SkipWhen(Haproxy.Program is null, "Install the package haproxy.");
        await using var host = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Arguments = ["--Coordination:TrustedProxies", "127.0.0.1", "--Coordination:MaxConnectionsPerAddress", "1"],
        });
        using var balancer = await Haproxy.StartAsync(host.Address);
        using var first = ClientAt("127.0.0.1", balancer.Address);
        using var second = ClientAt("127.0.0.2", balancer.Address);
        using var opened = await OpenAsync(first);
        using var refused = await OpenAsync(first, "192.0.2.1");
        using var others = await OpenAsync(second);
        Assert.Equal((200, 429, 200), ((int)opened.StatusCode, (int)refused.StatusCode, (int)others.StatusCode));
        foreach (var inside in (string[])["metrics", "dashboard", "dashboard/"])
            Assert.Equal(404, (await second.Get(inside)).Status);
    }

    [Fact]
    public async Task Pages_connect_through_it_and_streams_pass_both_ways_as_they_come()
    {
        Assert.SkipWhen(Haproxy.Program is null, "Install the package haproxy.");
        await using var host = await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = ["--Coordination:TrustedProxies", "127.0.0.1"] });
        using var balancer = await Haproxy.StartAsync(host.Address);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", balancer.Address.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new UriBuilder(balancer.Address) { Scheme = "ws", Path = "/live" }.Uri, CancellationToken.None);
        Assert.Equal(WebSocketState.Open, socket.State);

        using var http = new HttpClient { BaseAddress = balancer.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ServerProcess.Key);
        Assert.Equal(201, (await http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100 }""")).Status);
        using var events = await EventStream.OpenAsync(http, "parking-lots/a");
        using var stream = await IngestStream.OpenAsync(balancer.Address);
        for (var i = 1; i <= 20; i++)
        {
            await stream.SendAsync($$"""{"place":"parking-lots/a","type":"reading","deviceId":"d","sequence":{{i}},"at":"{{Requests.At(i)}}","occupied":{{i}}}""" + "\n");
            Assert.Equal("accepted", (string?)(await stream.ReadAsync())!["status"]); // Before the next line is sent.
        }
        await events.NextAsync(view => (int?)view?["occupied"] == 20);
        await stream.EndAsync();
        Assert.Null(await stream.ReadAsync());
    }

    private static HttpClient ClientAt(string address, Uri server) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var tcp = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await tcp.ConnectAsync(context.DnsEndPoint, cancellation);
            return new System.Net.Sockets.NetworkStream(tcp, ownsSocket: true);
        },
    })
    {
        BaseAddress = server,
    };

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient http, string? claims = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/live?topic=parking-lots/nowhere");
        if (claims is not null)
            request.Headers.Add("X-Forwarded-For", claims);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}

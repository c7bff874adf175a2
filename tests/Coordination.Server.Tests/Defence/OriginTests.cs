using System.Net;
using System.Net.WebSockets;
using Coordination.Live.Hosting;
using Coordination.Server.Hosting;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Defence;

/// <summary>Whose pages may open live connections and change something. In a real browser: the web tests.</summary>
public sealed class OriginTests(SharedServer server)
{
    private const string Foreign = "https://evil.example";

    private string Own => server.Process.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task A_socket_opens_for_our_own_pages_and_for_programs_and_for_no_page_of_others()
    {
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(server.Process.Address, null));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(server.Process.Address, Own));
        foreach (var origin in (string[])[Foreign, "null", "", Own.Replace("http:", "https:", StringComparison.Ordinal), "http://127.0.0.1", "http://127.0.0.1:1", $"{Own}.evil.example", "file://", "chrome-extension://abc"])
            Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(server.Process.Address, origin));
    }

    [Theory]
    [InlineData("GET", "api/live?topic=parking-lots/nowhere")]
    [InlineData("POST", "live/negotiate?negotiateVersion=1")]
    [InlineData("GET", "live?id=none")]
    [InlineData("POST", "live?id=none")]
    [InlineData("PUT", "api/parking-lots/theirs")]
    [InlineData("POST", "api/ingest")]
    [InlineData("DELETE", "api/parking-lots/theirs")]
    public async Task Nothing_live_and_no_change_is_there_for_a_page_of_others(string method, string path)
    {
        using var http = new HttpClient { BaseAddress = server.Process.Address };
        var answer = await http.AskAsync(new HttpMethod(method), path, method == "PUT" ? """{ "name": "Theirs" }""" : null, ("Origin", Foreign));
        Assert.Equal((403, "origin-not-allowed"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_read_from_another_page_is_answered_but_not_given_to_it()
    {
        using var http = new HttpClient { BaseAddress = server.Process.Address };
        var answer = await http.Get("api/server", ("Origin", Foreign));
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        var preflight = await http.AskAsync(HttpMethod.Options, "api/parking-lots/a", null, ("Origin", Foreign), ("Access-Control-Request-Method", "PUT"));
        Assert.DoesNotContain(preflight.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_origin_of_the_list_may_what_our_own_may_and_is_named_and_no_other()
    {
        await using var own = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Arguments = ["--Coordination:AllowedOrigins", "https://screens.example, http://10.0.0.7:3000", "--Coordination:TrustedProxies", "127.0.0.1"],
        });
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(own.Address, "https://screens.example"));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(own.Address, "http://10.0.0.7:3000"));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(own.Address, "http://screens.example"));
        var answer = await own.Http.Get("api/server", ("Origin", "https://screens.example"));
        Assert.Equal(["https://screens.example"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["true"], answer.Headers.GetValues("Access-Control-Allow-Credentials"));
        var preflight = await own.Http.AskAsync(HttpMethod.Options, "api/parking-lots/a", null, ("Origin", "https://screens.example"), ("Access-Control-Request-Method", "PUT"));
        Assert.Equal(204, preflight.Status);
        Assert.False((await own.Http.Get("api/server", ("Origin", Foreign))).Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False((await own.Http.Get("api/server", ("Origin", "null"))).Headers.Contains("Access-Control-Allow-Origin"));

        // As the proxy names us.
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(own.Address, "https://city.example", ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "city.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(own.Address, "https://city.example"));
    }

    [Fact]
    public async Task The_twin_without_the_guard_opens_to_every_page()
    {
        await using var open = await DefendedApp.StartAsync(new ServerOptions(), app => app.MapLiveFeed(), isDefended: false);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(open.Address, Foreign));
        await using var guarded = await DefendedApp.StartAsync(new ServerOptions(), app => app.MapLiveFeed());
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(guarded.Address, Foreign));
    }

    private static async Task<HttpStatusCode> ConnectAsync(Uri address, string? origin, params (string Name, string Value)[] headers)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/live" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }
        return socket.HttpStatusCode;
    }
}

using Coordination.Live.Hosting;
using Coordination.Server.Defence;
using Coordination.Server.Hosting;
using Coordination.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Coordination.Server.Tests.Defence;

/// <summary>Whose word is taken for where a request comes from.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.0/8, 127.0.0.0/8")]
    [InlineData("2001:db8::/32;127.0.0.1/32")]
    public async Task A_trusted_proxy_says_who_asks(string trusted)
    {
        await using var app = await StartAsync(trusted);
        Assert.Equal("192.0.2.7 https city.example", await SeenAsync(app, "192.0.2.7", "https", "city.example"));
        // What the client wrote itself stands to the left of what the proxy saw.
        Assert.Equal("192.0.2.7 http", (await SeenAsync(app, "203.0.113.9, 192.0.2.7", "http", "city.example"))[..14]);
        Assert.Equal("2001:db8:1::5", (await SeenAsync(app, "2001:db8:1::5", "http", "city.example")).Split(' ')[0]);
    }

    [Fact]
    public async Task Several_proxies_one_behind_the_other_are_looked_through()
    {
        await using var app = await StartAsync("127.0.0.1, 10.1.0.0/16");
        Assert.Equal("192.0.2.7", (await SeenAsync(app, "203.0.113.9, 192.0.2.7, 10.1.2.3, 10.1.9.9", "https, http, http, http", "a, b, c, d")).Split(' ')[0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("192.0.2.1")]
    public async Task Nobody_else_is_believed(string? trusted)
    {
        await using var app = await StartAsync(trusted);
        Assert.Equal($"127.0.0.1 http 127.0.0.1:{app.Address.Port}", await SeenAsync(app, "192.0.2.7", "https", "city.example"));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("' or 1=1")]
    [InlineData("::ffff:999.1.1.1")]
    public async Task Nonsense_in_place_of_an_address_changes_nothing(string address)
    {
        await using var app = await StartAsync("127.0.0.1");
        Assert.Equal("127.0.0.1", (await SeenAsync(app, address, "https", "city.example")).Split(' ')[0]);
    }

    [Fact]
    public async Task Limits_hold_for_each_client_behind_a_trusted_proxy_and_for_all_together_behind_another()
    {
        var limits = new LimitOptions { AddressPerSecond = 1, AddressBurst = 2 };
        await using var app = await StartAsync("127.0.0.1", limits);
        foreach (var client in (string[])["192.0.2.1", "192.0.2.2", "2001:db8:1::1"])
            Assert.Equal([200, 200, 429], await StatusesAsync(app, 3, client));
        // A neighbour in the same /64 is the same customer.
        Assert.Equal([429], await StatusesAsync(app, 1, "2001:db8:1::2"));

        await using var direct = await StartAsync(null, limits);
        Assert.Equal([200, 200], await StatusesAsync(direct, 2, "192.0.2.1"));
        Assert.Equal([429], await StatusesAsync(direct, 1, "192.0.2.99"));
    }

    [Fact]
    public async Task Live_connections_count_for_the_client_behind_a_trusted_proxy()
    {
        await using var app = await DefendedApp.StartAsync(
            new ServerOptions { TrustedProxies = "127.0.0.1", MaxConnectionsPerAddress = 1 }, app => app.MapLiveFeed());
        using var first = await OpenAsync("192.0.2.1");
        using var second = await OpenAsync("192.0.2.2");
        using var third = await OpenAsync("192.0.2.2");
        Assert.Equal((200, 200, 429), ((int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode));

        async Task<HttpResponseMessage> OpenAsync(string client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/live?topic=parking-lots/a");
            request.Headers.Add("X-Forwarded-For", client);
            return await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
    }

    private static Task<DefendedApp> StartAsync(string? trusted, LimitOptions? limits = null) => DefendedApp.StartAsync(
        new ServerOptions { TrustedProxies = trusted, Limits = limits ?? new LimitOptions() },
        app => app.MapGet("/", (HttpContext http) => $"{http.Connection.RemoteIpAddress} {http.Request.Scheme} {http.Request.Host}"));

    private static async Task<string> SeenAsync(DefendedApp app, string address, string scheme, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
        request.Headers.Add("X-Forwarded-Proto", scheme);
        request.Headers.Add("X-Forwarded-Host", host);
        using var answer = await app.Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<List<int>> StatusesAsync(DefendedApp app, int times, string client)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
            statuses.Add((await app.Http.Get("", ("X-Forwarded-For", client))).Status);
        return statuses;
    }
}

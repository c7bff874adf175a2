using System.Net;
using System.Security.Claims;
using Coordination.Server.Defence;
using Coordination.Server.Hosting;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Coordination.Server.Tests.Defence;

/// <summary>How much one address, one subject and one place get. The limits of these tests are small and fill up slowly, so that no test waits.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task An_address_is_told_when_to_try_again_and_is_served_again_then()
    {
        await using var app = await StartAsync(new LimitOptions { AddressPerSecond = 1, AddressBurst = 2 });
        Assert.Equal([200, 200, 429], await StatusesAsync(app, 3));
        var refused = await app.Http.Get("api/things");
        Assert.Equal((429, "rate-limited"), (refused.Status, refused.Code));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        await app.Http.UntilAsync("api/things", answer => answer.Status == 200);
    }

    [Fact]
    public async Task The_probes_of_a_load_balancer_are_answered_whoever_floods_the_server()
    {
        await using var app = await StartAsync(new LimitOptions { AddressPerSecond = 1, AddressBurst = 1 });
        Assert.Equal([200, 429], await StatusesAsync(app, 2));
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await app.Http.Get("health/live")).Status);
    }

    [Fact]
    public async Task A_subject_has_a_limit_of_its_own_wherever_it_asks_from()
    {
        await using var app = await StartAsync(new LimitOptions { SubjectPerSecond = 1, SubjectBurst = 2 });
        Assert.Equal([200, 200, 429], await StatusesAsync(app, 3, headers: ("Subject", "wang")));
        Assert.Equal([200, 200, 429], await StatusesAsync(app, 3, headers: ("Subject", "gate-7")));
        Assert.Equal([200, 200, 200, 200], await StatusesAsync(app, 4)); // Who has not signed in is nobody's equal.
    }

    [Fact]
    public async Task A_place_takes_only_so_many_commands_whoever_sends_them_and_is_read_as_before()
    {
        await using var app = await StartAsync(new LimitOptions { PlacePerSecond = 1, PlaceBurst = 2 });
        Assert.Equal([200, 200, 429], await StatusesAsync(app, 3, "api/parking-lots/a/things", HttpMethod.Post));
        Assert.Equal([200], await StatusesAsync(app, 1, "api/parking-lots/b/things", HttpMethod.Post));
        Assert.Equal([200], await StatusesAsync(app, 1, "api/scenic-areas/a/things", HttpMethod.Post));
        Assert.Equal([200, 200, 200], await StatusesAsync(app, 3, "api/parking-lots/a/things"));
    }

    [Fact]
    public async Task Attempts_to_sign_in_and_tickets_have_stricter_limits()
    {
        await using var app = await StartAsync(new LimitOptions { SignInPerMinute = 6, SignInBurst = 2, TicketPerMinute = 6, TicketBurst = 3 });
        Assert.Equal([200, 200, 429], await StatusesAsync(app, 3, "api/session", HttpMethod.Post));
        Assert.Equal([200, 200, 200, 429], await StatusesAsync(app, 4, "api/tickets", HttpMethod.Post));
        Assert.Equal([200], await StatusesAsync(app, 1));
        var refused = await app.Http.Post("api/session", "{}");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_limit_that_does_not_exist_is_found_out_when_the_endpoint_is_mapped() => Assert.Throws<ArgumentException>(() => new LimitedAs("singin"));

    [Fact]
    public async Task The_twin_without_limits_serves_all()
    {
        await using var app = await StartAsync(new LimitOptions { AddressPerSecond = 0, SubjectPerSecond = 0, PlacePerSecond = 0, SignInPerMinute = 0, TicketPerMinute = 0 });
        Assert.All(await StatusesAsync(app, 100, "api/parking-lots/a/things", HttpMethod.Post), status => Assert.Equal(200, status));
        Assert.All(await StatusesAsync(app, 100, "api/session", HttpMethod.Post), status => Assert.Equal(200, status));
    }

    [Fact]
    public void However_many_addresses_come_what_is_kept_of_them_is_bounded_and_they_are_spread()
    {
        var buckets = new HashSet<int?>();
        for (var i = 0; i < 200_000; i++)
        {
            var http = new DefaultHttpContext();
            http.Connection.RemoteIpAddress = new IPAddress([0x20, 0x01, 0x0d, 0xb8, (byte)(i >> 16), (byte)(i >> 8), (byte)i, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
            buckets.Add(RequestLimits.AddressOf(http));
        }
        Assert.InRange(buckets.Count, RequestLimits.Buckets * 9 / 10, RequestLimits.Buckets);
    }

    [Fact]
    public async Task The_lines_of_a_stream_are_no_requests()
    {
        await using var own = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Arguments = ["--Coordination:Limits:AddressPerSecond", "1", "--Coordination:Limits:AddressBurst", "5", "--Coordination:Limits:PlacePerSecond", "1", "--Coordination:Limits:PlaceBurst", "1"],
        });
        Assert.Equal(201, (await own.Http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100 }""")).Status);
        var lines = string.Concat(Enumerable.Range(1, 2000).Select(i => $$"""{"place":"parking-lots/a","type":"reading","deviceId":"d","sequence":{{i}},"at":"{{Requests.At()}}","occupied":{{i % 100}}}""" + "\n"));
        var results = await IngestStream.SendAllAsync(own.Address, lines);
        Assert.Equal(2000, results.Count(result => (string?)result["status"] == "accepted"));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await own.Http.Get("api/parking-lots/a")).Status));
        Assert.Contains(429, statuses);
    }

    private static Task<DefendedApp> StartAsync(LimitOptions limits) => DefendedApp.StartAsync(
        new ServerOptions { Limits = limits },
        app =>
        {
            app.MapGet("/api/things", () => "thing");
            app.MapGet("/health/live", () => "well");
            app.MapMethods("/api/{kind}/{id}/things", ["GET", "POST"], (string id) => id);
            app.MapPost("/api/session", () => "in").LimitedAs(LimitedAs.SignIn);
            app.MapPost("/api/tickets", () => "ticket").LimitedAs(LimitedAs.Ticket);
        },
        signIn: app => app.Use((http, next) =>
        {
            if (http.Request.Headers["Subject"].ToString() is { Length: > 0 } subject)
                http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", subject)], "test"));
            return next(http);
        }));

    private static async Task<List<int>> StatusesAsync(DefendedApp app, int times, string path = "api/things", HttpMethod? method = null, params (string, string)[] headers)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
            statuses.Add((await app.Http.AskAsync(method ?? HttpMethod.Get, path, null, headers)).Status);
        return statuses;
    }
}

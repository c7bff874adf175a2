using System.Security.Cryptography;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Accounts;

/// <summary>A session holds on all hosts of a cluster, also on one that holds no places, and ends on all of them.</summary>
public sealed class ClusterSessionTests
{
    [Fact]
    public async Task A_session_that_began_on_one_host_holds_on_the_others_and_ends_on_all()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        var keys = new Dictionary<string, string>
        {
            ["Coordination__Privacy__HashKeys"] = $"h1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
            ["Coordination__Privacy__MasterKeys"] = $"m1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
            ["Coordination__Limits__SignInPerMinute"] = "0",
        };
        ServerProcessOptions Host(string role) => new() { Environment = keys, Arguments = ["--cluster", redis.Url, "--advertise", "127.0.0.1", "--role", role, "--drain-seconds", "0"] };
        await using var silo = await ServerProcess.StartAsync(Host("both"));
        await using var edge = await ServerProcess.StartAsync(Host("edge") with { Environment = new Dictionary<string, string> { ["Coordination__Limits__SignInPerMinute"] = "0" } });

        using var atEdge = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = edge.Address };
        var registered = await atEdge.Post("api/accounts", """{ "userName": "li", "password": "lotus under the bridge", "displayName": "李秀兰" }""");
        Assert.True(registered.Status == 201, $"{registered.Status} {registered.Code}");
        var cookies = registered.Headers.GetValues("Set-Cookie").Select(set => set.Split(';')[0]).ToList();
        var cookie = ("Cookie", string.Join("; ", cookies));

        using var atSilo = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = silo.Address };
        Assert.Equal("李秀兰", (string?)(await atSilo.Get("api/me", cookie))["displayName"]);
        Assert.Equal(200, (await atEdge.Get("api/me", cookie)).Status);
        // The token of the one is good at the other.
        var token = (await atSilo.Get("api/session", cookie))["antiforgeryToken"];
        Assert.Equal(204, (await atEdge.AskAsync(HttpMethod.Delete, "api/session", null, cookie, ("X-Antiforgery", (string)token!))).Status);
        Assert.Equal("session-ended", (await atSilo.UntilAsync("api/me", answer => answer.Status == 401, headers: cookie)).Code);
        Assert.Equal("session-ended", (await atEdge.UntilAsync("api/me", answer => answer.Status == 401, headers: cookie)).Code);
    }
}

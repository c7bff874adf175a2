using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Coordination.Testing;
using Coordination.Web.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(DemoSite))]

namespace Coordination.Web.Tests.Support;

/// <summary>Somebody with an account, and what she signs in with.</summary>
internal sealed record Person(string Id, string UserName, string DisplayName, string Password);

/// <summary>
/// A server with the seed places and the accounts of the demonstration, started when the first test asks for it. Each test has people of its own;
/// the accounts of the demonstration are only looked through.
/// </summary>
public sealed class DemoSite : IAsyncDisposable
{
    /// <summary>The community of the seed places in which the tests' people live.</summary>
    public const string Community = "communities/jingtie-jiayuan";

    private static int people;

    private readonly Lazy<Task<ServerProcess>> server = new(StartAsync);

    /// <summary>Its address by name: passkeys belong to a name, and an address of numbers is none.</summary>
    public async Task<Uri> AddressAsync() => new($"http://localhost:{(await server.Value).Address.Port}/");

    /// <summary>Talks to it as the administrator.</summary>
    public async Task<HttpClient> HttpAsync() => (await server.Value).Http;

    /// <summary>Opens an account.</summary>
    internal async Task<Person> NewPersonAsync(string role = "resident", string scope = Community)
    {
        var number = Interlocked.Increment(ref people);
        var person = new Person("", $"person-{number}", $"某人{number}", $"a good long secret {number}");
        using var made = await (await HttpAsync()).PostAsJsonAsync(
            "api/accounts/staff", new { person.UserName, person.DisplayName, Roles = new[] { new { Role = role, Scope = scope } } });
        var answer = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, answer);
        using var json = JsonDocument.Parse(answer);
        var code = json.RootElement.GetProperty("firstPassword").GetProperty("code").GetString();
        using var hers = new HttpClient { BaseAddress = await AddressAsync() };
        using var set = await hers.PostAsJsonAsync("api/session/password", new { person.UserName, code, @new = person.Password });
        var session = await set.Content.ReadAsStringAsync();
        Assert.True(set.IsSuccessStatusCode, session);
        using var entered = JsonDocument.Parse(session);
        hers.DefaultRequestHeaders.Add("X-Antiforgery", entered.RootElement.GetProperty("antiforgeryToken").GetString());
        using var left = await hers.DeleteAsync("api/session"); // Each test begins signed out.
        Assert.True(left.IsSuccessStatusCode);
        return person with { Id = json.RootElement.GetProperty("account").GetProperty("subject").GetString()!["accounts/".Length..] };
    }

    /// <summary>Whether a key is taken.</summary>
    public async Task<bool> TakesAsync(string key)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "api/session");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await (await HttpAsync()).SendAsync(ask);
        return answer.StatusCode != HttpStatusCode.Unauthorized;
    }

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
            await (await server.Value).DisposeAsync();
    }

    private static async Task<ServerProcess> StartAsync()
    {
        var started = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Seeds = Path.Combine(Repository.Root, "seeds"),
            Arguments = ["--Coordination:Identity:Demo", "true"],
            Environment = new Dictionary<string, string> { ["Coordination__Limits__SignInPerMinute"] = "0" }, // All tests come from one address.
        });
        // The accounts of the demonstration are made after the start.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await started.Http.GetAsync("api/demo/roles", patience.Token)).StatusCode != HttpStatusCode.OK)
            await Task.Delay(50, patience.Token);
        return started;
    }
}

/// <summary>How a visitor of the tests gets in where signing in is not what is tested.</summary>
internal static class Doors
{
    public static async Task<Visitor> ComeAsync(this DemoSite site, IBrowser browser, ViewportSize? size = null) =>
        await Visitor.ComeAsync(browser, await site.AddressAsync(), size);

    /// <summary>Signs in without the page.</summary>
    public static Task SignInAsync(this Visitor visitor, Person person) =>
        visitor.PostAsync("api/session", new { userName = person.UserName, password = person.Password });

    /// <summary>Signs in as somebody of the demonstration, without the page.</summary>
    public static Task EnterAsync(this Visitor visitor, string role) => visitor.PostAsync("api/demo/session", new { id = role });

    /// <summary>Ends all sessions of somebody but a new one of this visitor.</summary>
    public static async Task EndOthersAsync(this Visitor visitor, Person person)
    {
        var token = (await visitor.PostAsync("api/session", new { userName = person.UserName, password = person.Password })).GetProperty("antiforgeryToken").GetString()!;
        var ended = await visitor.Context.APIRequest.DeleteAsync("api/session/others", new APIRequestContextOptions { Headers = new Dictionary<string, string> { ["X-Antiforgery"] = token } });
        Assert.True(ended.Ok, await ended.TextAsync());
    }

    /// <summary>Waits until the server takes the visitor's session no more, which is within two seconds of its end.</summary>
    public static async Task WaitUntilSignedOutAsync(this Visitor visitor)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await visitor.Context.APIRequest.GetAsync("api/me")).Ok)
            await Task.Delay(50, patience.Token);
    }

    /// <summary>Waits until the server lets the visitor act for somebody, which is within two seconds of the consent.</summary>
    public static async Task WaitUntilActsForAsync(this Visitor visitor, Person person)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var behalf = new Dictionary<string, string> { ["On-Behalf-Of"] = $"accounts/{person.Id}" };
        while (!(await visitor.Context.APIRequest.GetAsync("api/me", new APIRequestContextOptions { Headers = behalf })).Ok)
            await Task.Delay(50, patience.Token);
    }

    private static async Task<JsonElement> PostAsync(this Visitor visitor, string path, object body)
    {
        var answer = await visitor.Context.APIRequest.PostAsync(path, new APIRequestContextOptions { DataObject = body });
        Assert.True(answer.Ok, await answer.TextAsync());
        return (await answer.JsonAsync())!.Value;
    }
}

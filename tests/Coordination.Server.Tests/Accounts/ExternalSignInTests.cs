using System.Net;
using Coordination.Server.Accounts;
using Coordination.Server.Identity;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Signing in at another place by OpenID Connect, against a real server of it.</summary>
public sealed class ExternalSignInTests : IAsyncLifetime
{
    private const string Refused = "/sign-in?problem=provider";

    private OpenIdProvider provider = null!;
    private ServerProcess server = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await OpenIdProvider.StartAsync();
        server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["Coordination__Identity__Providers__city__Authority"] = provider.Address.ToString(),
                ["Coordination__Identity__Providers__city__ClientId"] = OpenIdProvider.ClientId,
                ["Coordination__Identity__Providers__city__ClientSecret"] = OpenIdProvider.Secret,
                ["Coordination__Identity__Providers__city__Name"] = "城市统一身份认证",
                ["Coordination__Identity__Providers__city__RequireHttps"] = "false",
                ["Coordination__Identity__Jwt__Authority"] = provider.Address.ToString(),
                ["Coordination__Identity__Jwt__RequireHttps"] = "false",
                // As the provider calls this server in ID tokens too, so that it is not the audience that keeps them out.
                ["Coordination__Identity__Jwt__Audience"] = OpenIdProvider.ClientId,
                ["Coordination__Identity__Jwt__Scope"] = "coordination",
                ["Coordination__Limits__SignInPerMinute"] = "0",
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_signs_in_elsewhere_has_an_account_here_and_the_same_one_the_next_time()
    {
        var (first, firstBack) = await SignInAsync("/me");
        Assert.Equal("/me", firstBack);
        var (again, _) = await SignInAsync("/");
        Assert.Equal((string?)first["subject"], (string?)again["subject"]);
        Assert.Equal("陈静", (string?)first["displayName"]);
        Assert.Equal("城市统一身份认证", (string?)first["providers"][0]!["name"]);
        provider.Person = "1002";
        var (other, _) = await SignInAsync("/");
        Assert.NotEqual((string?)first["subject"], (string?)other["subject"]);

        // A program sends the provider's token instead of a cookie.
        using var program = DocumentedProblems.Client(server.Address, provider.LastToken!);
        Assert.Equal((string?)other["subject"], (string?)(await program.Get("api/me"))["subject"]);
        using var changed = DocumentedProblems.Client(server.Address, provider.LastToken![..^6] + "AAAAAA");
        Assert.Equal((401, "credentials-invalid"), Told(await changed.Get("api/server")));
    }

    [Fact]
    public async Task What_tells_who_signed_in_opens_nothing_only_a_token_for_programs_does()
    {
        var (person, _) = await SignInAsync("/");
        Assert.Equal((string?)person["subject"], (string?)(await AskWithAsync(provider.LastToken!))["subject"]);
        Assert.Equal((401, "credentials-invalid"), Told(await AskWithAsync(provider.LastIdToken!)));

        // The twin: but for the type it would be taken.
        var bearer = new JwtBearerOptions();
        TokenSignIn.Configure(bearer, new JwtSettings { Authority = provider.Address.ToString(), Audience = OpenIdProvider.ClientId });
        var metadata = await OpenIdConnectConfigurationRetriever.GetAsync($"{provider.Address}.well-known/openid-configuration", new HttpDocumentRetriever { RequireHttps = false }, CancellationToken.None);
        var rules = bearer.TokenValidationParameters.Clone();
        (rules.ValidIssuer, rules.ValidAudience, rules.IssuerSigningKeys) = (metadata.Issuer, bearer.Audience, metadata.SigningKeys);
        Assert.IsType<SecurityTokenInvalidTypeException>((await new JsonWebTokenHandler().ValidateTokenAsync(provider.LastIdToken, rules)).Exception);
        rules.ValidTypes = null;
        Assert.True((await new JsonWebTokenHandler().ValidateTokenAsync(provider.LastIdToken, rules)).IsValid);
    }

    [Theory]
    [InlineData("coordination", 200)]
    [InlineData("coordination.read", 401)]
    [InlineData("email", 401)]
    public async Task A_token_without_the_scope_that_is_demanded_opens_nothing(string scope, int status)
    {
        provider.Grants = scope;
        await SignInAsync("/");
        Assert.Equal(status, (await AskWithAsync(provider.LastToken!)).Status);
    }

    [Fact]
    public void A_scope_that_is_no_scope_is_told_at_the_start() =>
        Assert.Throws<FormatException>(() => TokenSignIn.Configure(new JwtBearerOptions(), new JwtSettings { Scope = "one two" }));

    [Theory]
    [InlineData("//evil.example.org")]
    [InlineData("https://evil.example.org/")]
    [InlineData("/\\evil.example.org")]
    [InlineData("me")]
    public async Task Nobody_is_sent_on_to_another_site(string returnTo)
    {
        using var browser = DocumentedProblems.Client(server.Address, "");
        Assert.Equal((400, "malformed"), Told(await BeginAsync(browser, returnTo)));
        Assert.Equal((404, "provider-unknown"), Told(await BeginAsync(browser, "/", provider: "none")));
    }

    [Fact]
    public async Task Only_our_own_page_begins_a_sign_in_elsewhere()
    {
        using var browser = NewBrowser();
        // Neither by a link, nor without the token of the page, nor from a page of others.
        Assert.Equal(405, await StatusAsync(browser, "api/session/external/city?returnTo=/"));
        Assert.Equal((400, "antiforgery"), Told(await browser.Post("api/session/external/city", """{ "returnTo": "/" }""")));
        Assert.Equal((403, "origin-not-allowed"), Told(await BeginAsync(browser, "/", headers: ("Origin", "https://evil.example.org"))));
        // The twin: our own page.
        var begun = await BeginAsync(browser, "/", headers: ("Origin", server.Address.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(200, begun.Status);
        Assert.StartsWith(provider.Address.ToString(), (string?)begun["address"], StringComparison.Ordinal);
        Assert.DoesNotContain("prompt=", (string?)begun["address"], StringComparison.Ordinal);
        // To show once more who one is, the provider has to ask.
        Assert.Contains("prompt=login", (string?)(await BeginAsync(browser, "/", again: true))["address"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_that_names_another_issuer_is_not_believed()
    {
        provider.MetadataNamesAnotherIssuer = true;
        using var browser = NewBrowser();
        Assert.Equal((503, "provider-unavailable"), Told(await BeginAsync(browser, "/")));
    }

    [Fact]
    public async Task Where_the_provider_sends_on_to_is_not_asked()
    {
        provider.MetadataLiesElsewhere = true;
        // The twin: who follows finds the same as ever there.
        using var follower = new HttpClient();
        Assert.Contains("authorization_endpoint", await follower.GetStringAsync(new Uri(provider.Address, ".well-known/openid-configuration")), StringComparison.Ordinal);
        using var browser = NewBrowser();
        Assert.Equal((503, "provider-unavailable"), Told(await BeginAsync(browser, "/")));
    }

    [Fact]
    public async Task What_fails_there_leads_back_to_our_own_page_and_tells_nothing_of_it()
    {
        using var browser = NewBrowser();
        var back = await GoThereAsync(browser, "/me");
        var state = System.Text.RegularExpressions.Regex.Match(back, "state=[^&]*").Value;
        // The person said no there, or the provider fails.
        Assert.Equal("/sign-in?problem=provider&returnTo=%2Fme", await WayBackAsync(browser, $"{back[..back.IndexOf('?', StringComparison.Ordinal)]}?error=access_denied&error_description=evil&{state}"));
        // Nobody asked: where to is not known.
        using var other = NewBrowser();
        Assert.Equal("/sign-in?problem=provider", await WayBackAsync(other, back[..back.IndexOf('?', StringComparison.Ordinal)]));
        Assert.False((bool)(await browser.Get("api/session"))["signedIn"]!);
    }

    [Fact]
    public async Task What_was_not_asked_by_this_browser_is_refused()
    {
        using var browser = NewBrowser();
        var back = await GoThereAsync(browser, "/");
        // In another browser, with another state, and with a code that was made up.
        using var other = NewBrowser();
        Assert.StartsWith(Refused, await WayBackAsync(other, back), StringComparison.Ordinal);
        Assert.StartsWith(Refused, await WayBackAsync(browser, back.Replace("state=", "state=A", StringComparison.Ordinal)), StringComparison.Ordinal);
        using var third = NewBrowser();
        var forged = await GoThereAsync(third, "/");
        Assert.StartsWith(Refused, await WayBackAsync(third, System.Text.RegularExpressions.Regex.Replace(forged, "code=[^&]*", "code=made-up")), StringComparison.Ordinal);
        Assert.False((bool)(await third.Get("api/session"))["signedIn"]!);
        // The twin: as it was asked it is let in.
        Assert.Equal("/", await WayBackAsync(browser, back));
    }

    [Fact]
    public async Task Another_nonce_or_issuer_is_refused()
    {
        provider.SaysAnotherNonce = true;
        using var first = NewBrowser();
        Assert.StartsWith(Refused, await WayBackAsync(first, await GoThereAsync(first, "/")), StringComparison.Ordinal);
        (provider.SaysAnotherNonce, provider.SaysAnotherIssuer) = (false, true);
        using var second = NewBrowser();
        Assert.StartsWith(Refused, await WayBackAsync(second, await GoThereAsync(second, "/")), StringComparison.Ordinal);
        provider.SaysAnotherIssuer = false;
        using var third = NewBrowser();
        Assert.Equal("/", await WayBackAsync(third, await GoThereAsync(third, "/")));
    }

    [Fact]
    public async Task What_ties_the_way_back_to_the_browser_are_cookies_that_only_this_host_can_set()
    {
        // As through a proxy; the browser is played by hand, since none would send such cookies on a plain connection.
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };
        browser.DefaultRequestHeaders.Add("X-Real-IP", "203.0.113.9");
        var session = await browser.Get("api/session");
        HostCookie.AssertAll(session);
        var away = await browser.Post("api/session/external/city", """{ "returnTo": "/me" }""",
            ("X-Antiforgery", (string)session["antiforgeryToken"]!), ("Cookie", session.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));
        var cookies = away.Headers.GetValues("Set-Cookie").Where(cookie => !cookie.Contains("antiforgery", StringComparison.Ordinal)).ToList();
        Assert.Equal(["__Host-coordination-nonce-", "__Host-coordination-state-"], cookies.Select(cookie => string.Concat(cookie.Split('=')[0].Take(26))).Order());
        HostCookie.AssertAll(away);
        using var there = await browser.GetAsync((string)away["address"]!);
        // The twin: without one of them the way back leads to where one begins.
        foreach (var part in cookies)
            Assert.StartsWith("/sign-in?problem=", (await BackAsync(cookies.Where(cookie => cookie != part))).Headers.Location?.ToString(), StringComparison.Ordinal);
        using var home = await BackAsync(cookies);
        Assert.Equal((302, "/me"), ((int)home.StatusCode, home.Headers.Location?.ToString()));
        HostCookie.AssertAll(home.Headers.GetValues("Set-Cookie"));

        async Task<HttpResponseMessage> BackAsync(IEnumerable<string> sent)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, there.Headers.Location);
            request.Headers.Add("Cookie", string.Join("; ", sent.Select(cookie => cookie.Split(';')[0])));
            return await browser.SendAsync(request);
        }
    }

    private async Task<Answer> AskWithAsync(string token)
    {
        using var program = DocumentedProblems.Client(server.Address, token);
        return await program.Get("api/me");
    }

    private HttpClient NewBrowser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = server.Address };

    /// <summary>Goes to the provider and comes to where it sends back to.</summary>
    private static async Task<string> GoThereAsync(HttpClient browser, string returnTo)
    {
        var begun = await BeginAsync(browser, returnTo);
        Assert.True(begun.Status == 200, $"{begun.Status} {begun.Code}");
        var away = new Uri((string)begun["address"]!);
        var query = away.Query;
        Assert.All((string[])["code_challenge=", "code_challenge_method=S256", "nonce=", "state="], part => Assert.Contains(part, query, StringComparison.Ordinal));
        using var there = await browser.GetAsync(away);
        Assert.Equal(HttpStatusCode.Redirect, there.StatusCode);
        return there.Headers.Location!.ToString();
    }

    private async Task<(Answer Session, string Back)> SignInAsync(string returnTo)
    {
        using var browser = NewBrowser();
        using var home = await browser.GetAsync(await GoThereAsync(browser, returnTo));
        Assert.True(home.StatusCode == HttpStatusCode.Redirect, await home.Content.ReadAsStringAsync());
        var session = await browser.Get("api/session");
        Assert.True((bool)session["signedIn"]!);
        return (session, home.Headers.Location!.ToString());
    }

    /// <summary>Begins a sign-in there as our own page does: with the token of the session.</summary>
    private static async Task<Answer> BeginAsync(HttpClient browser, string returnTo, bool again = false, string provider = "city", params (string, string)[] headers)
    {
        var token = (string)(await browser.Get("api/session"))["antiforgeryToken"]!;
        return await browser.Post(
            $"api/session/external/{provider}", new System.Text.Json.Nodes.JsonObject { ["returnTo"] = returnTo, ["again"] = again }.ToJsonString(), [.. headers, ("X-Antiforgery", token)]);
    }

    private static async Task<string> WayBackAsync(HttpClient browser, string address)
    {
        using var response = await browser.GetAsync(address);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    private static async Task<int> StatusAsync(HttpClient browser, string address)
    {
        using var response = await browser.GetAsync(address);
        return (int)response.StatusCode;
    }

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);
}

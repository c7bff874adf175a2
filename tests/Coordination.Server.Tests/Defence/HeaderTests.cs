using System.Text.RegularExpressions;
using Coordination.Server.Defence;
using Coordination.Server.Hosting;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Coordination.Server.Tests.Defence;

/// <summary>What every answer tells the browser that gets it.</summary>
public sealed partial class HeaderTests(SharedServer server)
{
    private const string Data = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly HttpClient http = new() { BaseAddress = server.Process.Address };

    [Theory]
    [InlineData("GET", "api/server")]
    [InlineData("GET", "api/parking-lots")]
    [InlineData("GET", "api/nothing")]
    [InlineData("GET", "api/parking-lots/UPPER")]
    [InlineData("DELETE", "api/ingest")]
    [InlineData("PUT", "api/parking-lots/a")]
    [InlineData("GET", "health/live")]
    [InlineData("GET", "health/ready")]
    [InlineData("GET", "metrics")]
    [InlineData("GET", "openapi/v1.json")]
    [InlineData("GET", "favicon.svg")]
    [InlineData("POST", "live/negotiate?negotiateVersion=1")]
    [InlineData("GET", "live?id=none")]
    [InlineData("GET", "api/live?topic=parking-lots/nowhere")]
    public async Task An_answer_that_is_no_page_is_for_nobody_to_frame_to_guess_at_or_to_load_from_elsewhere(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(Data, Header(answer, "Content-Security-Policy"));
        HasTheRest(answer);
    }

    [Fact]
    public async Task A_failure_has_them_too()
    {
        await using var app = await DefendedApp.StartAsync(new ServerOptions(), app => app.MapGet("/broken", string () => throw new InvalidOperationException("broken")));
        using var answer = await app.Http.GetAsync("broken");
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal(Data, Header(answer, "Content-Security-Policy"));
        HasTheRest(answer);
    }

    [Fact]
    public async Task Whatever_is_text_says_that_it_is_UTF_8()
    {
        var page = await http.GetAsync("index.html");
        Assert.SkipUnless(page.IsSuccessStatusCode, "The web pages are not built.");
        var files = FilesOf().Matches(await page.Content.ReadAsStringAsync()).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains(files, file => file.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith(".css", StringComparison.Ordinal));
        var types = new SortedSet<string>();
        foreach (var file in files.Concat(["/", "/index.html", "/favicon.svg", "/docs/", "/docs/scalar.js", "/dashboard/", "/health/live"]))
        {
            using var answer = await server.Http.GetAsync(file);
            Assert.True(answer.IsSuccessStatusCode, file);
            var type = answer.Content.Headers.ContentType!;
            Assert.True(type.CharSet == "utf-8", $"{file}: {type}");
            types.Add(type.MediaType!);
        }
        Assert.Superset(new HashSet<string> { "text/html", "text/javascript", "text/css", "image/svg+xml", "text/plain" }, types.ToHashSet());
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"]+\\.(?:js|css|svg))\"")]
    private static partial Regex FilesOf();

    [Theory]
    [InlineData("")]
    [InlineData("index.html")]
    [InlineData("screens/parking-lots/a")]
    [InlineData("communities/a")]
    public async Task A_page_runs_what_comes_from_here_and_nothing_that_is_written_into_it(string path)
    {
        using var answer = await http.GetAsync(path);
        Assert.SkipUnless(answer.IsSuccessStatusCode, "The web pages are not built.");
        var policy = Header(answer, "Content-Security-Policy");
        Assert.Contains("default-src 'self'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        foreach (var part in (string[])["connect-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'"])
            Assert.Contains(part, policy.Split("; "));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        HasTheRest(answer);
    }

    [Fact]
    public async Task The_description_runs_its_own_scripts_by_a_nonce_that_is_never_the_same()
    {
        var nonces = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await http.GetAsync("docs/");
            var policy = Header(answer, "Content-Security-Policy");
            var nonce = Nonce().Match(policy).Groups[1].Value;
            Assert.True(nonce.Length >= 22, policy);
            Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
            var scripts = ScriptTag().Matches(await answer.Content.ReadAsStringAsync());
            Assert.NotEmpty(scripts);
            Assert.All(scripts, script => Assert.Contains($"nonce=\"{nonce}\"", script.Value, StringComparison.Ordinal));
            HasTheRest(answer);
            nonces.Add(nonce);
        }
        Assert.Equal(2, nonces.Count);
    }

    [Fact]
    public async Task The_dashboard_has_a_policy_of_its_own()
    {
        using var answer = await server.Process.Http.GetAsync("dashboard/");
        Assert.Contains("script-src 'self';", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        HasTheRest(answer);
    }

    [Fact]
    public async Task What_is_about_a_person_is_kept_by_nobody()
    {
        await using var app = await DefendedApp.StartAsync(new ServerOptions(), app =>
        {
            app.MapGet("/mine", (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=60";
                return "me";
            }).HoldsPersonalData();
            app.MapGet("/everybodys", () => "all");
        });
        using var mine = await app.Http.GetAsync("mine");
        Assert.Equal("no-store", mine.Headers.CacheControl?.ToString());
        using var everybodys = await app.Http.GetAsync("everybodys");
        Assert.Null(everybodys.Headers.CacheControl);
    }

    [Fact]
    public async Task Only_what_came_by_HTTPS_tells_a_browser_to_stay_there()
    {
        await using var app = await DefendedApp.StartAsync(new ServerOptions { TrustedProxies = "127.0.0.1" }, app => app.MapGet("/", () => "here"));
        Assert.Null(await StrictAsync());
        Assert.Null(await StrictAsync(("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Host", "city.example")));
        Assert.Equal("max-age=31536000; includeSubDomains", await StrictAsync(("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Host", "city.example")));
        // Not for a name that is everybody's own machine.
        Assert.Null(await StrictAsync(("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Host", "localhost:5080")));

        async Task<string?> StrictAsync(params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "");
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            using var answer = await app.Http.SendAsync(request);
            return answer.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values.Single() : null;
        }
    }

    [Fact]
    public async Task A_host_that_is_not_on_the_list_gets_a_problem_and_a_page_of_it_no_answer()
    {
        await using var own = await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = ["--AllowedHosts", "127.0.0.1;city.example"] });
        Assert.Contains(" 200 ", await RawHttp.GetAsync(own.Address, "/api/server"), StringComparison.Ordinal);
        var refused = await RawHttp.AskAsync(own.Address, "GET /api/server HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        Assert.Contains(" 400 ", refused, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"malformed\"", refused, StringComparison.Ordinal);
        Assert.Contains("X-Content-Type-Options: nosniff", refused, StringComparison.Ordinal);
    }

    private static void HasTheRest(HttpResponseMessage answer)
    {
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("X-Powered-By"));
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : throw new InvalidOperationException($"{answer.RequestMessage?.RequestUri} has no {name}.");

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex ScriptTag();
}

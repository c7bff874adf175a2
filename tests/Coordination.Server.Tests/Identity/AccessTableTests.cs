using System.Net;
using System.Text;
using Coordination.Domain.Access;
using Coordination.Server.Identity;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Server.Tests.Identity;

/// <summary>Every endpoint with every role, at a place of its own and at the one next door.</summary>
public sealed class AccessTableTests(SharedServer server, Neighbours neighbours) : IClassFixture<Neighbours>
{
    private const string NoSubject = "0193a5d0-0000-7000-8000-000000000000";

    [Fact]
    public async Task Every_endpoint_is_in_the_table_and_says_who_may_use_it()
    {
        using var data = new TemporaryFolder();
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Coordination:Data", data.File("data"));
            host.UseSetting("Coordination:Seeds", "none");
            host.UseSetting("Coordination:Mqtt:Port", "0");
        });
        using var client = factory.CreateClient();
        var endpoints = factory.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 40);

        Assert.Empty(endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<AccessRequirement>() is null).Select(endpoint => endpoint.DisplayName));
        var found = endpoints.SelectMany(RowsOf).Select(PageOf).ToHashSet();
        Assert.Empty(found.Except(AccessTable.Rows.Keys).Order());
        Assert.Empty(AccessTable.Rows.Keys.Except(found).Order());
    }

    public static TheoryData<Role> AllRoles => [.. Enum.GetValues<Role>().Where(role => role != Role.Delegate)];

    [Theory]
    [MemberData(nameof(AllRoles))]
    public async Task A_role_opens_what_the_table_says_where_it_holds_and_nothing_next_door(Role role)
    {
        var key = await neighbours.KeyOfAsync(server, role);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Process.Address };
        if (key.Length > 0)
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var wrong = new List<string>();
        foreach (var (row, who) in AccessTable.Rows)
        {
            foreach (var place in (string[])[Neighbours.Own, Neighbours.Next])
            {
                // Roles that hold everywhere hold next door too.
                var isHere = Neighbours.HoldsEverywhere(role)
                    || (place == Neighbours.Own && (row.Contains("/scenic-areas/", StringComparison.Ordinal) || !Neighbours.HoldsAtTheScenicAreaOnly(role)));
                var isAboutAPlace = row.Contains("{id}", StringComparison.Ordinal) && !IsAboutSubjects(row) && who is not (AccessTable.Everybody or AccessTable.SignedIn or AccessTable.Account);
                // Who may define a place somewhere is let in, and told at the place itself: see below.
                var isAskedLater = who == "define" || !isAboutAPlace;
                var expected = AccessTable.Lets(row, role) && (isHere || isAskedLater);
                var (status, code) = await AskAsync(http, row, place);
                var isLetIn = status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
                if (isLetIn != expected || (!isLetIn && code != (key.Length == 0 ? "not-signed-in" : "forbidden")) || status == HttpStatusCode.InternalServerError)
                    wrong.Add($"{row} at {place}: {(int)status} {code}, but {(expected ? "may" : "may not")}");
            }
        }
        Assert.True(wrong.Count == 0, $"{role}:{Environment.NewLine}{string.Join(Environment.NewLine, wrong)}");
    }

    /// <summary>Of an account, a device or a program it is asked later where it is.</summary>
    private static bool IsAboutSubjects(string row) =>
        row.Contains("/api/accounts", StringComparison.Ordinal) || row.Contains("/api/devices", StringComparison.Ordinal) || row.Contains("/api/programs", StringComparison.Ordinal)
        || row.Contains("/api/me", StringComparison.Ordinal);

    private static async Task<(HttpStatusCode Status, string? Code)> AskAsync(HttpClient http, string row, string place)
    {
        var (method, route) = (row[..row.IndexOf(' ', StringComparison.Ordinal)], row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var path = route.Replace("{accountId}", "0193a5d0-0000-7000-8000-000000000000", StringComparison.Ordinal)
            .Replace("{id}", IsAboutSubjects(route)
                ? "0193a5d0-0000-7000-8000-000000000000"
                : place, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is not "GET")
            request.Content = new StringContent("{}", Encoding.UTF8, route == "/api/ingest" ? "application/x-ndjson" : "application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return (response.StatusCode, response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "application/problem+json" ? null
            : (string?)System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]);
    }

    /// <summary>An account, a device, a program: the endpoint itself asks where it belongs; see <see cref="NeighbourTests"/>.</summary>
    private static bool IsAboutASubject(string row) =>
        row.Contains("/api/accounts/", StringComparison.Ordinal) || row.Contains("/api/devices/", StringComparison.Ordinal) || row.Contains("/api/programs/", StringComparison.Ordinal)
        || row.Contains("/people/", StringComparison.Ordinal) || row.Contains("/api/me/", StringComparison.Ordinal);

    private static IEnumerable<string> RowsOf(RouteEndpoint endpoint)
    {
        var path = "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace(":nonfile", "", StringComparison.Ordinal);
        return (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [path.EndsWith("/negotiate", StringComparison.Ordinal) ? "POST" : "GET"]).Where(method => method is not "HEAD" and not "CONNECT").Select(method => $"{method} {path}");
    }

    /// <summary>Files and calls of the dashboard and of the page that renders the description belong to their page.</summary>
    private static string PageOf(string row) => row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..] switch
    {
        ['/', 'd', 'a', 's', 'h', 'b', 'o', 'a', 'r', 'd', ..] => "GET /dashboard",
        ['/', 'd', 'o', 'c', 's', ..] => "GET /docs",
        _ => row,
    };
}

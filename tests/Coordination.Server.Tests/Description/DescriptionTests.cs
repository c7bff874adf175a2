using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Coordination.Server.Api;
using Coordination.Server.Api.Description;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Server.Tests.Description;

/// <summary><c>/openapi/v1.json</c> says everything, and what it says is so.</summary>
public sealed partial class DescriptionTests(SharedServer server)
{
    [Fact]
    public async Task Every_endpoint_is_described()
    {
        using var data = new TemporaryFolder();
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Coordination:Data", data.File("data"));
            host.UseSetting("Coordination:Seeds", "none");
            host.UseSetting("Coordination:Mqtt:Port", "0");
        });
        using var client = factory.CreateClient();
        var described = (await DocumentAsync())["paths"]!.AsObject();
        var endpoints = factory.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 40);
        var missing = new List<string>();
        foreach (var endpoint in endpoints)
        {
            var path = "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace(":nonfile", "", StringComparison.Ordinal);
            if (IsNoApi(path))
                continue;
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                if (described[path]?[method.ToLowerInvariant()] is null)
                    missing.Add($"{method} {path}");
            }
        }
        Assert.Empty(missing);
    }

    // Pages for people, the description itself, and the hub, which OpenAPI has no words for: it is in x-live-hub.
    private static bool IsNoApi(string path) =>
        !path.StartsWith("/api/", StringComparison.Ordinal) && !path.StartsWith("/health/", StringComparison.Ordinal) && path is not "/metrics";

    [Fact]
    public async Task Every_operation_has_words_examples_and_errors()
    {
        foreach (var (what, operation) in Operations(await DocumentAsync()))
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), what + " summary");
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["description"]), what + " description");
            if (operation["requestBody"]?["content"] is JsonObject bodies)
                Assert.All(bodies, body => Assert.True(body.Value!["example"] is not null && body.Value["schema"] is not null, what + " request"));
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                Assert.True(parameter!["description"] is not null && parameter["example"] is not null, $"{what} {parameter["name"]}");
            var responses = operation["responses"]!.AsObject();
            Assert.Contains(responses, response => response.Key[0] is '2' or '3');
            foreach (var (status, response) in responses)
            {
                if (status is "204" or "302")
                    continue; // There is nothing to show.
                var media = Assert.Single(response!["content"]!.AsObject()).Value!;
                Assert.True(media["example"] is not null || media["examples"] is not null, $"{what} {status}");
                Assert.True(media["schema"] is not null, $"{what} {status} schema");
                if (what.Contains("/api/", StringComparison.Ordinal) && status is "429" or "503" && media["examples"] is not null)
                    Assert.NotNull(response["headers"]?["Retry-After"]);
            }
        }
    }

    [Fact]
    public async Task Every_error_code_in_the_source_is_in_the_table_and_every_one_in_the_table_is_used()
    {
        var inSource = new HashSet<string>();
        foreach (var project in new[] { "Domain", "Grains", "Live", "Server" })
        {
            foreach (var file in Directory.EnumerateFiles(Repository.PathOf("src", $"Coordination.{project}"), "*.cs", SearchOption.AllDirectories))
            {
                if (file.Contains("/obj/", StringComparison.Ordinal) || file.EndsWith("ErrorCodes.cs", StringComparison.Ordinal))
                    continue;
                var text = await File.ReadAllTextAsync(file);
                foreach (Match match in Literal().Matches(text))
                    inSource.Add(match.Groups[1].Value);
                foreach (Match match in Constant().Matches(text))
                    inSource.Add((string)typeof(ErrorCodes).GetField(match.Groups[1].Value)!.GetValue(null)!);
            }
        }
        Assert.True(inSource.Count > 25, string.Join(' ', inSource.Order()));
        var table = ErrorCodes.All.Select(error => error.Code).ToHashSet();
        Assert.Equal(table.Order(), inSource.Order());
        Assert.Equal(table.Count, ErrorCodes.All.Count);

        var document = await DocumentAsync();
        var listed = Operations(document).SelectMany(operation => operation.Operation["responses"]!.AsObject())
            .SelectMany(response => response.Value!["content"]?["application/problem+json"]?["examples"]?.AsObject().Select(example => example.Key) ?? []).ToHashSet();
        // Of a line or of no operation: paths that do not exist, pages, and what should never be.
        Assert.Equal(["internal", "line-too-long", "method-not-allowed", "pages-not-built"], table.Except(listed).Order());
        Assert.Equal(table.Order(), document["x-error-codes"]!.AsArray().Select(error => (string)error!["code"]!).Order());
        Assert.All(table, code => Assert.Contains($"| `{code}` |", (string)document["info"]!["description"]!, StringComparison.Ordinal));
        Assert.Equal(table.Order(), document["components"]!["schemas"]!["ProblemDetails"]!["properties"]!["code"]!["enum"]!.AsArray().Select(code => (string)code!).Order());
    }

    [Fact]
    public async Task The_lines_of_ingest_and_the_hub_are_described()
    {
        var document = await DocumentAsync();
        var schemas = document["components"]!["schemas"]!;
        Assert.Equal(["at", "count", "deviceId", "direction", "free", "occupied", "place", "sequence", "type", "zone"], schemas["IngestLine"]!["properties"]!.AsObject().Select(property => property.Key).Order());
        Assert.Equal(["code", "detail", "field", "first", "line", "overCapacity", "status", "version"], schemas["IngestResult"]!["properties"]!.AsObject().Select(property => property.Key).Order());
        foreach (var (name, schema) in schemas.AsObject())
        {
            foreach (var (property, described) in schema!["properties"]?.AsObject() ?? [])
                Assert.True(described!["type"] is not null || described["$ref"] is not null || described["oneOf"] is not null || described["enum"] is not null, $"{name}.{property} has no type");
        }
        var hub = document["x-live-hub"]!;
        Assert.True(hub["server"]!["Watch"] is not null && hub["server"]!["Unwatch"] is not null && hub["client"]!["changed"] is not null);
        Assert.True(hub["client"]!["status"] is not null && hub["client"]!["goodbye"] is not null);
        foreach (var path in new[] { "/api/parking-lots/{id}", "/api/scenic-areas/{id}" })
            Assert.Subset(document["paths"]![path]!["put"]!["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!).ToHashSet(), new HashSet<string> { "Idempotency-Key", "If-Match", "If-None-Match" });
        Assert.DoesNotContain(document["paths"]!.AsObject(), path => path.Key.StartsWith("/dashboard", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_examples_are_what_the_server_takes_and_answers()
    {
        await using var own = await ServerProcess.StartAsync();
        using var http = DocumentedProblems.Client(own.Address);
        var operations = Operations(await DocumentAsync()).Where(operation => operation.What.Contains("/api/", StringComparison.Ordinal) && !operation.What.EndsWith("/api/live", StringComparison.Ordinal)
            && !OfPeople.Any(path => operation.What.Contains(path, StringComparison.Ordinal))).ToList();
        var puts = operations.Where(operation => operation.What.StartsWith("put ", StringComparison.Ordinal) && operation.What.EndsWith("/{id}", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, puts.Count);
        var changes = operations.Except(puts).Where(operation => operation.Operation["requestBody"] is not null && !operation.What.EndsWith("ingest", StringComparison.Ordinal)).OrderBy(operation => operation.What.Contains("readings", StringComparison.Ordinal) ? 0 : 1).ToList();
        Assert.Equal(12, changes.Count);

        foreach (var (what, operation) in puts.Concat(changes))
        {
            var body = operation["requestBody"]!["content"]!["application/json"]!["example"]!;
            var answer = await http.AskAsync(Method(what), Path(what, operation), body.ToJsonString());
            Assert.True(answer.Status is 200 or 201, $"{what}: {answer.Status} {answer.Body?.ToJsonString()}");
            SameShape(what, operation["responses"]![$"{answer.Status}"]!["content"]!["application/json"]!["example"]!, answer.Body!);
        }
        using var lines = new StringContent((string)operations.Single(operation => operation.What.EndsWith("ingest", StringComparison.Ordinal)).Operation["requestBody"]!["content"]!["application/x-ndjson"]!["example"]!);
        lines.Headers.ContentType = new("application/x-ndjson");
        var results = (await (await http.PostAsync("api/ingest", lines)).Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var expected = Examples.IngestResults.Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(expected.Select(Told), results.Select(Told));

        foreach (var (what, operation) in operations.Where(operation => operation.What.StartsWith("get ", StringComparison.Ordinal)))
        {
            var answer = await http.Get(Path(what, operation));
            Assert.Equal((what, 200), (what, answer.Status));
            SameShape(what, operation["responses"]!["200"]!["content"]!["application/json"]!["example"]!, answer.Body!);
        }

        static (int, string?, string?) Told(JsonNode result) => ((int)result["line"]!, (string?)result["status"], (string?)result["code"]);
    }

    /// <summary>What the server answers has only properties the example shows or the schema has; what the example shows is of the same kind.</summary>
    private static void SameShape(string what, JsonNode example, JsonNode answer)
    {
        if (example is JsonObject shown && answer is JsonObject told)
        {
            foreach (var (name, value) in told)
            {
                if (value is not null && shown[name] is { } like)
                    SameShape($"{what}.{name}", like, value);
                else
                    Assert.True(Optional.Contains(name), $"{what}: the example does not show {name}");
            }
        }
        else if (example is JsonArray { Count: > 0 } items && answer is JsonArray { Count: > 0 } others)
            SameShape($"{what}[]", items[0]!, others[0]!);
        else
            Assert.True(example.GetValueKind() == answer.GetValueKind() || example.GetValueKind().ToString()[0] == 'T' || answer.GetValueKind().ToString()[0] is 'T' or 'F', what);
    }

    // Asked as the people they are for: see ExampleTests of the accounts.
    private static readonly string[] OfPeople = ["/api/session", "/api/me", "/api/accounts", "/api/devices", "/api/programs", "/api/demo", "/api/privacy", "/api/audit"];

    // Only there at times, and then explained by the schema.
    private static readonly HashSet<string> Optional = ["operationReason", "level", "overCapacity", "lastDrift", "driftPercent", "lastRefusedAt", "street", "openingHours", "rules", "levels", "capacity", "purpose", "maxHeightCentimetres"];

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await server.Http.GetStringAsync("openapi/v1.json"))!;

    private static IEnumerable<(string What, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject() from operation in path.Value!.AsObject() select ($"{operation.Key} {path.Key}", operation.Value!);

    private static HttpMethod Method(string what) => new(what.Split(' ')[0].ToUpperInvariant());

    private static string Path(string what, JsonNode operation)
    {
        var id = operation["parameters"]?.AsArray().FirstOrDefault(parameter => (string?)parameter!["name"] == "id")?["example"];
        return what.Split(' ')[1].TrimStart('/').Replace("{id}", (string?)id, StringComparison.Ordinal);
    }

    [GeneratedRegex("(?:Refused|Conflict|Of|NumberFault \\w+ =\\s+new|RejectionKind\\.\\w+|WatchedTopic)\\(?[^\"()]*?,?\\s*\"([a-z]+(?:-[a-z0-9]+)+|malformed|overloaded|unavailable|draining|internal)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("(?:ErrorCodes|Api\\.ErrorCodes)\\.([A-Z]\\w+)\\b(?<!All)")]
    private static partial Regex Constant();
}

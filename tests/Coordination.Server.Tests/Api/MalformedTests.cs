using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Api;

/// <summary>What an attacker with curl, or a program with a fault, may send. Every answer is a problem with a code, and none a 500: the client of these tests checks that.</summary>
public sealed class MalformedTests(SharedServer server)
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("[", 5000));

    public static TheoryData<string, string> Profiles => new()
    {
        { "", "malformed" },
        { "null", "malformed" },
        { "[]", "malformed" },
        { "\"text\"", "malformed" },
        { "{", "malformed" },
        { "{} trailing", "malformed" },
        { """{ }""", "malformed" },
        { """{ "name": null }""", "malformed" },
        { """{ "name": "" }""", "malformed" },
        { """{ "name": "   " }""", "malformed" },
        { """{ "name": 5 }""", "malformed" },
        { $$"""{ "name": "{{new string('长', 81)}}" }""", "malformed" },
        { """{ "name": "\ud800" }""", "malformed" },
        { """{ "name": "A", "capacty": 800 }""", "malformed" },
        { """{ "name": "A", "name": "B" }""", "malformed" },
        { """{ "name": "A", "capacity": 1, "Capacity": 2 }""", "malformed" },
        { """{ "name": "A", "capacity": -1 }""", "malformed" },
        { """{ "name": "A", "capacity": 10000001 }""", "malformed" },
        { """{ "name": "A", "capacity": 1e400 }""", "malformed" },
        { """{ "name": "A", "capacity": 99999999999999999999999 }""", "malformed" },
        { """{ "name": "A", "capacity": 1.5 }""", "malformed" },
        { """{ "name": "A", "capacity": "10" }""", "malformed" },
        { """{ "name": "A", "timeZone": "Mars/Olympus" }""", "malformed" },
        { """{ "name": "A", "timeZone": "../../etc/passwd" }""", "malformed" },
        { """{ "name": "A", "community": "Not A Slug" }""", "malformed" },
        { """{ "name": "A", "zones": [null] }""", "malformed" },
        { """{ "name": "A", "zones": {} }""", "malformed" },
        { """{ "name": "A", "zones": [{ "id": "a", "name": "甲" }, { "id": "a", "name": "乙" }] }""", "malformed" },
        { """{ "name": "A", "zones": [{ "id": "a", "name": "甲", "purpose": 1 }] }""", "malformed" },
        { """{ "name": "A", "zones": [{ "id": "a", "name": "甲", "purpose": "landing" }] }""", "malformed" },
        { """{ "name": "A", "zones": [{ "id": "a", "name": "甲", "areaSquareMetres": 1e400, "squareMetresPerVisitor": 1 }] }""", "malformed" },
        { """{ "name": "A", "zones": [{ "id": "a", "name": "甲", "areaSquareMetres": 1e9, "squareMetresPerVisitor": 0.1 }] }""", "malformed" },
        { $$"""{ "name": "A", "zones": [{{string.Join(',', Enumerable.Range(0, 65).Select(i => $$"""{ "id": "z{{i}}", "name": "甲" }"""))}}] }""", "malformed" },
        { """{ "name": "A", "openingHours": { "weekly": [{ "day": "someday", "periods": [] }] } }""", "malformed" },
        { """{ "name": "A", "openingHours": { "weekly": [{ "day": "monday", "periods": [{ "opens": "25:00", "closes": "26:00" }] }] } }""", "malformed" },
        { """{ "name": "A", "openingHours": { "exceptions": [{ "date": "2026-02-30", "periods": [] }] } }""", "malformed" },
        { """{ "name": "A", "rules": { "levels": { "busy": 90, "warning": 80 } } }""", "malformed" },
        { """{ "name": "A", "zones": """ + Deep, "malformed" },
    };

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task A_profile_that_is_wrong_is_refused_and_makes_no_place(string profile, string code)
    {
        var path = $"api/parking-lots/{SharedServer.NewId("lot")}";
        Assert.Equal((400, code), await server.Http.Put(path, profile) is var answer ? (answer.Status, answer.Code) : default);
        Assert.Equal(404, (await server.Http.Get(path)).Status);
    }

    [Theory]
    [InlineData("""{ "name": "A", "buildings": [{ "id": "b", "name": "1" }, { "id": "b", "name": "2" }] }""")]
    [InlineData("""{ "name": "A", "buildings": [null] }""")]
    [InlineData("""{ "name": "A", "places": ["communities/other"] }""")]
    [InlineData("""{ "name": "A", "places": ["parking-lots/a", "parking-lots/a"] }""")]
    [InlineData("""{ "name": "A", "places": [null] }""")]
    [InlineData("""{ "name": "A", "capacity": 5 }""")]
    public async Task A_community_that_is_wrong_is_refused(string profile) =>
        Assert.Equal("malformed", (await server.Http.Put($"api/communities/{SharedServer.NewId("community")}", profile)).Code);

    [Theory]
    [InlineData("movements", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00" }""", 400, "malformed")]
    [InlineData("movements", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "direction": "up" }""", 400, "malformed")]
    [InlineData("movements", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "direction": 0 }""", 400, "malformed")]
    [InlineData("movements", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "direction": "in", "count": 0 }""", 400, "malformed")]
    [InlineData("movements", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "direction": "in", "count": 100001 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": null, "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "occupied": 1 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "a/b#", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "occupied": 1 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": -1, "at": "2026-05-01T08:00:00+08:00", "occupied": 1 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 9007199254740992, "at": "2026-05-01T08:00:00+08:00", "occupied": 1 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00", "occupied": 1 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01", "occupied": 1 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "occupied": 1, "simulated": true }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00" }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "occupied": 1, "free": 1 }""", 400, "malformed")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "occupied": -1 }""", 422, "negative-count")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "2026-05-01T08:00:00+08:00", "free": 101 }""", 422, "free-above-capacity")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "1999-12-31T23:59:59Z", "occupied": 1 }""", 422, "time-out-of-range")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "0001-01-01T00:00:00Z", "occupied": 1 }""", 422, "time-out-of-range")]
    [InlineData("readings", """{ "deviceId": "d", "sequence": 1, "at": "9999-12-31T23:59:59Z", "occupied": 1 }""", 422, "time-in-future")]
    [InlineData("corrections", """{ "occupied": 1, "by": "", "reason": "x" }""", 400, "malformed")]
    [InlineData("corrections", """{ "occupied": 1, "by": null, "reason": null }""", 400, "malformed")]
    [InlineData("corrections", """{ "occupied": -1, "by": "a", "reason": "x" }""", 422, "negative-count")]
    [InlineData("capacity-changes", "{ }", 400, "malformed")]
    [InlineData("capacity-changes", """{ "capacity": 5, "effectiveAt": "soon" }""", 400, "malformed")]
    [InlineData("rules-changes", """{ "rules": null }""", 400, "malformed")]
    public async Task What_a_place_is_told_wrongly_is_refused_and_changes_nothing(string what, string body, int status, string code)
    {
        var lot = await server.Http.NewLotAsync();
        var answer = await server.Http.Post($"{lot}/{what}", body);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(1, (int)(await server.Http.Get(lot))["version"]!);
        var nowhere = await server.Http.Post($"api/parking-lots/nowhere/{what}", body);
        Assert.True(nowhere.Status is 404 or 400 or 422);
    }

    [Theory]
    [InlineData("GET", "api/nothing", 404, "not-found")]
    [InlineData("GET", "api/parking-lots/a/b/c", 404, "not-found")]
    [InlineData("GET", "openapi/v2.json", 404, "not-found")]
    [InlineData("DELETE", "api/parking-lots/a", 405, "method-not-allowed")]
    [InlineData("POST", "api/parking-lots", 405, "method-not-allowed")]
    [InlineData("GET", "api/ingest", 405, "method-not-allowed")]
    [InlineData("GET", "api/parking-lots/UPPER", 400, "malformed")]
    [InlineData("GET", "api/parking-lots/a--b", 400, "malformed")]
    [InlineData("GET", "api/parking-lots/..%2f..%2fetc", 400, "malformed")]
    [InlineData("GET", "api/parking-lots/停车场", 400, "malformed")]
    [InlineData("GET", "api/live", 400, "malformed")]
    [InlineData("GET", "api/live?topic=nonsense", 400, "topic-unknown")]
    public async Task A_path_that_is_none_is_told_as_such(string method, string path, int status, string code)
    {
        var answer = await server.Http.AskAsync(new HttpMethod(method), path, null);
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Too_many_topics_in_a_stream_are_refused() => Assert.Equal("too-many-topics",
        (await server.Http.Get("api/live?" + string.Join('&', Enumerable.Range(0, 101).Select(i => $"topic=parking-lots/x{i}")))).Code);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Put, "api/parking-lots/a"), (HttpMethod.Post, "api/parking-lots/a/readings"), (HttpMethod.Post, "api/ingest") })
        {
            using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent("""{ "name": "A" }"""u8.ToArray()) };
            request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
            using var response = await server.Http.SendAsync(request);
            Assert.Equal((415, "unsupported-media-type"), ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]));
        }
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("APPLICATION/JSON; charset=\"UTF-8\"; profile=\"x\"")]
    public async Task A_character_set_in_quotes_is_the_same(string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"api/parking-lots/{SharedServer.NewId("lot")}") { Content = new ByteArrayContent("""{ "name": "A" }"""u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(201, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_name_that_is_not_known_is_told_but_not_at_any_length() => Assert.Equal(120,
        (await server.Http.Put("api/parking-lots/a", $$"""{ "name": "A", "{{new string('x', 100_000)}}": 1 }""")).Field!.Length);

    [Fact]
    public async Task A_body_that_ends_in_what_is_no_HTTP_is_refused_and_is_no_failure_of_the_server()
    {
        var address = server.Process.Address;
        var answer = await RawHttp.AskAsync(address, $"PUT /api/parking-lots/a HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {ServerProcess.Key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\n{{\r\n0\r\nTrailer: x\u0000\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"malformed\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dashboard/HistoricalStats/x")]
    [InlineData("dashboard/SiloProperties/x")]
    [InlineData("dashboard/SiloCounters/%0a")]
    public async Task The_dashboard_knows_no_host_that_is_none(string path) => Assert.Equal((404, "not-found"), await server.Http.Get(path) is var answer ? (answer.Status, answer.Code) : default);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_one_mebibyte_is_refused(bool saysItsLength)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/parking-lots/too-large");
        var text = Encoding.UTF8.GetBytes($$"""{ "name": "A", "address": "{{new string('x', 1024 * 1024)}}" }""");
        request.Content = saysItsLength ? new ByteArrayContent(text) : new StreamContent(new MemoryStream(text));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = !saysItsLength;
        request.Headers.ExpectContinue = true; // Otherwise the connection may be reset while the rest is still being sent.
        using var response = await server.Http.SendAsync(request);
        Assert.Equal((413, "too-large"), ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        using var content = new ByteArrayContent([.. "{ \"name\": \""u8, 0xFF, 0xFE, .. "\" }"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await server.Http.PutAsync("api/parking-lots/bytes", content);
        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Names_may_have_any_characters_there_are()
    {
        var name = "\u0000<script>'; DROP TABLE events; --🅿\u202e";
        var path = $"api/parking-lots/{SharedServer.NewId("lot")}";
        Assert.Equal(201, (await server.Http.Put(path, new JsonObject { ["name"] = name }.ToJsonString())).Status);
        Assert.Equal(name, (string?)(await server.Http.Get(path))["name"]);
    }

    [Fact]
    public async Task At_most_64_changes_wait()
    {
        var lot = await server.Http.NewLotAsync();
        var later = TimeProvider.System.GetUtcNow().AddDays(1);
        for (var i = 0; i < 64; i++)
            Assert.Equal(200, (await server.Http.Post($"{lot}/capacity-changes", $$"""{ "capacity": {{i}}, "effectiveAt": "{{later.AddMinutes(i):O}}" }""")).Status);
        Assert.Equal("too-many-scheduled", (await server.Http.Post($"{lot}/capacity-changes", $$"""{ "capacity": 5, "effectiveAt": "{{later:O}}" }""")).Code);
    }
}

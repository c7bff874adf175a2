using System.Collections.Concurrent;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Identity;

/// <summary>
/// Numbers of people are planted wherever a person, a clerk or somebody who guesses would put them, and looked for afterwards in
/// everything the server keeps, writes, sends or says to anybody else.
/// </summary>
public sealed class LeakTests
{
    // Valid by their form, and nobody's: the region of the identity numbers was never given out.
    private const string Identity = "990101199003074518";
    private const string Phone = "13800239977";
    private const string Plate = "京A7Q2W9";
    private const string OtherPhone = "13900418866";
    private const string Name = "欧阳泄露测试";
    private const string Password = "a lotus that nobody leaks";

    /// <summary>Personal, each in every form in which it was sent.</summary>
    private static readonly string[] Planted = [Identity, "990101 19900307 4518", Phone, "138-0023-9977", Plate, "京A·7Q2W9", "A7Q2W9", OtherPhone, Name, Password];

    /// <summary>Not personal: it has to be found wherever the others are looked for, or the search is blind.</summary>
    private const string Known = "known-yard";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_identifies_a_person_is_nowhere_but_in_her_own_answers()
    {
        await using var collector = await Collector.StartAsync();
        var log = new ConcurrentQueue<string>();
        await using var server = ServerProcess.Create(new ServerProcessOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["Logging__LogLevel__Default"] = "Debug",
                ["Logging__LogLevel__Microsoft.AspNetCore"] = "Debug",
                ["Coordination__OtlpEndpoint"] = $"http://127.0.0.1:{collector.Port}",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["Coordination__SnapshotEvery"] = "2",
            },
        });
        server.LineWritten = log.Enqueue;
        await server.StartAgainAsync(Stop);
        var said = await LiveThroughAsync(server);

        await server.Http.UntilAsync("api/server", _ => collector.Has("/v1/traces", Known) && collector.Has("/v1/metrics", "coordination"));
        var metrics = await server.Http.GetStringAsync("metrics", Stop);
        await server.StopAsync(); // With its last snapshots.
        var stored = Directory.EnumerateFiles(server.DataFolder, "*", SearchOption.AllDirectories).Select(file => (Name: Path.GetFileName(file), Bytes: File.ReadAllBytes(file))).ToList();

        foreach (var secret in Planted)
        {
            Assert.DoesNotContain(stored, file => Bytes.Have(file.Bytes, secret));
            Assert.DoesNotContain(log, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
            Assert.False(collector.Has("", secret), $"{secret} is in the traces or metrics");
            Assert.DoesNotContain(secret, metrics, StringComparison.Ordinal);
            // The staff that may see people sees their names.
            Assert.DoesNotContain(said, answer => secret != Name && answer.Contains(secret, StringComparison.Ordinal));
        }
        // The twin: what is no secret is found by the same search in each of these places.
        Assert.Contains(stored, file => file.Name == "coordination.db" && Bytes.Have(file.Bytes, Known));
        Assert.Contains(log, line => line.Contains(Known, StringComparison.Ordinal));
        Assert.True(collector.Has("/v1/traces", Known));
        Assert.Contains("coordination_commands", metrics, StringComparison.Ordinal);
        Assert.Contains(said, answer => answer.Contains(Known, StringComparison.Ordinal));
    }

    /// <summary>A day of a person, of the staff that helps her, and of who guesses; returns everything that was said to others than her.</summary>
    private static async Task<List<string>> LiveThroughAsync(ServerProcess server)
    {
        var said = new List<string>();
        async Task<Answer> Note(Task<Answer> asked)
        {
            var answer = await asked;
            said.Add(answer.Body?.ToJsonString(Readable) ?? "");
            return answer;
        }

        var admin = server.Http;
        await admin.Put($"api/communities/{Known}", $$"""{ "name": "{{Known}}", "city": "京", "district": "甲区", "street": "一街道", "buildings": [{ "id": "building-1", "name": "1号楼" }], "places": ["parking-lots/{{Known}}"] }""");
        await admin.Put($"api/parking-lots/{Known}", $$"""{ "name": "{{Known}}", "capacity": 10, "community": "{{Known}}" }""");
        using var pushes = await EventStream.OpenAsync(admin, $"parking-lots/{Known}", $"communities/{Known}");

        // She registers with her phone as user name, and gives the rest.
        using var her = new HttpClient { BaseAddress = server.Address };
        var registered = await her.Post("api/accounts", $$"""{ "userName": "{{Phone}}", "password": "{{Password}}", "displayName": "{{Name}}", "community": "{{Known}}", "building": "building-1" }""");
        Assert.Equal(201, registered.Status);
        var token = ("X-Antiforgery", (string)registered["antiforgeryToken"]!);
        var subject = (string)registered["subject"]!;
        var changed = await her.Put("api/me/contact", $$"""{ "phone": "138-0023-9977", "identityNumber": "990101 19900307 4518", "plates": ["京A·7Q2W9"] }""", token);
        Assert.True(changed.Status == 200, $"{changed.Status} {changed.Code} {changed.Body?.ToJsonString()}");
        Assert.Equal(Identity, (string?)(await her.Get("api/me/export"))["identityNumber"]);
        // What she gets wrong is not repeated to her either.
        await Note(her.Put("api/me/contact", $$"""{ "identityNumber": "{{Identity}}9" }""", token));
        await Note(her.Put("api/me/contact", $$"""{ "phone": "{{Phone}}{{Phone}}" }""", token));
        await Note(her.Put("api/me/contact", $$"""{ "plates": ["{{Plate}}{{Plate}}"] }""", token));
        await Note(her.Put("api/me/contact", $$"""{ "telephone": "{{Phone}}" }""", token));
        await Note(her.Put("api/me/contact", $$"""{ "phone": {{Phone}}, """, token));
        await Note(her.Put("api/me/contact", $$"""{ "phone": { "{{Identity}}": 1 } }""", token));

        // Somebody tries.
        using var stranger = new HttpClient { BaseAddress = server.Address };
        foreach (var (name, password) in new[] { (Phone, "wrong-password"), (OtherPhone, Password), (Identity, Plate), (Name, Password) })
            await Note(stranger.Post("api/session", $$"""{ "userName": "{{name}}", "password": "{{password}}" }"""));
        await Note(stranger.Post("api/accounts", $$"""{ "userName": "{{Phone}}", "password": "{{Password}}", "displayName": "{{Name}}" }"""));
        await Note(stranger.Get("api/me", ("Authorization", $"Bearer {Identity}")));
        await Note(stranger.Get("api/me", ("On-Behalf-Of", Phone)));

        // The staff looks for her, and at her.
        foreach (var wanted in (string[])[$"\"phone\": \"{Phone}\"", $"\"identityNumber\": \"{Identity}\"", $"\"phone\": \"{OtherPhone}\"", $"\"phone\": \"{Phone}{Phone}\""])
            await Note(admin.Post("api/accounts/lookup", $"{{ {wanted} }}"));
        var shown = await Note(admin.Get($"api/{subject}"));
        Assert.Equal("138****9977", (string?)shown["contact"]["phone"]);
        await Note(admin.Post($"api/{subject}/lock", """{ "reason": "Probe" }"""));
        await Note(admin.Post($"api/{subject}/unlock", "{}"));
        await Note(admin.Get($"api/accounts?place=communities/{Known}"));
        await Note(admin.Get("api/audit"));

        // And places go on.
        for (var sequence = 1; sequence <= 5; sequence++)
            await Note(admin.ReadingAsync($"api/parking-lots/{Known}", sequence, sequence));
        said.Add((await pushes.NextAsync(view => view is not null && (string?)view["name"] == Known)).ToJsonString(Readable));
        return said;
    }

    private static System.Text.Json.JsonSerializerOptions Readable { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

using Coordination.Domain.Access;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Identity;

/// <summary>What an endpoint itself asks about: nobody touches what is next door, by whatever way.</summary>
public sealed class NeighbourTests(SharedServer server, Neighbours neighbours) : IClassFixture<Neighbours>
{
    private async Task<HttpClient> AsAsync(Role role) => DocumentedProblems.Client(server.Process.Address, await neighbours.KeyOfAsync(server, role));

    [Fact]
    public async Task An_officer_makes_places_in_her_street_and_in_no_other()
    {
        using var officer = await AsAsync(Role.StreetOfficer);
        var (own, next) = ($"api/parking-lots/{SharedServer.NewId("street")}", $"api/parking-lots/{SharedServer.NewId("street")}");
        Assert.Equal(201, (await officer.Put(own, """{ "name": "甲", "city": "京", "district": "甲区", "street": "一街道" }""")).Status);
        Assert.Equal("forbidden", (await officer.Put(next, """{ "name": "乙", "city": "京", "district": "乙区", "street": "二街道" }""")).Code);
        Assert.Equal("forbidden", (await officer.Put(next, """{ "name": "无处" }""")).Code);
        Assert.Equal(404, (await server.Http.Get(next)).Status);
        Assert.Equal(201, (await officer.Put(next, $$"""{ "name": "乙", "community": "{{Neighbours.Own}}" }""")).Status);
    }

    [Fact]
    public async Task Nobody_takes_a_place_from_next_door_or_puts_one_there()
    {
        using var officer = await AsAsync(Role.StreetOfficer);
        var (own, next) = ($"api/parking-lots/{SharedServer.NewId("street")}", $"api/parking-lots/{SharedServer.NewId("street")}");
        const string Here = """{ "name": "甲", "city": "京", "district": "甲区", "street": "一街道" }""";
        const string There = """{ "name": "乙", "city": "京", "district": "乙区", "street": "二街道" }""";
        await server.Http.Put(own, Here);
        await server.Http.Put(next, There);

        Assert.Equal("forbidden", (await officer.Put(next, Here)).Code);
        Assert.Equal("forbidden", (await officer.Put(own, There)).Code);
        // Not by way of a community next door either.
        Assert.Equal("forbidden", (await officer.Put(own, $$"""{ "name": "甲", "community": "{{Neighbours.Next}}" }""")).Code);
        Assert.Equal("乙区", (string?)(await server.Http.Get(next))["district"]);
        Assert.Equal("甲区", (string?)(await server.Http.Get(own))["district"]);
    }

    [Fact]
    public async Task Lines_for_a_place_next_door_are_refused_and_spoil_no_good_one()
    {
        var key = await neighbours.KeyOfAsync(server, Role.Gate);
        using var stream = await IngestStream.OpenAsync(server.Process.Address, key);
        var device = SharedServer.NewId("gate");
        foreach (var (yard, sequence) in new[] { (Neighbours.Own, 1), (Neighbours.Next, 1), (Neighbours.Own, 2) })
            await stream.SendAsync($$"""{"place":"scenic-areas/{{yard}}","type":"movement","deviceId":"{{device}}","sequence":{{sequence}},"at":"{{Requests.At(sequence)}}","direction":"in","count":1}""" + "\n");
        await stream.SendAsync($$"""{"place":"parking-lots/{{Neighbours.Own}}","type":"reading","deviceId":"{{device}}","sequence":1,"at":"{{Requests.At()}}","occupied":1}""" + "\n");
        await stream.EndAsync();

        Assert.Equal(["accepted", "refused", "accepted", "refused"], [(await Status(stream)).Status, (await Status(stream)).Status, (await Status(stream)).Status, (await Status(stream)).Status]);
        Assert.DoesNotContain((await server.Http.Get($"api/scenic-areas/{Neighbours.Next}/devices")).Body!.AsArray(), one => (string?)one!["deviceId"] == device);
    }

    private static async Task<(string? Status, string? Code)> Status(IngestStream stream)
    {
        var result = await stream.ReadAsync();
        var (status, code) = ((string?)result!["status"], (string?)result["code"]);
        Assert.Equal(status == "refused" ? "forbidden" : null, code);
        return (status, code);
    }

    [Fact]
    public async Task By_MQTT_a_key_opens_the_connection_and_only_its_own_place()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Missing);
        var key = await neighbours.KeyOfAsync(server, Role.Gate);
        var device = SharedServer.NewId("cam");
        string Reading(int sequence) => $$"""{"deviceId":"{{device}}","sequence":{{sequence}},"at":"{{Requests.At(sequence)}}","occupied":{{sequence}}}""";
        Task<(int ExitCode, string Said)> PublishAsync(string yard, string with, int sequence) =>
            Mosquitto.PublishWithAsync(server.MqttPort, with, $"coordination/scenic-areas/{yard}/readings", Reading(sequence), "-q", "1", "-V", "5");

        Assert.Equal(0, (await PublishAsync(Neighbours.Own, key, 7)).ExitCode);
        await server.Http.UntilAsync($"api/scenic-areas/{Neighbours.Own}/devices", answer => answer.Body!.AsArray().Any(one => (string?)one!["deviceId"] == device));
        await PublishAsync(Neighbours.Next, key, 8);
        Assert.NotEqual(0, (await PublishAsync(Neighbours.Own, "no-key-of-anybody", 9)).ExitCode);
        Assert.NotEqual(0, (await PublishAsync(Neighbours.Own, "", 10)).ExitCode);
        // The next message of the same sender is taken after the others: they are not.
        Assert.Equal(0, (await PublishAsync(Neighbours.Own, key, 11)).ExitCode);
        var known = await server.Http.UntilAsync($"api/scenic-areas/{Neighbours.Own}/devices", answer => answer.Body!.AsArray().Any(one => (string?)one!["deviceId"] == device && (long)one["lastSequence"]! == 11));
        Assert.Equal(2, known.Body!.AsArray().Where(one => (string?)one!["deviceId"] == device).Sum(one => (int)one!["inputs"]!));
        Assert.DoesNotContain((await server.Http.Get($"api/scenic-areas/{Neighbours.Next}/devices")).Body!.AsArray(), one => (string?)one!["deviceId"] == device);
    }

    [Fact]
    public async Task A_key_of_a_command_says_nothing_to_somebody_else()
    {
        using var worker = await AsAsync(Role.CommunityWorker);
        var path = $"api/parking-lots/{Neighbours.Own}/corrections";
        var (key, body) = (SharedServer.NewId("key"), """{ "occupied": 40, "by": "社区", "reason": "清点" }""");
        Assert.Equal(200, (await worker.Post(path, body, ("Idempotency-Key", key))).Status);
        Assert.Equal("replayed", (string?)(await worker.Post(path, body, ("Idempotency-Key", key)))["status"]);
        Assert.Equal("idempotency-key-reused", (await server.Http.Post(path, body, ("Idempotency-Key", key))).Code);
    }
}

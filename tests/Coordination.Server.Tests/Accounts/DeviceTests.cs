using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Keys of devices and programs: given, listed, replaced, taken.</summary>
[Collection(AccountsCollection.Name)]
public sealed class DeviceTests(AccountsServer server)
{
    private const string Yard = $"communities/{AccountsServer.Community}";

    [Fact]
    public async Task A_device_is_listed_where_it_works_with_its_last_use_and_not_next_door()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        var issued = await worker.Post("api/devices", $$"""{ "name": "食堂收银机", "role": "canteenClerk", "scope": "{{Yard}}" }""");
        Assert.Equal(201, issued.Status);
        var (id, key) = ((string)issued["device"]["id"]!, (string)issued["key"]!);
        Assert.StartsWith($"cdk_{id.Replace("-", "", StringComparison.Ordinal)}_", key, StringComparison.Ordinal);
        Assert.False(issued.Body!["device"]!.AsObject().ContainsKey("lastUsedAt"));

        using var device = DocumentedProblems.Client(server.Process.Address, key);
        Assert.Equal(200, (await device.Get("api/server")).Status);
        var listed = await worker.Http.UntilAsync($"api/devices?place={Yard}", answer => Find(answer, id)?["lastUsedAt"] is not null);
        Assert.Equal(("食堂收银机", worker.Subject, true), ((string?)Find(listed, id)!["name"], (string?)Find(listed, id)!["issuedBy"], (bool)Find(listed, id)!["isActive"]!));

        using var other = await server.StaffAsync("communityWorker", "communities/other-yard");
        Assert.Null(Find(await other.Get("api/devices"), id));
        Assert.Equal((403, "forbidden"), Told(await other.Get($"api/devices?place={Yard}")));
        Assert.Equal((403, "forbidden"), Told(await other.Delete($"api/devices/{id}", "{}")));
        Assert.Equal((403, "forbidden"), Told(await other.Post($"api/devices/{id}/key")));
    }

    [Fact]
    public async Task An_old_key_goes_on_for_its_grace_and_no_longer()
    {
        var issued = await server.Http.Post("api/devices", $$"""{ "name": "计数器", "role": "sensor", "scope": "{{Yard}}" }""");
        var (id, old) = ((string)issued["device"]["id"]!, (string)issued["key"]!);
        var rotated = await server.Http.Post($"api/devices/{id}/key", """{ "graceSeconds": 5 }""");
        Assert.Equal(200, rotated.Status);
        using var withOld = DocumentedProblems.Client(server.Process.Address, old);
        using var withNew = DocumentedProblems.Client(server.Process.Address, (string)rotated["key"]!);
        Assert.Equal(200, (await withOld.Get("api/server")).Status);
        Assert.Equal(200, (await withNew.Get("api/server")).Status);
        Assert.Equal("credentials-invalid", (await withOld.UntilAsync("api/server", answer => answer.Status == 401)).Code);
        Assert.Equal(200, (await withNew.Get("api/server")).Status);
        Assert.Equal((400, "malformed"), Told(await server.Http.Post($"api/devices/{id}/key", """{ "graceSeconds": 3601 }""")));
    }

    [Fact]
    public async Task What_was_revoked_stays_so()
    {
        var issued = await server.Http.Post("api/programs", """{ "name": "报表", "role": "auditor", "scope": "*" }""");
        var (id, key) = ((string)issued["device"]["id"]!, (string)issued["key"]!);
        Assert.StartsWith("cpk_", key, StringComparison.Ordinal);
        Assert.Equal(204, (await server.Http.AskAsync(HttpMethod.Delete, $"api/programs/{id}", """{ "reason": "replaced" }""")).Status);
        Assert.Equal(204, (await server.Http.AskAsync(HttpMethod.Delete, $"api/programs/{id}", """{ "reason": "replaced" }""")).Status);
        Assert.Equal((409, "device-revoked"), Told(await server.Http.Post($"api/programs/{id}/key", "{}")));
        using var program = DocumentedProblems.Client(server.Process.Address, key);
        Assert.Equal("credentials-invalid", (await program.UntilAsync("api/server", answer => answer.Status == 401)).Code);
        await server.Process.RestartAsync();
        Assert.Equal((401, "credentials-invalid"), Told(await program.Get("api/server")));
        Assert.False((bool)Find(await server.Http.Get("api/programs"), id)!["isActive"]!);
    }

    [Fact]
    public async Task A_device_has_the_roles_of_devices_only_and_a_program_any_that_may_be_given()
    {
        Assert.Equal((422, "role-not-granted"), Told(await server.Http.Post("api/devices", """{ "name": "x", "role": "administrator", "scope": "*" }""")));
        Assert.Equal((422, "scope-not-fit"), Told(await server.Http.Post("api/devices", """{ "name": "x", "role": "gate", "scope": "*" }""")));
        using var worker = await server.StaffAsync("communityWorker", Yard);
        Assert.Equal((403, "forbidden"), Told(await worker.Post("api/programs", $$"""{ "name": "x", "role": "resident", "scope": "{{Yard}}" }""")));
        Assert.Equal((404, "device-not-found"), Told(await server.Http.Post("api/devices/01980000-0000-7000-8000-000000000000/key", "{}")));
        Assert.Equal((404, "device-not-found"), Told(await server.Http.Post("api/devices/bootstrap/key", "{}")));
    }

    private static System.Text.Json.Nodes.JsonNode? Find(Answer list, string id) => list["items"].AsArray().FirstOrDefault(item => (string?)item!["id"] == id);

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);
}

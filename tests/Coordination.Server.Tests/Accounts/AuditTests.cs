using System.Text.Encodings.Web;
using System.Text.Json;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>What an auditor finds, who is named in it, and that her searches are found too.</summary>
[Collection(AccountsCollection.Name)]
public sealed class AuditTests(AccountsServer server)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Yard = $"communities/{AccountsServer.Community}";

    [Fact]
    public async Task Who_did_something_is_named_and_a_resident_by_a_masked_name()
    {
        var lot = await LotAsync(AccountsServer.Community);
        using var worker = await server.StaffAsync("communityWorker", Yard, "周敏");
        using var auditor = await server.StaffAsync("auditor", "*");
        using var resident = await server.ResidentAsync();
        Assert.Equal(200, (await worker.Put($"api/{lot}/operation", """{ "operation": "closed", "by": "周敏", "reason": "道路施工" }""")).Status);
        var found = await auditor.Get($"api/audit?place={lot}&type=operationSet");
        Assert.Equal(worker.Subject, (string?)Assert.Single(found["items"].AsArray())!["by"]!["who"]);
        Assert.Equal(("communityWorker", "周敏"), ((string?)found["names"][worker.Subject]!["role"], (string?)found["names"][worker.Subject]!["name"]));

        var opened = await auditor.Get($"api/audit?place={resident.Subject}");
        Assert.Equal((null, "李**"), ((string?)opened["names"][resident.Subject]!["role"], (string?)opened["names"][resident.Subject]!["name"]));
        Assert.DoesNotContain("李秀兰", opened.Body!.ToJsonString(Plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_searches_is_recorded_once_for_all_steps_of_a_search()
    {
        var lot = await LotAsync(AccountsServer.Community);
        using var auditor = await server.StaffAsync("auditor", "*");
        using var other = await server.StaffAsync("auditor", "*");
        await server.Http.Put($"api/{lot}/operation", """{ "operation": "closed", "by": "x", "reason": "x" }""");
        var first = await auditor.Get($"api/audit?place={lot}&limit=1");
        Assert.Equal(200, (await auditor.Get($"api/audit?place={lot}&limit=1&cursor={(string?)first["next"]}")).Status);
        var searches = (await other.Get($"api/audit?place={auditor.Subject}&type=auditSearched"))["items"].AsArray();
        Assert.Equal($"place={lot}", (string?)Assert.Single(searches)!["event"]!["conditions"]);
        Assert.Equal(auditor.Subject, (string?)searches[0]!["by"]!["who"]);
    }

    [Fact]
    public async Task Kinds_that_are_not_wanted_are_passed_over()
    {
        var lot = await LotAsync(AccountsServer.Community);
        using var auditor = await server.StaffAsync("auditor", "*");
        Assert.Equal(200, (await server.Http.Post($"api/{lot}/movements", $$"""
            { "deviceId": "gate", "sequence": 1, "at": "{{Requests.At()}}", "direction": "in", "count": 1 }
            """)).Status);
        Assert.Contains("movementRecorded", await KindsAsync(""));
        var decided = await KindsAsync("&without=movementRecorded,readingRecorded");
        Assert.DoesNotContain("movementRecorded", decided);
        Assert.Contains("placeDefined", decided);

        async Task<string?[]> KindsAsync(string more) =>
            [.. (await auditor.Get($"api/audit?place={lot}{more}"))["items"].AsArray().Select(item => (string?)item!["type"])];
    }

    [Theory]
    [InlineData("who", "13812345678")]
    [InlineData("for", "李秀兰")]
    [InlineData("at", "京A12345")]
    [InlineData("type", "a b")]
    [InlineData("without", "a,,b")]
    public async Task What_can_be_nobody_is_not_searched_for_and_so_not_kept(string field, string text)
    {
        using var auditor = await server.StaffAsync("auditor", "*");
        var answer = await auditor.Get($"api/audit?{field}={Uri.EscapeDataString(text)}");
        Assert.Equal((400, "malformed", field), (answer.Status, answer.Code, answer.Field));
        using var other = await server.StaffAsync("auditor", "*");
        Assert.Empty((await other.Get($"api/audit?place={auditor.Subject}&type=auditSearched"))["items"].AsArray());
    }

    [Fact]
    public async Task An_auditor_of_one_community_sees_nothing_of_the_next()
    {
        var (here, next) = (await LotAsync(AccountsServer.Community), await LotAsync("other-yard"));
        using var auditor = await server.StaffAsync("auditor", Yard);
        Assert.Equal(200, (await auditor.Get($"api/audit?place={here}")).Status);
        Assert.Equal(403, (await auditor.Get($"api/audit?place={next}")).Status);
        var seen = new HashSet<string>();
        string? cursor = null;
        do
        {
            var step = await auditor.Get($"api/audit?type=placeDefined&cursor={cursor}");
            seen.UnionWith(step["items"].AsArray().Select(item => (string)item!["place"]!));
            cursor = (string?)step.Body!["next"];
        }
        while (cursor is not null);
        Assert.Contains(here, seen);
        Assert.DoesNotContain(next, seen);
    }

    private async Task<string> LotAsync(string community)
    {
        var lot = $"parking-lots/{AccountsServer.NewName("audited")}";
        Assert.Equal(201, (await server.Http.Put($"api/{lot}", $$"""{ "name": "停车场", "capacity": 100, "community": "{{community}}" }""")).Status);
        return lot;
    }
}

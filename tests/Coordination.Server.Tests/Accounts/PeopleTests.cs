using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>What staff may see of people and do with accounts, and what the people see of that.</summary>
[Collection(AccountsCollection.Name)]
public sealed class PeopleTests(AccountsServer server)
{
    private const string Yard = $"communities/{AccountsServer.Community}";

    [Fact]
    public async Task A_community_worker_sees_who_lives_in_her_community_and_nobody_next_door()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        using var here = await server.ResidentAsync("building-2");
        using var next = await server.ResidentAsync(null, "other-yard");
        var seen = await AllAsync(worker, $"api/accounts?place={Yard}");
        Assert.Equal("李秀兰", (string?)seen[here.Subject]["displayName"]);
        Assert.DoesNotContain(next.Subject, seen.Keys);
        // Without a place: wherever she may see people, which is the same.
        Assert.Equal(seen.Keys.Order(), (await AllAsync(worker, "api/accounts")).Keys.Order());
        Assert.Equal((403, "forbidden"), Told(await worker.Get("api/accounts?place=communities/other-yard")));
        Assert.Equal((404, "account-not-found"), Told(await worker.Get($"api/accounts/{next.Id}")));
        Assert.Equal(200, (await worker.Get($"api/accounts/{here.Id}")).Status);
        // The twin: who may see people there does.
        using var officer = await server.StaffAsync("districtOfficer", "districts/京/甲区");
        Assert.Contains(next.Subject, (await AllAsync(officer, "api/accounts?place=communities/other-yard")).Keys);
        Assert.Contains(here.Subject, (await AllAsync(officer, "api/accounts")).Keys);
    }

    [Fact]
    public async Task A_building_leader_sees_masked_names_of_her_building_only()
    {
        using var leader = await server.StaffAsync("buildingLeader", $"{Yard}/buildings/building-1", "王建国");
        using var here = await server.ResidentAsync("building-1");
        using var beside = await server.ResidentAsync("building-2");
        var seen = await AllAsync(leader, "api/accounts");
        Assert.Equal("李**", (string?)seen[here.Subject]["displayName"]);
        Assert.DoesNotContain(beside.Subject, seen.Keys);
        Assert.Equal((403, "forbidden"), Told(await leader.Post($"api/accounts/{here.Id}/lock", """{ "reason": "x" }""")));
    }

    [Fact]
    public async Task Every_look_is_seen_by_whom_it_was_at()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard, "周敏");
        using var person = await server.ResidentAsync();
        await AllAsync(worker, $"api/accounts?place={Yard}&role=resident");
        await worker.Get($"api/accounts/{person.Id}");
        await worker.Post("api/accounts/lookup", $$"""{ "userName": "{{person.UserName}}" }""");
        var looks = (await person.Get("api/me/looks"))["items"].AsArray();
        Assert.Equal(["lookup", "account", "list"], looks.Select(look => (string?)look!["what"]));
        Assert.All(looks, look => Assert.Equal(("社区工作者 周敏", worker.Subject), ((string?)look!["by"], (string?)look["subject"])));
        Assert.Equal(Yard, (string?)looks[2]!["place"]);
    }

    [Fact]
    public async Task Nobody_gives_a_role_as_high_as_her_own_or_beyond_her_scope()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        using var person = await server.ResidentAsync();
        Task<Answer> GiveAsync(string role, string scope) => worker.Post($"api/accounts/{person.Id}/roles", $$"""{ "role": "{{role}}", "scope": "{{scope}}" }""");
        Assert.Equal((403, "may-not-grant"), Told(await GiveAsync("communityWorker", Yard)));
        Assert.Equal((403, "may-not-grant"), Told(await GiveAsync("administrator", "*")));
        Assert.Equal((403, "may-not-grant"), Told(await GiveAsync("buildingLeader", "communities/other-yard/buildings/building-1")));
        Assert.Equal((422, "scope-not-fit"), Told(await GiveAsync("buildingLeader", Yard)));
        Assert.Equal(200, (await GiveAsync("buildingLeader", $"{Yard}/buildings/building-1")).Status);

        Assert.Contains("seePeople", (await person.SessionAsync())["permissions"].AsArray().Select(permission => (string?)permission));
        var taken = await worker.Delete($"api/accounts/{person.Id}/roles?role=buildingLeader&scope={Yard}/buildings/building-1");
        Assert.Equal(204, taken.Status);
        await person.Http.UntilAsync("api/session", answer => !answer["permissions"].AsArray().Any(permission => (string?)permission == "seePeople"));
        Assert.Equal((403, "may-not-grant"), Told(await worker.Post("api/accounts/staff", $$"""
            { "userName": "{{AccountsServer.NewName()}}", "displayName": "x", "roles": [{ "role": "streetOfficer", "scope": "streets/京/甲区/一街道" }] }
            """)));
    }

    [Fact]
    public async Task A_locked_account_is_out_within_seconds_and_comes_back_when_it_is_unlocked()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        using var person = await server.ResidentAsync();
        Assert.Equal(204, (await worker.Post($"api/accounts/{person.Id}/lock", """{ "reason": "phone lost" }""")).Status);
        Assert.Equal("session-ended", (await person.Http.UntilAsync("api/me", answer => answer.Status == 401)).Code);
        Assert.Equal((401, "sign-in-failed"), Told(await person.TryAsync(AccountsServer.Password)));
        Assert.Equal(204, (await worker.Post($"api/accounts/{person.Id}/unlock")).Status);
        await person.SignInAsync(person.UserName);
        // Who stands above is not brought down from below.
        using var officer = await server.StaffAsync("streetOfficer", "streets/京/甲区/一街道");
        Assert.Equal(404, (await worker.Post($"api/accounts/{officer.Id}/lock", """{ "reason": "x" }""")).Status);
        using var colleague = await server.StaffAsync("communityWorker", Yard);
        Assert.Equal((403, "forbidden"), Told(await worker.Post($"api/accounts/{colleague.Id}/lock", """{ "reason": "x" }""")));
    }

    [Fact]
    public async Task Only_an_administrator_erases_others()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        using var person = await server.ResidentAsync();
        Assert.Equal((403, "forbidden"), Told(await worker.Delete($"api/accounts/{person.Id}", """{ "reason": "asked in writing" }""")));
        Assert.Equal(204, (await server.Http.AskAsync(HttpMethod.Delete, $"api/accounts/{person.Id}", """{ "reason": "asked in writing" }""")).Status);
        Assert.Equal((404, "account-not-found"), Told(await worker.Get($"api/accounts/{person.Id}")));
    }

    [Fact]
    public async Task The_retention_says_what_it_keeps_how_long()
    {
        using var auditor = await server.StaffAsync("auditor", "*");
        var kinds = (await auditor.Get("api/privacy/retention"))["kinds"].AsArray();
        Assert.Equal("P180D", (string?)kinds.Single(kind => (string?)kind!["kind"] == "sign-ins")!["period"]);
        using var person = await server.ResidentAsync();
        Assert.Equal((403, "forbidden"), Told(await person.Get("api/privacy/retention")));
    }

    /// <summary>All pages of a list, by subject.</summary>
    private static async Task<Dictionary<string, System.Text.Json.Nodes.JsonNode>> AllAsync(Person who, string path)
    {
        var all = new Dictionary<string, System.Text.Json.Nodes.JsonNode>();
        for (string? cursor = null; ;)
        {
            var page = await who.Get($"{path}{(path.Contains('?') ? '&' : '?')}limit=7{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.Equal(200, page.Status);
            foreach (var item in page["items"].AsArray())
                Assert.True(all.TryAdd((string)item!["subject"]!, item), "somebody is shown twice");
            if (!page.Has("next"))
                return all;
            cursor = (string?)page["next"];
        }
    }

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);
}

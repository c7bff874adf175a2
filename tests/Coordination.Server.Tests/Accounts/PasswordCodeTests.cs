using Coordination.Server.Accounts;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>First passwords, and those that were forgotten: a code that the server draws, that works once and opens nothing by itself.</summary>
[Collection(AccountsCollection.Name)]
public sealed class PasswordCodeTests(AccountsServer server)
{
    private const string Yard = $"communities/{AccountsServer.Community}";
    private const string Another = "seven lamps by the river";

    [Fact]
    public async Task The_first_password_of_staff_is_drawn_by_the_server_and_has_to_be_replaced_before_anything_else()
    {
        var name = AccountsServer.NewName("clerk");
        Assert.Equal((400, "malformed"), Told(await server.Http.Post("api/accounts/staff", $$"""{ "userName": "{{name}}", "displayName": "赵", "password": "{{Another}}", "roles": [{ "role": "auditor", "scope": "*" }] }""")));
        var opened = await server.Http.Post("api/accounts/staff", $$"""{ "userName": "{{name}}", "displayName": "赵", "roles": [{ "role": "auditor", "scope": "*" }] }""");
        Assert.Equal((201, name), (opened.Status, (string?)opened["firstPassword"]["userName"]));
        var code = (string)opened["firstPassword"]["code"]!;
        Assert.Matches("^[0-9]{4} [0-9]{4} [0-9]{4}$", code);
        var until = (DateTimeOffset)opened["firstPassword"]["until"]! - TimeProvider.System.GetUtcNow();
        Assert.InRange(until.TotalDays, 6.9, 7);

        using var clerk = server.Stranger();
        clerk.UserName = name;
        Assert.Equal((403, "new-password-required"), Told(await clerk.TryAsync(code)));
        Assert.Equal((401, "not-signed-in"), Told(await clerk.Get("api/me")));
        Assert.Equal((422, "password-weak"), Told(await clerk.SetPasswordAsync(code, "too short")));
        Assert.Equal((422, "password-weak"), Told(await clerk.SetPasswordAsync(code, code.Replace(" ", "", StringComparison.Ordinal))));
        Assert.Equal((401, "sign-in-failed"), Told(await clerk.SetPasswordAsync(Wrong(code), Another)));
        var entered = await clerk.SetPasswordAsync(code.Replace(' ', '-'), Another);
        Assert.Equal(200, entered.Status);
        clerk.Take(entered);
        Assert.Equal(200, (await clerk.Get("api/me")).Status);

        using var later = server.Stranger();
        later.UserName = name;
        Assert.Equal((401, "sign-in-failed"), Told(await later.SetPasswordAsync(code, "another seven lamps by the river")));
        Assert.Equal((401, "sign-in-failed"), Told(await later.TryAsync(code)));
        await later.SignInAsync(name, Another);
    }

    [Fact]
    public async Task A_code_in_place_of_a_forgotten_password_ends_all_sessions_and_it_is_known_who_issued_it()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard, "周敏");
        using var person = await server.ResidentAsync();
        var first = await IssueAsync(worker, person);
        var second = await IssueAsync(worker, person);
        Assert.InRange(((DateTimeOffset)second["until"]! - TimeProvider.System.GetUtcNow()).TotalHours, 23.9, 24);
        // Until it is used, nothing changes for her; and whoever issues one by mistake locks nobody out.
        Assert.Equal(200, (await person.Get("api/me")).Status);

        using var browser = server.Stranger();
        browser.UserName = person.UserName;
        Assert.Equal((401, "sign-in-failed"), Told(await browser.SetPasswordAsync((string)first["code"]!, Another)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var one = server.Stranger();
            one.UserName = person.UserName;
            return await one.SetPasswordAsync((string)second["code"]!, Another);
        }));
        Assert.Equal(1, answers.Count(answer => answer.Status == 200)); // However many come with it at once.
        Assert.Equal("session-ended", (await person.Http.UntilAsync("api/me", answer => answer.Status == 401)).Code);
        Assert.Equal((401, "sign-in-failed"), Told(await browser.TryAsync(AccountsServer.Password)));
        await browser.SignInAsync(person.UserName, Another);

        var look = (await browser.Get("api/me/looks"))["items"].AsArray().First(look => (string?)look!["what"] == "code")!;
        Assert.Equal(("社区工作者 周敏", worker.Subject), ((string?)look["by"], (string?)look["subject"]));
        using var auditor = await server.StaffAsync("auditor", "*");
        var events = (await auditor.Get($"api/audit?place=accounts/{person.Id}"))["items"].AsArray();
        var issued = events.First(item => (string?)item!["event"]!["what"] == "codeIssued")!;
        Assert.Equal((worker.Subject, worker.Subject), ((string?)issued["event"]!["by"], (string?)issued["by"]!["who"]));
        Assert.Contains(events, item => (string?)item!["event"]!["what"] == "passwordReplaced");
    }

    [Fact]
    public async Task A_password_that_is_remembered_after_all_takes_the_code_away()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        using var person = await server.ResidentAsync();
        var code = (string)(await IssueAsync(worker, person))["code"]!;
        Assert.Equal(204, (await person.Post("api/me/password", $$"""{ "current": "{{AccountsServer.Password}}", "new": "{{Another}}" }""")).Status);
        using var browser = server.Stranger();
        browser.UserName = person.UserName;
        Assert.Equal((401, "sign-in-failed"), Told(await browser.SetPasswordAsync(code)));
    }

    [Fact]
    public async Task Nobody_issues_a_code_for_who_may_more_than_she_gives_for_herself_or_next_door()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        using var colleague = await server.StaffAsync("communityWorker", Yard);
        using var officer = await server.StaffAsync("streetOfficer", "streets/京/甲区/一街道");
        using var leader = await server.StaffAsync("buildingLeader", $"{Yard}/buildings/building-1");
        using var resident = await server.ResidentAsync();
        using var next = await server.ResidentAsync(null, "other-yard");
        using var administrator = await server.StaffAsync("administrator", "*");
        static Task<Answer> TryAsync(Person who, Person whose) => who.Post($"api/accounts/{whose.Id}/password-code");

        Assert.Equal((403, "forbidden"), Told(await TryAsync(worker, colleague)));
        Assert.Equal((404, "account-not-found"), Told(await TryAsync(worker, officer)));
        Assert.Equal((404, "account-not-found"), Told(await TryAsync(worker, next)));
        Assert.Equal((403, "forbidden"), Told(await TryAsync(worker, worker)));
        Assert.Equal((403, "forbidden"), Told(await TryAsync(leader, resident)));
        Assert.Equal((403, "forbidden"), Told(await TryAsync(resident, worker)));
        Assert.Equal((403, "forbidden"), Told(await TryAsync(administrator, administrator)));
        // The twin: those whom they may open accounts for.
        Assert.Equal(200, (await TryAsync(worker, leader)).Status);
        Assert.Equal(200, (await TryAsync(officer, worker)).Status);
        Assert.Equal(200, (await TryAsync(administrator, officer)).Status);
        // Who was given more meanwhile is out of reach at once.
        Assert.Equal(200, (await administrator.Post($"api/accounts/{leader.Id}/roles", $$"""{ "role": "communityWorker", "scope": "{{Yard}}" }""")).Status);
        Assert.Equal((403, "forbidden"), Told(await TryAsync(worker, leader)));
    }

    [Fact]
    public async Task Guesses_at_a_code_are_counted_like_those_at_a_password_also_for_a_name_that_nobody_has()
    {
        using var worker = await server.StaffAsync("communityWorker", Yard);
        using var person = await server.ResidentAsync();
        var code = (string)(await IssueAsync(worker, person))["code"]!;
        foreach (var name in (string[])[person.UserName, AccountsServer.NewName("nobody")])
        {
            using var stranger = server.Stranger();
            stranger.UserName = name;
            for (var attempt = 0; attempt < 5; attempt++)
                Assert.Equal((401, "sign-in-failed"), Told(await stranger.SetPasswordAsync(Wrong(code))));
            Assert.Equal((429, "locked-out"), Told(await stranger.SetPasswordAsync(code)));
        }
    }

    [Theory]
    [InlineData("4821 0937 5562", "482109375562")]
    [InlineData("４８２１—０９３７—５５６２", "482109375562")]
    [InlineData("4821\u00a00937\u30005562\n", "482109375562")]
    [InlineData("4821 0937 556", null)]
    [InlineData("4821 0937 5562 1", null)]
    [InlineData("4821 0937 556x", null)]
    [InlineData("", null)]
    public void A_code_is_read_as_people_type_it(string typed, string? code) =>
        Assert.Equal(code, PasswordCodes.TryRead(typed, out var read) ? read : null);

    private static async Task<Answer> IssueAsync(Person who, Person whose)
    {
        var answer = await who.Post($"api/accounts/{whose.Id}/password-code");
        Assert.Equal((200, whose.UserName), (answer.Status, (string?)answer["userName"]));
        return answer;
    }

    private static string Wrong(string code) => code[..^1] + (code[^1] == '0' ? '1' : '0');

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);
}

using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Signing in and out, and what guards it.</summary>
[Collection(AccountsCollection.Name)]
public sealed class SessionTests(AccountsServer server)
{
    [Fact]
    public async Task Whoever_registers_is_signed_in_and_stays_so_when_the_server_is_killed_and_starts_again()
    {
        using var person = await server.ResidentAsync();
        var before = await person.SessionAsync();
        Assert.True((bool)before["signedIn"]!);
        Assert.Equal("李秀兰", (string?)before["displayName"]);
        Assert.Equal($"communities/{AccountsServer.Community}/buildings/building-1", (string?)before["roles"][0]!["scope"]);
        Assert.Contains("useOwnAccount", before["permissions"].AsArray().Select(permission => (string?)permission));

        await server.Process.RestartAsync();

        var after = await person.SessionAsync();
        Assert.True((bool)after["signedIn"]!);
        Assert.Equal(person.Subject, (string?)after["subject"]);
        Assert.Equal(200, (await person.Get("api/me")).Status);
    }

    [Fact]
    public async Task Nobody_is_told_so_and_sees_what_everybody_sees()
    {
        using var nobody = server.Stranger();
        var session = await nobody.SessionAsync();
        Assert.False((bool)session["signedIn"]!);
        Assert.Equal(["seePlace"], session["permissions"].AsArray().Select(permission => (string?)permission));
        Assert.Equal((401, "not-signed-in"), Told(await nobody.Get("api/me")));
        Assert.Equal(200, (await nobody.Get("api/parking-lots")).Status);
    }

    [Fact]
    public async Task A_wrong_password_and_a_name_that_nobody_has_are_answered_alike()
    {
        using var person = await server.ResidentAsync();
        using var stranger = server.Stranger();
        stranger.UserName = person.UserName;
        var (begun, wrong) = (TimeProvider.System.GetTimestamp(), await stranger.TryAsync("another one"));
        var ofWrong = TimeProvider.System.GetElapsedTime(begun);
        stranger.UserName = AccountsServer.NewName("nobody");
        (begun, var unknown) = (TimeProvider.System.GetTimestamp(), await stranger.TryAsync("another one"));
        var ofUnknown = TimeProvider.System.GetElapsedTime(begun);
        Assert.Equal((401, "sign-in-failed"), Told(wrong));
        foreach (var answer in (Answer[])[wrong, unknown])
            answer.Body!.AsObject().Remove("traceId");
        Assert.Equal(wrong.Body!.ToJsonString(), unknown.Body!.ToJsonString());
        // Both take the time of a failure, which is longer than either needs.
        Assert.True(ofWrong >= TimeSpan.FromMilliseconds(590) && ofUnknown >= TimeSpan.FromMilliseconds(590), $"{ofWrong} {ofUnknown}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_five_wrong_passwords_nobody_can_try_whether_the_name_is_known_or_not(bool isKnown)
    {
        using var person = await server.ResidentAsync();
        using var stranger = server.Stranger();
        stranger.UserName = isKnown ? person.UserName : AccountsServer.NewName("nobody");
        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal((401, "sign-in-failed"), Told(await stranger.TryAsync($"guess {attempt}")));
        // Also with the right one: a guess must not tell that it was right.
        var locked = await stranger.TryAsync(AccountsServer.Password);
        Assert.Equal((429, "locked-out"), Told(locked));
        Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        // Who is signed in goes on.
        Assert.Equal(200, (await person.Get("api/me")).Status);
    }

    [Fact]
    public async Task Attempts_at_the_same_time_are_all_counted()
    {
        using var person = await server.ResidentAsync();
        using var stranger = server.Stranger();
        stranger.UserName = person.UserName;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(attempt => stranger.TryAsync($"guess {attempt}")));
        Assert.Equal(5, answers.Count(answer => answer.Code == "sign-in-failed"));
        Assert.Equal(15, answers.Count(answer => answer.Code == "locked-out"));
    }

    [Fact]
    public async Task A_right_password_forgets_the_wrong_ones()
    {
        using var person = await server.ResidentAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var attempt = 0; attempt < 3; attempt++)
                Assert.Equal(401, (await person.TryAsync($"guess {attempt}")).Status);
            await person.SignInAsync(person.UserName);
        }
    }

    [Fact]
    public async Task Withgoneits_token_a_session_changes_nothing_and_with_it_it_does()
    {
        using var person = await server.ResidentAsync();
        using var other = await server.ResidentAsync();
        var token = (string?)(await other.SessionAsync())["antiforgeryToken"];
        const string change = """{ "displayName": "李秀英" }""";
        var told = new TaskCompletionSource();
        server.Process.LineWritten = line =>
        {
            if (line.Contains("Refused (antiforgery): PUT /api/me/contact from", StringComparison.Ordinal))
                told.TrySetResult();
        };
        Assert.Equal((400, "antiforgery"), Told(await person.Http.Put("api/me/contact", change)));
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        server.Process.LineWritten = null;
        Assert.Equal((400, "antiforgery"), Told(await person.Http.Put("api/me/contact", change, ("X-Antiforgery", "nonsense"))));
        Assert.Equal((400, "antiforgery"), Told(await person.Http.Put("api/me/contact", change, ("X-Antiforgery", token!))));
        Assert.Equal("李秀兰", (string?)(await person.Get("api/me"))["displayName"]);
        // The twin: the same with the token.
        Assert.Equal(200, (await person.Put("api/me/contact", change)).Status);
        Assert.Equal("李秀英", (string?)(await person.Get("api/me"))["displayName"]);
    }

    [Fact]
    public async Task A_cookie_that_was_copied_is_worth_nothing_after_signing_out()
    {
        using var person = await server.ResidentAsync();
        var (cookie, _) = await SignInByHandAsync(person.UserName);
        using var copy = DocumentedProblems.Client(server.Process.Address, "");
        Assert.Equal(200, (await copy.Get("api/me", ("Cookie", cookie))).Status); // The twin: it is worth something before.
        var session = await copy.Get("api/session", ("Cookie", cookie));
        var antiforgery = session.Headers.GetValues("Set-Cookie").First(set => set.StartsWith("local-coordination-antiforgery", StringComparison.Ordinal)).Split(';')[0];
        using var browser = DocumentedProblems.Client(server.Process.Address, "");
        var gone = await browser.AskAsync(HttpMethod.Delete, "api/session", null, ("Cookie", $"{cookie}; {antiforgery}"), ("X-Antiforgery", (string)session["antiforgeryToken"]!));
        Assert.Equal(204, gone.Status);
        using var later = DocumentedProblems.Client(server.Process.Address, "");
        later.DefaultRequestHeaders.Add("Cookie", cookie);
        var answer = await later.UntilAsync("api/me", answer => answer.Status == 401);
        Assert.Equal("session-ended", answer.Code);
        // Others of the same person go on.
        Assert.Equal(200, (await person.Get("api/me")).Status);
    }

    [Fact]
    public async Task One_session_is_ended_and_the_others_go_on()
    {
        using var person = await server.ResidentAsync();
        using var phone = server.Stranger();
        using var other = server.Stranger();
        await phone.SignInAsync(person.UserName);
        var id = (string?)(await phone.Get("api/me"))["sessions"].AsArray().Single(session => (bool)session!["isThis"]!)!["id"];
        await other.SignInAsync(person.UserName);
        using var stranger = await server.ResidentAsync();
        Assert.Equal((404, "session-not-found"), Told(await stranger.Delete($"api/me/sessions/{id}")));
        Assert.Equal(204, (await person.Delete($"api/me/sessions/{id}")).Status);
        Assert.Equal("session-ended", (await phone.Http.UntilAsync("api/me", answer => answer.Status == 401)).Code);
        Assert.Equal((200, 200), ((await person.Get("api/me")).Status, (await other.Get("api/me")).Status));
        Assert.Equal((404, "session-not-found"), Told(await person.Delete($"api/me/sessions/{id}")));
    }

    [Fact]
    public async Task Ending_the_other_sessions_leaves_this_one()
    {
        using var person = await server.ResidentAsync();
        using var elsewhere = server.Stranger();
        await elsewhere.SignInAsync(person.UserName);
        Assert.Equal(200, (await elsewhere.Get("api/me")).Status);
        Assert.Equal(204, (await person.Delete("api/session/others")).Status);
        Assert.Equal(200, (await person.Get("api/me")).Status);
        Assert.Equal("session-ended", (await elsewhere.Http.UntilAsync("api/me", answer => answer.Status == 401)).Code);
        Assert.Single((await person.Get("api/me"))["sessions"].AsArray());
    }

    [Fact]
    public async Task The_cookie_is_one_that_only_this_host_can_set_and_no_script_can_read()
    {
        using var person = await server.ResidentAsync();
        // As if it came through a proxy: not from this machine.
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Process.Address };
        var remote = await browser.AskAsync(HttpMethod.Post, "api/session", $$"""{ "userName": "{{person.UserName}}", "password": "{{AccountsServer.Password}}" }""", ("X-Real-IP", "203.0.113.9"));
        Assert.Equal(200, remote.Status);
        var cookie = remote.Headers.GetValues("Set-Cookie").Single(set => set.Contains("coordination=", StringComparison.Ordinal));
        Assert.StartsWith("__Host-coordination=", cookie, StringComparison.Ordinal);
        foreach (var flag in (string[])["secure", "httponly", "samesite=lax", "path=/"])
            Assert.Contains(flag, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        HostCookie.AssertAll(remote);
        Assert.Contains(remote.Headers.GetValues("Set-Cookie"), set => set.StartsWith("__Host-coordination-antiforgery=", StringComparison.Ordinal) && set.Contains("samesite=strict", StringComparison.OrdinalIgnoreCase));

        // And what came with them is taken as it is from this machine.
        var cookies = string.Join("; ", remote.Headers.GetValues("Set-Cookie").Select(set => set.Split(';')[0]));
        var change = ("api/me/contact", """{ "displayName": "李秀英" }""");
        Assert.Equal((400, "antiforgery"), Told(await browser.Put(change.Item1, change.Item2, ("X-Real-IP", "203.0.113.9"), ("Cookie", cookies))));
        Assert.Equal(200, (await browser.Put(change.Item1, change.Item2, ("X-Real-IP", "203.0.113.9"), ("Cookie", cookies), ("X-Antiforgery", (string)remote["antiforgeryToken"]!))).Status);
        // From elsewhere the cookies of this machine are none.
        Assert.Equal((401, "not-signed-in"), Told(await browser.Get("api/me", ("X-Real-IP", "203.0.113.9"), ("Cookie", cookies.Replace("__Host-", "local-", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("lotus")]
    [InlineData("password1")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcdefghijkl")]
    [InlineData("98765432")]
    [InlineData("jingtie-jiayuan-1998")]
    [InlineData("Coordination2026!")]
    [InlineData("京铁家园社区3号楼")]
    public async Task A_password_that_is_easily_guessed_is_not_taken(string password)
    {
        using var stranger = server.Stranger();
        var answer = await stranger.Post("api/accounts", $$"""{ "userName": "{{AccountsServer.NewName()}}", "password": "{{password}}", "displayName": "李" }""");
        Assert.Equal((422, "password-weak"), Told(answer));
    }

    [Fact]
    public async Task A_user_name_is_taken_whatever_the_case_and_width_of_its_letters()
    {
        using var person = await server.ResidentAsync();
        using var stranger = server.Stranger();
        foreach (var name in (string[])[person.UserName.ToUpperInvariant(), $" {person.UserName} ", string.Concat(person.UserName.Select(c => char.IsAsciiLetter(c) ? (char)(c + 0xFEE0) : c))])
        {
            var answer = await stranger.Post("api/accounts", $$"""{ "userName": "{{name}}", "password": "{{AccountsServer.Password}}", "displayName": "李" }""");
            Assert.Equal((409, "user-name-taken"), Told(answer));
            await stranger.SignInAsync(name);
            Assert.Equal(person.Subject, stranger.Subject);
        }
    }

    [Fact]
    public async Task Of_two_who_register_the_same_name_at_once_one_gets_it()
    {
        var name = AccountsServer.NewName("race");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var stranger = server.Stranger();
            return await stranger.Post("api/accounts", $$"""{ "userName": "{{name}}", "password": "{{AccountsServer.Password}}", "displayName": "李" }""");
        }));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(7, answers.Count(answer => answer.Code == "user-name-taken"));
    }

    [Fact]
    public async Task Another_password_ends_the_other_sessions_and_the_old_password()
    {
        using var person = await server.ResidentAsync();
        using var elsewhere = server.Stranger();
        await elsewhere.SignInAsync(person.UserName);
        Assert.Equal((401, "sign-in-failed"), Told(await person.Post("api/me/password", """{ "current": "not this one", "new": "seven lamps by the river" }""")));
        Assert.Equal((422, "password-weak"), Told(await person.Post("api/me/password", $$"""{ "current": "{{AccountsServer.Password}}", "new": "12345678" }""")));
        Assert.Equal(204, (await person.Post("api/me/password", $$"""{ "current": "{{AccountsServer.Password}}", "new": "seven lamps by the river" }""")).Status);
        Assert.Equal(200, (await person.Get("api/me")).Status);
        Assert.Equal("session-ended", (await elsewhere.Http.UntilAsync("api/me", answer => answer.Status == 401)).Code);
        Assert.Equal(401, (await elsewhere.TryAsync(AccountsServer.Password)).Status);
        await elsewhere.SignInAsync(person.UserName, "seven lamps by the river");
    }

    private async Task<(string Cookie, Answer Session)> SignInByHandAsync(string userName)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Process.Address };
        var answer = await browser.Post("api/session", $$"""{ "userName": "{{userName}}", "password": "{{AccountsServer.Password}}" }""");
        Assert.Equal(200, answer.Status);
        return (answer.Headers.GetValues("Set-Cookie").Single(set => set.StartsWith("local-coordination=", StringComparison.Ordinal)).Split(';')[0], answer);
    }

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);

    [Fact]
    public async Task A_browser_that_signs_in_anew_leaves_no_session_behind()
    {
        using var person = await server.ResidentAsync();
        var before = (string?)(await person.Get("api/me"))["sessions"].AsArray().Single()!["id"];
        await person.SignInAsync(person.UserName);
        var after = Assert.Single((await person.Get("api/me"))["sessions"].AsArray(), session => session!["endedAt"] is null);
        Assert.NotEqual(before, (string?)after!["id"]);
    }

    [Theory]
    [InlineData("api/session", """{ "userName": "1", "password": null }""", "password")]
    [InlineData("api/session", """{ "userName": null, "password": "lotus under the bridge" }""", "userName")]
    [InlineData("api/accounts", """{ "userName": null, "password": "lotus under the bridge", "displayName": "李秀兰" }""", "userName")]
    [InlineData("api/accounts/staff", """{ "userName": "a", "displayName": null, "roles": [] }""", "displayName")]
    [InlineData("api/accounts/staff", """{ "userName": "a", "displayName": "b", "roles": [null] }""", "roles")]
    [InlineData("api/accounts/staff", """{ "userName": "a", "displayName": "b", "roles": [{ "role": "auditor", "scope": null }] }""", "roles")]
    [InlineData("api/devices", """{ "name": "a", "role": "gate", "scope": null }""", "scope")]
    public async Task Null_is_as_good_as_left_out(string path, string body, string field)
    {
        var answer = await server.Http.Post(path, body);
        Assert.Equal((400, "malformed", field), (answer.Status, answer.Code, answer.Field));
    }

    [Fact]
    public async Task A_name_of_blanks_is_nobody_s()
    {
        using var person = server.Stranger();
        Assert.Equal("sign-in-failed", (await person.Post("api/session", """{ "userName": " ", "password": "%" }""")).Code);
    }
}

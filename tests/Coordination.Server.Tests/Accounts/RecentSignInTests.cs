using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Whoever finds a browser that is signed in cannot take the account away with it.</summary>
public sealed class RecentSignInTests
{
    private const string NoPassword = """{ "current": "lotus under the bridge", "new": "12345678" }""";

    [Fact]
    public async Task What_changes_how_one_signs_in_needs_a_recent_sign_in_and_goes_on_when_the_password_is_given_once_more()
    {
        await using var server = new AccountsServer { Settings = new() { ["Coordination__Identity__RecentSignIn"] = "00:00:10" } };
        await server.InitializeAsync();
        using var person = await server.ResidentAsync();
        using var elsewhere = server.Stranger();
        await elsewhere.SignInAsync(person.UserName);
        var other = (string?)(await elsewhere.Get("api/me"))["sessions"].AsArray().Single(session => (bool)session!["isThis"]!)!["id"];
        // The twin: while the sign-in is recent, it is let in, and told that there is no such session.
        using (var newcomer = await server.ResidentAsync())
            Assert.Equal((404, "session-not-found"), Told(await newcomer.Delete("api/me/sessions/none")));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await person.Delete("api/me/sessions/none")).Code != "sign-in-again-required")
            await Task.Delay(100, patience.Token);

        foreach (var answer in (Answer[])
        [
            await person.Post("api/me/passkeys/options"), await person.Post("api/me/passkeys", """{ "name": "x", "credential": {} }"""),
            await person.Delete("api/me/passkeys/AAAA"), await person.Delete("api/session/others"), await person.Delete($"api/me/sessions/{other}"),
        ])
            Assert.Equal((403, "sign-in-again-required"), Told(answer));
        Assert.Equal(200, (await elsewhere.Get("api/me")).Status);
        // Everything else goes on, and the password before shows by itself who asks for another.
        Assert.Equal(200, (await person.Get("api/me")).Status);
        Assert.Equal((422, "password-weak"), Told(await person.Post("api/me/password", NoPassword)));

        Assert.Equal((401, "sign-in-failed"), Told(await person.Post("api/session/again", """{ "password": "not this one" }""")));
        Assert.Equal((403, "sign-in-again-required"), Told(await person.Delete("api/session/others")));
        Assert.Equal(204, (await person.Post("api/session/again", $$"""{ "password": "{{AccountsServer.Password}}" }""")).Status);
        Assert.Equal(204, (await person.Delete($"api/me/sessions/{other}")).Status);
        Assert.Equal("session-ended", (await elsewhere.Http.UntilAsync("api/me", answer => answer.Status == 401)).Code);
    }

    [Fact]
    public async Task Who_manages_accounts_gives_out_no_codes_from_a_browser_that_was_left_open()
    {
        await using var server = new AccountsServer { Settings = new() { ["Coordination__Identity__RecentSignIn"] = "00:00:10" } };
        await server.InitializeAsync();
        using var worker = await server.StaffAsync("communityWorker", $"communities/{AccountsServer.Community}");
        using var person = await server.ResidentAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await worker.Post($"api/accounts/{person.Id}/password-code") is { Status: not 403 } early)
        {
            Assert.Equal(200, early.Status);
            await Task.Delay(500, patience.Token);
        }
        Assert.Equal((403, "sign-in-again-required"), Told(await worker.Post("api/accounts/staff", """{ "userName": "a", "displayName": "b", "roles": [] }""")));
        Assert.Equal(204, (await worker.Post("api/session/again", $$"""{ "password": "{{AccountsServer.Password}}" }""")).Status);
        Assert.Equal(200, (await worker.Post($"api/accounts/{person.Id}/password-code")).Status);
        // A key is shown with every request, and is asked for nothing more.
        Assert.Equal(200, (await server.Http.Post($"api/accounts/{person.Id}/password-code", "{}")).Status);
    }

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);
}

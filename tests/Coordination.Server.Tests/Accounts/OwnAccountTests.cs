using System.Text;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>What one may do with what is one's own: see, change, take along, let another do, forget.</summary>
[Collection(AccountsCollection.Name)]
public sealed class OwnAccountTests(AccountsServer server)
{
    // Valid by their form, and nobody's: the region of the identity number was never given out.
    private const string Identity = "990101199003074514";
    private const string Contact = """{ "phone": "138 0001 7788", "plates": ["京A·9K8J7"] }""";

    [Fact]
    public async Task Contact_is_shown_masked_taken_along_whole_and_stored_unreadable()
    {
        using var person = await server.ResidentAsync();
        var changed = await person.Put("api/me/contact", Contact);
        Assert.Equal(200, changed.Status);
        Assert.Equal("138****7788", (string?)changed["contact"]["phone"]);
        Assert.Equal("京A·**8J7", (string?)changed["contact"]["plates"]![0]);

        var export = await person.Get("api/me/export");
        Assert.Equal("13800017788", (string?)export["phone"]);
        Assert.Equal("京A9K8J7", (string?)export["plates"][0]);
        Assert.Contains(export["signIns"].AsArray(), note => (bool)note!["succeeded"]!);
        Assert.Contains((await person.Get("api/me/looks"))["items"].AsArray(), look => (string?)look!["what"] == "export");

        foreach (var text in (string[])["13800017788", "京A9K8J7", "李秀兰", person.UserName])
            Assert.False(await IsStoredAsync(text), text);
        // The twin: what is no secret is found in the same way.
        Assert.True(await IsStoredAsync("contactChanged"));
    }

    [Theory]
    [InlineData("""{ "phone": "12345" }""", "phone-number-invalid", "phone")]
    [InlineData("""{ "identityNumber": "990101199003074515" }""", "identity-number-check-digit", "identityNumber")]
    [InlineData("""{ "identityNumber": "990101900307451" }""", "identity-number-15-digits", "identityNumber")]
    [InlineData("""{ "plates": ["京A12345", "ABC"] }""", "plate-number-invalid", "plates[1]")]
    public async Task What_is_no_number_is_told(string change, string code, string field)
    {
        using var person = await server.ResidentAsync();
        var answer = await person.Put("api/me/contact", change);
        Assert.Equal((422, code, field), (answer.Status, answer.Code, answer.Field));
    }

    [Fact]
    public async Task An_identity_number_is_one_account_s_own_until_it_is_given_up()
    {
        using var one = await server.ResidentAsync();
        using var other = await server.ResidentAsync();
        var number = Number();
        Assert.Equal(200, (await one.Put("api/me/contact", $$"""{ "identityNumber": "{{number}}" }""")).Status);
        var refused = await other.Put("api/me/contact", $$"""{ "identityNumber": "{{number}}" }""");
        Assert.Equal((409, "identity-in-use"), (refused.Status, refused.Code));
        Assert.Equal(200, (await one.Put("api/me/contact", """{ "identityNumber": "" }""")).Status);
        Assert.Equal(200, (await other.Put("api/me/contact", $$"""{ "identityNumber": "{{number}}" }""")).Status);
    }

    [Fact]
    public async Task Who_has_consented_can_be_acted_for_and_who_has_not_cannot()
    {
        using var old = await server.ResidentAsync();
        using var helper = await server.ResidentAsync();
        var behalf = ("On-Behalf-Of", old.Subject);
        Assert.Equal((403, "not-a-delegate"), Told(await helper.Get("api/me", behalf)));

        var consent = await old.Post("api/me/delegates", $$"""{ "userName": "{{helper.UserName}}" }""");
        Assert.Equal((201, helper.Subject, "李**"), (consent.Status, (string?)consent["delegate"], (string?)consent["name"]));
        var shown = await helper.Http.UntilAsync("api/me", answer => answer.Status == 200, headers: behalf);
        Assert.Equal(old.Subject, (string?)shown["subject"]);
        Assert.Equal(200, (await helper.Put("api/me/contact", Contact, behalf)).Status);
        Assert.Equal("138****7788", (string?)(await old.Get("api/me"))["contact"]["phone"]);
        Assert.Equal(old.Subject, (string?)(await helper.Get("api/me/acting-for")).Body!.AsArray().Single()!["subject"]);
        // The person sees that she was looked at, and by whom.
        var look = (await old.Get("api/me/looks"))["items"].AsArray().First()!;
        Assert.Equal((helper.Subject, "account"), ((string?)look["subject"], (string?)look["what"]));

        // What is not meant to be done for another is not.
        Assert.Equal((403, "not-a-delegate"), Told(await helper.Get("api/me/export", behalf)));
        Assert.Equal((403, "not-a-delegate"), Told(await helper.Delete("api/me", """{ "password": "x" }""", behalf)));
        Assert.Equal((403, "not-a-delegate"), Told(await helper.Post("api/me/delegates", $$"""{ "userName": "{{helper.UserName}}" }""", behalf)));

        Assert.Equal(204, (await old.Delete($"api/me/delegates/{helper.Id}")).Status);
        Assert.Equal("not-a-delegate", (await helper.Http.UntilAsync("api/me", answer => answer.Status == 403, headers: behalf)).Code);
        Assert.Empty((await helper.Get("api/me/acting-for")).Body!.AsArray());
    }

    [Fact]
    public async Task A_consent_ends_by_itself_and_is_for_a_year_at_most()
    {
        using var old = await server.ResidentAsync();
        using var helper = await server.ResidentAsync();
        async Task<Answer> ConsentAsync(DateTimeOffset until) => await old.Post("api/me/delegates", $$"""{ "userName": "{{helper.UserName}}", "until": "{{until:O}}" }""");
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal((422, "consent-too-long"), Told(await ConsentAsync(now.AddDays(366))));
        Assert.Equal((422, "consent-too-long"), Told(await ConsentAsync(now.AddSeconds(-1))));
        Assert.Equal(201, (await ConsentAsync(TimeProvider.System.GetUtcNow().AddSeconds(15))).Status);
        var behalf = ("On-Behalf-Of", old.Subject);
        await helper.Http.UntilAsync("api/me", answer => answer.Status == 200, headers: behalf);
        Assert.Equal("not-a-delegate", (await helper.Http.UntilAsync("api/me", answer => answer.Status == 403, headers: behalf)).Code);
    }

    [Fact]
    public async Task Who_is_erased_is_gone_and_her_name_and_number_are_free()
    {
        using var person = await server.ResidentAsync();
        var number = Number();
        Assert.Equal(200, (await person.Put("api/me/contact", $$"""{ "phone": "13900024680", "identityNumber": "{{number}}" }""")).Status);
        var found = await server.Http.Post("api/accounts/lookup", """{ "phone": "13900024680" }""");
        Assert.Equal(person.Subject, (string?)found["subject"]);

        Assert.Equal((401, "sign-in-failed"), Told(await person.Delete("api/me", """{ "password": "not this one" }""")));
        Assert.Equal(204, (await person.Delete("api/me", $$"""{ "password": "{{AccountsServer.Password}}" }""")).Status);

        Assert.Equal((404, "account-not-found"), Told(await server.Http.Get($"api/accounts/{person.Id}")));
        Assert.Equal((404, "account-not-found"), Told(await server.Http.Post("api/accounts/lookup", """{ "phone": "13900024680" }""")));
        Assert.Equal((404, "account-not-found"), Told(await server.Http.Post("api/accounts/lookup", $$"""{ "identityNumber": "{{number}}" }""")));
        var list = await server.Http.Get($"api/accounts?place=communities/{AccountsServer.Community}&limit=50");
        Assert.DoesNotContain(list["items"].AsArray(), item => (string?)item!["subject"] == person.Subject);
        Assert.Equal(401, (await person.Get("api/me")).Status);
        Assert.Equal((401, "sign-in-failed"), Told(await person.TryAsync(AccountsServer.Password)));
        Assert.False(await IsVaultEntryAsync($"accounts/{person.Id}/"));

        using var next = server.Stranger();
        var registered = await next.Post("api/accounts", $$"""{ "userName": "{{person.UserName}}", "password": "{{AccountsServer.Password}}", "displayName": "王" }""");
        Assert.Equal(201, registered.Status);
        next.Take(registered);
        Assert.NotEqual(person.Subject, next.Subject);
        Assert.Equal(200, (await next.Put("api/me/contact", $$"""{ "identityNumber": "{{number}}" }""")).Status);
    }

    [Fact]
    public async Task A_key_has_nothing_of_its_own()
    {
        Assert.Equal((403, "forbidden"), Told(await server.Http.Get("api/me")));
        Assert.Equal((403, "forbidden"), Told(await server.Http.Put("api/me/contact", Contact)));
    }

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);

    private static int numbers;

    /// <summary>An identity number of the same day of birth that no other test uses.</summary>
    private static string Number()
    {
        var body = Identity[..14] + $"{Interlocked.Increment(ref numbers):000}";
        var sum = 0;
        foreach (var digit in body)
            sum = (sum + (digit - '0')) * 2 % 11;
        return body + "10X98765432"[sum];
    }

    /// <summary>Whether a text stands anywhere in what the server has written.</summary>
    private async Task<bool> IsStoredAsync(string text)
    {
        foreach (var file in Directory.EnumerateFiles(server.Process.DataFolder, "*.db*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory);
            if (memory.GetBuffer().AsSpan(0, (int)memory.Length).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
                return true;
        }
        return false;
    }

    private async Task<bool> IsVaultEntryAsync(string prefix)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(server.Process.DataFolder, "vault.db")};Mode=ReadOnly");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM entries WHERE name LIKE $prefix || '%' AND value IS NOT NULL";
        command.Parameters.AddWithValue("$prefix", prefix);
        return (long)(await command.ExecuteScalarAsync())! > 0;
    }
}

using System.Text.Json.Nodes;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Passkeys: made, signed in with, removed; and what is refused.</summary>
[Collection(AccountsCollection.Name)]
public sealed class PasskeyTests(AccountsServer server)
{
    private string Origin => server.Process.Address.GetLeftPart(UriPartial.Authority);

    private (string, string) FromHere => ("Origin", Origin);

    [Fact]
    public async Task A_passkey_signs_in_without_a_name_or_a_password_and_no_more_when_it_is_removed()
    {
        using var person = await server.ResidentAsync();
        using var phone = new SoftwareAuthenticator(Origin);
        var added = await AddAsync(person, phone);
        Assert.Equal((201, phone.Id, "手机"), (added.Status, (string?)added["id"], (string?)added["name"]));

        using var browser = server.Stranger();
        var signedIn = await SignInAsync(browser, phone);
        Assert.Equal((200, person.Subject), (signedIn.Status, (string?)signedIn.Body!["subject"]));
        browser.Take(signedIn);
        var passkey = (await browser.Get("api/me"))["passkeys"].AsArray().Single()!;
        Assert.NotNull(passkey["lastUsedAt"]);

        Assert.Equal((404, "passkey-not-found"), Told(await browser.Delete("api/me/passkeys/AAAA")));
        Assert.Equal(204, (await browser.Delete($"api/me/passkeys/{phone.Id}")).Status);
        using var later = server.Stranger();
        Assert.Equal((401, "sign-in-failed"), Told(await SignInAsync(later, phone)));
    }

    [Fact]
    public async Task A_moment_after_a_passkey_nobody_is_asked_for_a_password_to_be_erased()
    {
        using var person = await server.ResidentAsync();
        using var phone = new SoftwareAuthenticator(Origin);
        await AddAsync(person, phone);
        // The twin: with a session of a password the password is needed.
        Assert.Equal((401, "sign-in-failed"), Told(await person.Delete("api/me", "{}")));
        using var browser = server.Stranger();
        browser.Take(await SignInAsync(browser, phone));
        Assert.Equal(204, (await browser.Delete("api/me", "{}")).Status);
        using var later = server.Stranger();
        Assert.Equal((401, "sign-in-failed"), Told(await SignInAsync(later, phone)));
    }

    [Fact]
    public async Task A_passkey_of_the_account_shows_once_more_who_one_is_and_that_of_another_does_not()
    {
        using var person = await server.ResidentAsync();
        using var phone = new SoftwareAuthenticator(Origin);
        await AddAsync(person, phone);
        using var other = await server.ResidentAsync();
        using var hers = new SoftwareAuthenticator(Origin);
        await AddAsync(other, hers);

        Assert.Equal((401, "sign-in-failed"), Told(await AgainAsync(person, hers)));
        Assert.Equal((401, "sign-in-failed"), Told(await person.Delete("api/me", "{}"))); // She has shown nothing yet.
        Assert.Equal(204, (await AgainAsync(person, phone)).Status);
        Assert.Equal(204, (await person.Delete("api/me", "{}")).Status);
    }

    [Fact]
    public async Task An_answer_is_good_once_and_only_for_what_was_asked()
    {
        using var person = await server.ResidentAsync();
        using var phone = new SoftwareAuthenticator(Origin);
        await AddAsync(person, phone);

        using var browser = server.Stranger();
        var answer = phone.Get((await browser.Post("api/session/passkey/options", "{}", FromHere)).Body!);
        Assert.Equal(200, (await browser.Post("api/session/passkey", Body(answer), FromHere)).Status);
        // Again: the question was taken with the first answer.
        using var again = server.Stranger();
        Assert.Equal((401, "sign-in-failed"), Told(await again.Post("api/session/passkey", Body(answer), FromHere)));
        // To another question.
        Assert.Equal(200, (await again.Post("api/session/passkey/options", "{}", FromHere)).Status);
        Assert.Equal((401, "sign-in-failed"), Told(await again.Post("api/session/passkey", Body(answer), FromHere)));
    }

    [Fact]
    public async Task A_page_of_another_site_and_a_person_who_was_not_seen_are_refused()
    {
        using var person = await server.ResidentAsync();
        using var phone = new SoftwareAuthenticator(Origin);
        phone.Origin = "https://evil.example.org";
        Assert.Equal((422, "passkey-invalid"), Told(await AddAsync(person, phone)));
        phone.Origin = Origin;
        Assert.Equal(201, (await AddAsync(person, phone)).Status);

        using var browser = server.Stranger();
        phone.Origin = "https://evil.example.org";
        Assert.Equal((401, "sign-in-failed"), Told(await SignInAsync(browser, phone)));
        (phone.Origin, phone.Verifies) = (Origin, false);
        Assert.Equal((401, "sign-in-failed"), Told(await SignInAsync(browser, phone)));
        // The twin: the same, as it should be.
        phone.Verifies = true;
        Assert.Equal(200, (await SignInAsync(browser, phone)).Status);
    }

    private async Task<Answer> AddAsync(Person person, SoftwareAuthenticator phone)
    {
        var options = await person.Post("api/me/passkeys/options", "{}", FromHere);
        Assert.Equal(200, options.Status);
        return await person.Post("api/me/passkeys", $$"""{ "name": "手机", "credential": {{phone.Create(options.Body!)}} }""", FromHere);
    }

    private async Task<Answer> SignInAsync(Person browser, SoftwareAuthenticator phone)
    {
        var options = await browser.Post("api/session/passkey/options", "{}", FromHere);
        Assert.Equal(200, options.Status);
        return await browser.Post("api/session/passkey", Body(phone.Get(options.Body!)), FromHere);
    }

    private async Task<Answer> AgainAsync(Person person, SoftwareAuthenticator phone)
    {
        var options = await person.Post("api/session/again/passkey/options", "{}", FromHere);
        Assert.Equal(200, options.Status);
        return await person.Post("api/session/again/passkey", Body(phone.Get(options.Body!)), FromHere);
    }

    private static string Body(string credential) => new JsonObject { ["credential"] = JsonNode.Parse(credential) }.ToJsonString();

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);
}

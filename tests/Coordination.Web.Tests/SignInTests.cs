using System.Text.RegularExpressions;
using Coordination.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>The ways in, and what is said when there is none.</summary>
public sealed partial class SignInTests(Chromium chromium, DemoSite site)
{
    [Fact]
    public async Task Somebody_signs_in_with_the_keyboard_alone_and_comes_back_to_where_she_was()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.GoAsync("/account/looks");
        await Expect(visitor["user-name"]).ToBeFocusedAsync();

        await visitor.Page.Keyboard.TypeAsync(person.UserName);
        await visitor.Page.Keyboard.PressAsync("Tab");
        await visitor.Page.Keyboard.TypeAsync(person.Password);
        await visitor.Page.Keyboard.PressAsync("Enter");

        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/account/looks$"));
        await Expect(visitor["my-account"]).ToContainTextAsync(person.DisplayName);
        await visitor["sign-out"].ClickAsync();
        await Expect(visitor["sign-in-link"]).ToBeVisibleAsync();
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task A_wrong_password_is_said_without_saying_which_part_was_wrong()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.GoAsync("/sign-in");
        var said = new List<string>();
        foreach (var name in (string[])[person.UserName, "nobody-of-this-name"])
        {
            await visitor["user-name"].FillAsync(name);
            await visitor["password"].FillAsync("wrong, but long enough");
            await visitor["submit"].ClickAsync();
            await Expect(visitor["sign-in-error"]).ToBeFocusedAsync();
            said.Add(await visitor["sign-in-error"].InnerTextAsync());
            await Expect(visitor["password"]).ToHaveValueAsync("");
            await Expect(visitor["user-name"]).ToHaveValueAsync(name);
        }
        Assert.Equal("用户名或密码不对。", said.Distinct().Single());
    }

    [Fact]
    public async Task Too_many_wrong_passwords_lock_the_account_for_a_while_and_the_page_says_how_long()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        for (var i = 0; i < 5; i++)
            await visitor.Context.APIRequest.PostAsync("api/session", new APIRequestContextOptions { DataObject = new { userName = person.UserName, password = "wrong" } });
        await visitor.GoAsync("/sign-in");
        await visitor["user-name"].FillAsync(person.UserName);
        await visitor["password"].FillAsync(person.Password);
        await visitor["submit"].ClickAsync();

        await Expect(visitor["sign-in-error"]).ToHaveTextAsync(Wait());
        await Expect(visitor["submit"]).ToBeDisabledAsync();
        await visitor.AssertFineForAllAsync("access-locked-out");
    }

    [Theory]
    [InlineData("//elsewhere.example/")]
    [InlineData("https://elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    public async Task A_way_back_to_another_site_is_not_taken(string wanted)
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.GoAsync($"/sign-in?returnTo={Uri.EscapeDataString(wanted)}");
        await visitor["user-name"].FillAsync(person.UserName);
        await visitor["password"].FillAsync(person.Password);
        await visitor["submit"].ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Uri(await site.AddressAsync(), "account").ToString());
    }

    [Fact]
    public async Task A_resident_registers_herself_and_a_name_that_is_taken_is_said_beside_its_field()
    {
        var other = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        await visitor.GoAsync("/register");
        await visitor["submit"].ClickAsync();
        await Expect(visitor["user-name"]).ToBeFocusedAsync();
        await Expect(visitor["password-error"]).ToBeVisibleAsync();

        await visitor["user-name"].FillAsync(other.UserName);
        await visitor["display-name"].FillAsync("王阿姨");
        await visitor["password"].FillAsync("我家门前有一棵大树");
        await visitor["community"].SelectOptionAsync("jingtie-jiayuan");
        await visitor["building"].SelectOptionAsync("building-1");
        await visitor["submit"].ClickAsync();
        await Expect(visitor["user-name-error"]).ToContainTextAsync("已经有人用了");

        await visitor["user-name"].FillAsync($"{other.UserName}-王阿姨");
        await visitor["submit"].ClickAsync();
        await Expect(visitor["who"]).ToContainTextAsync("王阿姨");
        await Expect(visitor["who"]).ToContainTextAsync("1号楼");
    }

    [Fact]
    public async Task A_passkey_is_added_and_signs_in_without_a_password()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        var cdp = await visitor.Context.NewCDPSessionAsync(visitor.Page);
        await cdp.SendAsync("WebAuthn.enable");
        await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true },
        });
        await visitor.SignInAsync(person);
        await visitor.GoAsync("/account/security");
        await visitor["add-passkey"].ClickAsync();
        await visitor["passkey-name"].FillAsync("窗边的平板");
        await visitor["make-passkey"].ClickAsync();
        await Expect(visitor["passkey-done"]).ToBeVisibleAsync();
        await Expect(visitor["passkey-row"]).ToContainTextAsync("窗边的平板");

        await visitor.Context.ClearCookiesAsync();
        // An authenticator that agrees to everything would agree to what the field offers before anybody presses a button.
        await visitor.Page.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
        await visitor.GoAsync("/sign-in");
        await visitor["passkey"].ClickAsync();
        await Expect(visitor["who"]).ToContainTextAsync(person.DisplayName);

        await visitor.GoAsync("/account/security");
        await visitor["remove-passkey"].ClickAsync();
        await visitor.ConfirmAsync();
        await Expect(visitor["passkey-row"]).ToHaveCountAsync(0);
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task A_session_that_ended_elsewhere_is_said_calmly_and_signing_in_again_leads_back()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(person);
        await visitor.GoAsync("/account/contact");
        await visitor["edit-phone"].ClickAsync();
        await visitor["new-value"].FillAsync("13812345678");
        await using var elsewhere = await site.ComeAsync(chromium.Browser);
        await elsewhere.EndOthersAsync(person);
        await visitor.WaitUntilSignedOutAsync();

        await visitor["save"].ClickAsync();

        await Expect(visitor["session-ended"]).ToBeVisibleAsync();
        // Whoever comes by now reads nothing of hers.
        await Expect(visitor["dropped"]).ToBeVisibleAsync();
        await Expect(visitor["new-value"]).ToHaveCountAsync(0);
        Assert.DoesNotContain(person.DisplayName, await visitor.Page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        await visitor.AssertFineForAllAsync("access-session-ended");
        await visitor["sign-in-again"].ClickAsync();
        await visitor["user-name"].FillAsync(person.UserName);
        await visitor["password"].FillAsync(person.Password);
        await visitor["submit"].ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/account/contact$"));
        await Expect(visitor["edit-phone"]).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_out_on_one_page_takes_what_is_hers_off_the_others_of_the_browser()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(person);
        var other = await visitor.Context.NewPageAsync();
        await other.GotoAsync("/account");
        await Expect(other.GetByTestId("who")).ToContainTextAsync(person.DisplayName);
        await visitor.GoAsync("/account");
        await visitor["sign-out"].ClickAsync();
        await Expect(other.GetByTestId("dropped")).ToBeVisibleAsync();
        Assert.DoesNotContain(person.DisplayName, await other.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        await Expect(visitor["sign-in-link"]).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_an_answer_to_signing_out_nothing_of_hers_stays_on_the_page_and_it_is_said_that_it_is_to_be_done_again()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(person);
        await visitor.GoAsync("/account");
        await visitor["text-size"].ClickAsync();
        await Expect(visitor["who"]).ToContainTextAsync(person.DisplayName);
        await visitor.Page.RouteAsync("**/api/session", route => route.Request.Method == "DELETE" ? route.AbortAsync() : route.ContinueAsync());
        await visitor["sign-out"].ClickAsync();

        await Expect(visitor["not-signed-out"]).ToBeVisibleAsync();
        await Expect(visitor["dropped"]).ToBeVisibleAsync();
        Assert.DoesNotContain(person.DisplayName, await visitor.Page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        await visitor.AssertFineForAllAsync("access-not-signed-out");
        Assert.True((await visitor.Context.APIRequest.GetAsync("api/me")).Ok); // The server has not heard of it.

        await visitor.Page.UnrouteAllAsync();
        await visitor["sign-out-again"].ClickAsync();
        await Expect(visitor["sign-in-link"]).ToBeVisibleAsync();
        await visitor.WaitUntilSignedOutAsync();
        // What was stored is cleared, and the choices of the device are not: the next one reads as large.
        await Expect(visitor.Page.Locator("html")).ToHaveClassAsync("elderly");
    }

    [Fact]
    public async Task Who_signed_in_long_ago_is_asked_once_more_in_place_and_what_she_wanted_goes_on()
    {
        var person = await site.NewPersonAsync();
        await using var old = await site.ComeAsync(chromium.Browser);
        await old.SignInAsync(person);
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(person);
        await visitor.GoAsync("/account/security");
        await Expect(visitor["session-row"]).ToHaveCountAsync(2);
        await RefuseOnceAsync(visitor);
        await visitor["end-session"].ClickAsync();
        await visitor["again-cancel"].ClickAsync();
        await Expect(visitor["session-row"]).ToHaveCountAsync(2); // Nothing was done.

        await RefuseOnceAsync(visitor);
        await visitor["end-session"].ClickAsync();
        await Expect(visitor["again-password"]).ToBeFocusedAsync();
        await visitor.AssertFineForAllAsync("access-sign-in-again");
        await visitor["again-password"].FillAsync("not this one");
        await visitor["again-confirm"].ClickAsync();
        await Expect(visitor["again-password-error"]).ToBeVisibleAsync();
        await visitor["again-password"].FillAsync(person.Password);
        await visitor["again-confirm"].ClickAsync();
        await Expect(visitor["session-row"]).ToHaveCountAsync(1);
        await Expect(visitor["sign-in-again-dialog"]).ToHaveCountAsync(0);
        await old.WaitUntilSignedOutAsync();
        Assert.Empty(visitor.Errors);
    }

    /// <summary>Answers the next end of a session as the server does ten minutes after the sign-in.</summary>
    private static Task RefuseOnceAsync(Visitor visitor) => visitor.Page.RouteAsync(
        "**/api/me/sessions/*",
        route => route.FulfillAsync(new RouteFulfillOptions { Status = 403, ContentType = "application/problem+json", Body = """{ "status": 403, "code": "sign-in-again-required" }""" }),
        new PageRouteOptions { Times = 1 });

    [Fact]
    public async Task A_sign_in_elsewhere_that_failed_is_said_in_plain_words()
    {
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.GoAsync("/sign-in?problem=provider&returnTo=%2Faccount");
        await Expect(visitor["sign-in-error"]).ToContainTextAsync("没有成功");
        await visitor.AssertFineForAllAsync("access-provider-failed");
    }

    [Fact]
    public async Task A_public_screen_goes_on_when_the_session_behind_it_ends()
    {
        var person = await site.NewPersonAsync();
        var http = await site.HttpAsync();
        var topic = await http.NewLotAsync();
        await http.ReadAsync(topic, 30);
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(person);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor.Figure).ToHaveTextAsync("70");
        await visitor.MarkAsync();
        await using var elsewhere = await site.ComeAsync(chromium.Browser);
        await elsewhere.EndOthersAsync(person);
        await visitor.WaitUntilSignedOutAsync();

        await http.ReadAsync(topic, 58);

        await Expect(visitor.Figure).ToHaveTextAsync("42");
        Assert.True(await visitor.IsMarkedAsync());
        await Expect(visitor["session-ended"]).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("resident", "/account")]
    [InlineData("community-worker", "/people")]
    [InlineData("scenic-duty-officer", "/devices")]
    [InlineData("auditor", "/audit")]
    [InlineData("gate-keeper", "/screens/scenic-areas/yuyuan-garden")]
    public async Task One_press_in_the_demonstration_opens_the_page_that_a_role_works_at(string role, string page)
    {
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.GoAsync("/");
        await visitor["to-demo"].ClickAsync();
        await visitor[$"enter-{role}"].ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex($"{Regex.Escape(page)}$"));
        await Expect(visitor["demo-banner"]).ToBeVisibleAsync();
        await visitor["change-role"].ClickAsync();
        await Expect(visitor["demo-administrator"]).ToContainTextAsync("demo-administrator");
        Assert.Empty(visitor.Errors);
    }

    [GeneratedRegex("请 .*(秒|分).* ?后再试")]
    private static partial Regex Wait();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Coordination.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>What somebody sees, changes, lends and takes back of her own.</summary>
public sealed class AccountTests(Chromium chromium, DemoSite site)
{
    [Fact]
    public async Task What_is_known_of_somebody_is_checked_while_it_is_typed_and_shown_masked()
    {
        await using var visitor = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        await visitor.SignInAsync(await site.NewPersonAsync());
        await visitor.GoAsync("/account/contact");

        await visitor["edit-identityNumber"].ClickAsync();
        await visitor["new-value"].FillAsync("110105194912310021");
        await visitor["save"].ClickAsync();
        await Expect(visitor["contact-error"]).ToContainTextAsync("最后一位对不上");
        await Expect(visitor["new-value"]).ToBeFocusedAsync();
        await visitor["new-value"].FillAsync("11010519491231002X");
        await Expect(visitor["contact-error"]).ToHaveCountAsync(0);
        await visitor["save"].ClickAsync();
        await Expect(visitor["contact-identityNumber"]).ToContainTextAsync(new Regex(@"\d+\*+"));
        await Expect(visitor["contact-identityNumber"]).Not.ToContainTextAsync("19491231");
        await Expect(visitor["edit-identityNumber"]).ToBeFocusedAsync();

        await ChangeAsync("phone", "13812345678", "138****5678");
        await ChangeAsync("plates", "京A12345\n京AD12345", "京A·**345、京A·***345");
        await visitor["remove-phone"].ClickAsync();
        await visitor.ConfirmAsync();
        await Expect(visitor["contact-phone"]).ToContainTextAsync("未填写");
        Assert.Empty(visitor.Errors);

        async Task ChangeAsync(string field, string text, string shown)
        {
            await visitor[$"edit-{field}"].ClickAsync();
            await visitor["new-value"].FillAsync(text);
            await visitor["save"].ClickAsync();
            await Expect(visitor[$"contact-{field}"].GetByTestId("value")).ToHaveTextAsync(shown);
        }
    }

    [Fact]
    public async Task Somebody_lets_another_act_for_her_until_a_day_and_takes_it_back()
    {
        var (mother, daughter) = (await site.NewPersonAsync(), await site.NewPersonAsync());
        await using var hers = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        await hers.SignInAsync(mother);
        await hers.GoAsync("/account/delegates");
        await hers["delegate-name"].FillAsync(daughter.UserName);
        var until = TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await hers["delegate-until"].FillAsync(until);
        await hers["give-consent"].ClickAsync();
        await hers.ConfirmAsync();
        await Expect(hers["delegate-row"]).ToContainTextAsync("某");

        await using var other = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        await other.SignInAsync(daughter);
        await other.GoAsync("/account/delegates");
        await other.WaitUntilActsForAsync(mother);
        await other["act-for"].ClickAsync();
        await Expect(other["acting"]).ToContainTextAsync("您正在为");
        await Expect(other["who"]).ToContainTextAsync(mother.UserName);
        await other.AssertFineForAllAsync("access-acting");
        await other["part-contact"].ClickAsync();
        await other["edit-phone"].ClickAsync();
        await other["new-value"].FillAsync("13912345678");
        await other["save"].ClickAsync();
        await Expect(other["contact-phone"].GetByTestId("value")).ToHaveTextAsync("139****5678");

        await hers.GoAsync("/account/contact");
        await Expect(hers["contact-phone"].GetByTestId("value")).ToHaveTextAsync("139****5678");
        await hers.GoAsync("/account/looks");
        await Expect(hers["look"].First).ToBeVisibleAsync();
        await hers.GoAsync("/account/delegates");
        await hers["revoke-delegate"].ClickAsync();
        await hers.ConfirmAsync();
        await Expect(hers["no-delegates"]).ToBeVisibleAsync();

        await other["stop-acting"].ClickAsync();
        await Expect(other["acting"]).ToHaveCountAsync(0);
        await Expect(other["who"]).ToContainTextAsync(daughter.UserName);
        await other.GoAsync("/account/delegates");
        await Expect(other["act-for"]).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_other_sessions_are_ended_and_this_one_stays()
    {
        var person = await site.NewPersonAsync();
        await using var old = await site.ComeAsync(chromium.Browser);
        await old.SignInAsync(person);
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(person);
        await visitor.GoAsync("/account/security");
        await Expect(visitor["session-row"]).ToHaveCountAsync(2);
        await visitor["end-others"].ClickAsync();
        await Expect(visitor["session-row"]).ToHaveCountAsync(1);
        await old.WaitUntilSignedOutAsync();
        await old.GoAsync("/account");
        await Expect(old["user-name"]).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Erasing_takes_two_steps_and_the_password_and_then_nobody_is_there()
    {
        var person = await site.NewPersonAsync();
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(person);
        await visitor.GoAsync("/account/data");
        await visitor["view-export"].ClickAsync();
        await Expect(visitor["export"]).ToContainTextAsync(person.UserName);
        await visitor["erase-start"].ClickAsync();
        await visitor["erase-go-on"].ClickAsync();
        await visitor["erase-password"].FillAsync("not mine");
        await visitor["erase-confirm"].ClickAsync();
        await Expect(visitor["erase-password-error"]).ToContainTextAsync("没有删除");
        await visitor["erase-password"].FillAsync(person.Password);
        await visitor["erase-confirm"].ClickAsync();
        await visitor["erased"].ClickAsync();
        await Expect(visitor["sign-in-link"]).ToBeVisibleAsync();

        await visitor.GoAsync("/sign-in");
        await visitor["user-name"].FillAsync(person.UserName);
        await visitor["password"].FillAsync(person.Password);
        await visitor["submit"].ClickAsync();
        await Expect(visitor["sign-in-error"]).ToBeVisibleAsync();
    }
}

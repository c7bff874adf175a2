using System.Text.RegularExpressions;
using Coordination.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>A slip of paper with a code, and what somebody does with it.</summary>
public sealed class PasswordCodeTests(Chromium chromium, DemoSite site)
{
    private const string Own = "我在河边数了七盏灯笼呢";

    [Fact]
    public async Task A_colleague_is_added_and_has_to_think_of_a_password_of_her_own_at_her_first_sign_in()
    {
        var officer = await site.NewPersonAsync("streetOfficer", "streets/北京/丰台区/六里桥街道");
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(officer);
        await visitor.GoAsync("/people");
        await visitor["add-staff"].ClickAsync();
        var name = Site.NewId("colleague");
        await visitor["staff-user-name"].FillAsync(name);
        await visitor["staff-display-name"].FillAsync("新来的同事");
        await visitor["pick-role"].SelectOptionAsync("communityWorker");
        await visitor["pick-scope"].SelectOptionAsync(DemoSite.Community);
        await visitor["staff-submit"].ClickAsync();
        await Expect(visitor["slip-user-name"]).ToHaveTextAsync(name);
        var code = await visitor["new-code"].InnerTextAsync();
        await visitor.AssertFineForAllAsync("access-code-slip");
        await visitor["slip-done"].ClickAsync();
        Assert.DoesNotContain(code, await visitor.Page.ContentAsync(), StringComparison.Ordinal);

        await using var hers = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        await hers.GoAsync("/sign-in");
        await hers["user-name"].FillAsync(name);
        await hers["password"].FillAsync(code);
        await hers["submit"].ClickAsync();
        await Expect(hers["own-password"]).ToBeFocusedAsync();
        await hers.AssertFineForAllAsync("access-own-password");
        await hers["own-password"].FillAsync("短了一点");
        await hers["set-password"].ClickAsync();
        await Expect(hers["own-password-error"]).ToBeVisibleAsync();
        await hers["own-password"].FillAsync($"{Own}真亮");
        await hers["set-password"].ClickAsync();
        await Expect(hers.Page).ToHaveURLAsync(new Regex("/account$"));
        await Expect(hers["who"]).ToContainTextAsync("新来的同事");
        Assert.Empty(hers.Errors);
    }

    [Fact]
    public async Task Somebody_old_who_forgot_her_password_sets_another_with_the_slip_in_two_steps_of_the_large_view()
    {
        var (worker, resident) = (await site.NewPersonAsync("communityWorker"), await site.NewPersonAsync());
        await using var before = await site.ComeAsync(chromium.Browser);
        await before.SignInAsync(resident);
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(worker);
        await visitor.GoAsync($"/people/{resident.Id}");
        await visitor["issue-code"].ClickAsync();
        await visitor.ConfirmAsync();
        var code = await visitor["new-code"].InnerTextAsync();

        await using var hers = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        await hers.GoAsync("/sign-in?view=elderly");
        await hers["to-new-password"].ClickAsync();
        await Expect(hers["user-name"]).ToBeFocusedAsync();
        await hers["code-next"].ClickAsync();
        await Expect(hers["code-error"]).ToBeVisibleAsync();
        await hers["user-name"].FillAsync(resident.UserName);
        await hers["code"].FillAsync("１２３４１２３４１２３４");
        await Expect(hers["code"]).ToHaveValueAsync("1234 1234 1234");
        await hers["code-next"].ClickAsync();
        await Expect(hers["code-error-message"]).ToBeFocusedAsync();
        await hers.AssertFineForAllAsync("access-wrong-code");
        await hers["code"].FillAsync(code.Replace(" ", "", StringComparison.Ordinal));
        await hers["code-next"].ClickAsync();
        await Expect(hers["own-password"]).ToBeFocusedAsync();
        var small = await hers.TooSmallAsync();
        Assert.True(small.Count == 0, string.Join('\n', small));
        await hers["own-password"].FillAsync(Own);
        await hers["set-password"].ClickAsync();
        await Expect(hers["who"]).ToContainTextAsync(resident.DisplayName);

        await before.WaitUntilSignedOutAsync();
        await hers.GoAsync("/account/looks");
        await Expect(hers["look"].Filter(new() { HasText = "发放了一次性密码" })).ToContainTextAsync(worker.DisplayName);
        Assert.Empty(hers.Errors);
    }
}

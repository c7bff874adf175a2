using System.Text.RegularExpressions;
using Coordination.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>Those who look after people, devices and the record of what was done.</summary>
public sealed class StaffTests(Chromium chromium, DemoSite site)
{
    [Fact]
    public async Task A_device_is_shown_its_key_once_gets_another_and_is_revoked()
    {
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(await site.NewPersonAsync("communityWorker"));
        visitor.Page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await visitor.GoAsync("/devices");
        await visitor["issue"].ClickAsync();
        await visitor["issue-submit"].ClickAsync();
        await Expect(visitor["key-name"]).ToBeFocusedAsync();
        var name = $"收银台 {Site.NewId("till")}";
        await visitor["key-name"].FillAsync(name);
        await visitor["pick-role"].SelectOptionAsync("canteenClerk");
        await visitor["pick-scope"].SelectOptionAsync(DemoSite.Community);
        await visitor["issue-submit"].ClickAsync();
        var first = await visitor["new-key"].InnerTextAsync();
        await visitor.AssertFineForAllAsync("access-slip");
        Assert.True(await site.TakesAsync(first));
        await visitor["slip-done"].ClickAsync();
        var row = visitor["key-row"].Filter(new() { HasText = name });
        await Expect(row).ToBeVisibleAsync();
        Assert.DoesNotContain(first, await visitor.Page.ContentAsync(), StringComparison.Ordinal);

        await row.GetByTestId("rotate").ClickAsync();
        await visitor["grace"].Locator("visible=true").SelectOptionAsync("0");
        await visitor.ConfirmAsync();
        var second = await visitor["new-key"].InnerTextAsync();
        Assert.NotEqual(first, second);
        Assert.True(await site.TakesAsync(second));
        await visitor["slip-done"].ClickAsync();

        await row.GetByTestId("revoke").ClickAsync();
        await visitor["sure"].Locator("visible=true").CheckAsync();
        await visitor.ConfirmAsync();
        await Expect(visitor["keys-done"]).ToContainTextAsync(name);
        await Expect(row.GetByTestId("rotate")).ToHaveCountAsync(0);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await site.TakesAsync(second))
            await Task.Delay(100, patience.Token);
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task A_community_worker_finds_a_resident_gives_her_a_role_and_locks_her_out_and_the_resident_sees_who_looked()
    {
        var (worker, resident) = (await site.NewPersonAsync("communityWorker"), await site.NewPersonAsync());
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.SignInAsync(worker);
        await visitor.GoAsync("/people");
        await visitor["find-by"].SelectOptionAsync("userName");
        await visitor["find-value"].FillAsync(resident.UserName);
        await visitor["find"].ClickAsync();
        await Expect(visitor["find-value"]).ToHaveValueAsync("");
        await visitor["person-row"].GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
        await Expect(visitor["heading"]).ToHaveTextAsync(resident.DisplayName);

        await visitor["give-role"].ClickAsync();
        var offered = await visitor["pick-role"].Locator("option").AllInnerTextsAsync();
        Assert.Equal(["请选择角色", "居民", "楼门长"], offered);
        await visitor["pick-role"].SelectOptionAsync("buildingLeader");
        await visitor["pick-scope"].SelectOptionAsync($"{DemoSite.Community}/buildings/building-2");
        await visitor["give-submit"].ClickAsync();
        await Expect(visitor["person-done"]).ToBeVisibleAsync();
        await visitor.Page.GetByLabel(new Regex("收回: 楼门长|收回：楼门长")).ClickAsync();
        await visitor.ConfirmAsync();
        await Expect(visitor["take-role"]).ToHaveCountAsync(1);

        await using var hers = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        await hers.SignInAsync(resident);
        await hers.GoAsync("/account/looks");
        await Expect(hers["look"].First).ToContainTextAsync(worker.DisplayName);

        await visitor["lock"].ClickAsync();
        await visitor["dialog-confirm"].Locator("visible=true").ClickAsync();
        await Expect(visitor["reason-error"]).ToBeVisibleAsync();
        await visitor["reason"].FillAsync("本人要求");
        await visitor.ConfirmAsync();
        await Expect(visitor["is-locked"]).ToBeVisibleAsync();
        await hers.WaitUntilSignedOutAsync();
        await hers.GoAsync("/account/looks");
        await Expect(hers["user-name"]).ToBeVisibleAsync();
        await visitor["unlock"].ClickAsync();
        await visitor.ConfirmAsync();
        await Expect(visitor["lock"]).ToBeVisibleAsync();
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task What_was_done_is_found_as_a_sentence_with_the_raw_event_behind_it()
    {
        var http = await site.HttpAsync();
        var topic = await http.NewLotAsync("""{ "name": "查得到的停车场", "capacity": 100, "community": "jingtie-jiayuan" }""");
        await http.ReadAsync(topic, 30);
        await http.OperateAsync(topic, "closed", "道路施工");
        await using var visitor = await site.ComeAsync(chromium.Browser);
        await visitor.EnterAsync("auditor");
        await visitor.GoAsync("/audit");
        await visitor["audit-place"].SelectOptionAsync(topic);
        await visitor["audit-type"].SelectOptionAsync("operationSet");
        await visitor["audit-search"].ClickAsync();
        await Expect(visitor["audit-decisions"]).ToBeCheckedAsync();
        var found = visitor["audit-item"];
        await Expect(found).ToHaveCountAsync(1);
        await Expect(found).ToContainTextAsync("临时关闭了 查得到的停车场，原因：道路施工");
        await visitor.PictureAsync("audit found");
        await found.Locator("summary").ClickAsync();
        await Expect(found.Locator("pre")).ToContainTextAsync("\"closed\"");
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor["audit-csv"].ClickAsync());
        Assert.Contains("道路施工", await File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);
        await visitor["language"].ClickAsync();
        await Expect(found).ToContainTextAsync("closed 查得到的停车场 by hand");
        Assert.Empty(visitor.Errors);
    }
}

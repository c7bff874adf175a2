using Coordination.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>The pages of sign-in, access and privacy in each language, on a phone and on a wall, and in the large view: usable by everybody.</summary>
public sealed class AccessBarrierTests(Chromium chromium, DemoSite site)
{
    /// <summary>A page, who sees it, what shows that it is there.</summary>
    public static TheoryData<string, string, string> Pages => new()
    {
        { "/sign-in", "", "submit" },
        { "/register", "", "community" },
        { "/new-password", "", "code-next" },
        { "/demo", "", "demo-auditor" },
        { "/privacy", "administrator", "heading" },
        { "/account", "resident", "who" },
        { "/account/contact", "resident", "edit-phone" },
        { "/account/security", "resident", "session-row" },
        { "/account/delegates", "resident", "give-consent" },
        { "/account/looks", "resident", "heading" },
        { "/account/data", "resident", "download" },
        { "/people", "community-worker", "list-show" },
        { "/people/01900000-0000-7000-8000-000000000001", "community-worker", "give-role" },
        { "/devices", "administrator", "key-row" },
        { "/programs", "administrator", "no-keys" },
        { "/audit", "auditor", "audit-search" },
        { "/audit", "resident", "state-forbidden" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_has_no_barriers_in_either_language_on_a_phone_and_a_wall_and_is_large_in_the_large_view(string path, string role, string sign)
    {
        await using var visitor = await site.ComeAsync(chromium.Browser, Visitor.Phone);
        if (role.Length > 0)
            await visitor.EnterAsync(role);
        await visitor.GoAsync($"{path}?lang=zh&theme=light");
        await Expect(visitor[sign].First).ToBeVisibleAsync();
        foreach (var language in (string[])["zh-CN", "en"])
        {
            await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
            foreach (var (device, size) in new[] { ("phone", Visitor.Phone), ("wall", Visitor.Wall) })
            {
                await visitor.Page.SetViewportSizeAsync(size.Width, size.Height);
                await visitor.AssertFineForAllAsync($"access-{path}-{role}-{language}-{device}");
            }
            // English in the dark: every page is seen in both languages and both themes.
            await visitor["language"].ClickAsync();
            await visitor["theme"].ClickAsync();
        }

        await visitor["text-size"].ClickAsync();
        await visitor.Page.SetViewportSizeAsync(Visitor.Phone.Width, Visitor.Phone.Height);
        await Expect(visitor.Page.Locator("html")).ToHaveClassAsync("elderly");
        var small = await visitor.TooSmallAsync();
        await visitor.PictureAsync($"large-{path}-{role}");
        Assert.True(small.Count == 0, string.Join('\n', small));
    }
}

using System.Text.RegularExpressions;
using Coordination.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>What a page makes of a host that cannot reach the store, and of one that is replaced by another.</summary>
public sealed partial class ClusterTests(Chromium chromium, Site site)
{
    private static readonly DateTimeOffset Since = new(2026, 5, 1, 8, 30, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task Figures_that_are_not_confirmed_stay_and_are_marked_by_colour_shape_and_words_until_they_are()
    {
        var topic = await site.Http.NewLotAsync("""{ "name": "北停车场", "nameEn": "North lot", "capacity": 100 }""");
        await site.Http.ReadAsync(topic, 65);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        var server = await Overheard.OnAsync(visitor.Page);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor.Figure).ToHaveTextAsync("35");
        await Expect(visitor["unconfirmed"]).ToHaveCountAsync(0);
        await Expect(visitor.Page.Locator(".hero")).Not.ToHaveClassAsync(Old());

        server.Say(Overheard.Status(Since));

        await Expect(visitor["unconfirmed"]).ToContainTextAsync("数据未确认，自 08:30 起");
        await Expect(visitor["unconfirmed"]).ToContainTextAsync("数字可能不是最新");
        await Expect(visitor["unconfirmed-badge"]).ToHaveTextAsync("未确认");
        await Expect(visitor.Figure).ToHaveTextAsync("35");
        await Expect(visitor["level"]).ToHaveAttributeAsync("data-level", "busy");
        await Expect(visitor["level"].Locator("svg")).ToHaveClassAsync(Old());
        await Expect(visitor.Page.Locator(".hero")).ToHaveClassAsync(Old());
        await Expect(visitor.Page).ToHaveTitleAsync("未确认 · 空余车位 35 · 较舒适 — 北停车场");

        // What comes meanwhile is shown, marked in the same way.
        await site.Http.ReadAsync(topic, 66);
        await Expect(visitor.Figure).ToHaveTextAsync("34");
        await Expect(visitor.Page.Locator(".hero")).ToHaveClassAsync(Old());

        server.Say(Overheard.Status(null));

        await Expect(visitor["unconfirmed"]).ToHaveCountAsync(0);
        await Expect(visitor["unconfirmed-badge"]).ToHaveCountAsync(0);
        await Expect(visitor.Page.Locator(".hero")).Not.ToHaveClassAsync(Old());
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task A_page_with_unconfirmed_figures_has_no_barriers_in_any_language_view_or_size()
    {
        var lot = await site.Http.NewLotAsync("""{ "name": "北停车场", "nameEn": "North lot", "capacity": 100 }""");
        var zoned = await site.Http.NewLotAsync("""
            { "name": "车库", "nameEn": "Garage", "zones": [ { "id": "b1", "name": "地下一层", "capacity": 50 }, { "id": "ev", "name": "充电区", "capacity": 10, "purpose": "charging" } ] }
            """);
        var community = $"communities/{Site.NewId("community")}";
        await site.Http.PutAsync($"api/{community}", $$"""{ "name": "京铁家园", "nameEn": "Jingtie Jiayuan", "places": [ "{{lot}}", "{{zoned}}" ] }""");
        await site.Http.ReadAsync(lot, 92);
        await site.Http.ReadAsync(zoned, 20, "b1");
        await site.Http.ReadAsync(zoned, 10, "ev");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await Overheard.OnAsync(visitor.Page, Overheard.Status(Since));
        var turn = 0;
        foreach (var (page, path) in ((string, string)[])[("screen", $"/screens/{lot}"), ("zones", $"/screens/{zoned}"), ("community", $"/{community}"), ("home", "/")])
        {
            foreach (var (language, view) in ((string, string)[])[("zh", "standard"), ("en", "elderly"), ("zh", "elderly"), ("en", "standard")])
            {
                var theme = turn++ % 2 == 0 ? "light" : "dark";
                await visitor.GoAsync($"{path}?lang={language}&view={view}&theme={theme}");
                foreach (var (device, size) in ((string, ViewportSize)[])[("phone", Visitor.Phone), ("wall", Visitor.Wall)])
                {
                    await visitor.Page.SetViewportSizeAsync(size.Width, size.Height);
                    await Expect(visitor["unconfirmed"]).ToContainTextAsync(language == "zh" ? "数字可能不是最新" : "may not be the latest");
                    await Expect(visitor["unconfirmed-badge"].First).ToBeVisibleAsync();
                    await visitor.AssertFineForAllAsync($"unconfirmed-{page}-{language}-{view}-{device}");
                }
            }
        }
    }

    [Fact]
    public async Task A_screen_whose_host_says_goodbye_is_at_another_without_a_visible_gap()
    {
        var topic = await site.Http.NewLotAsync();
        await site.Http.ReadAsync(topic, 40);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        var server = await Overheard.OnAsync(visitor.Page);
        await visitor.GoAsync($"/screens/{topic}?debug=1");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await visitor.MarkAsync();

        // Everything that the page ever shows between now and the end.
        await visitor.Page.EvaluateAsync("""
            window.__seen = []
            const look = () => window.__seen.push([
              document.querySelector('[data-testid=connection]')?.dataset.connection,
              document.querySelector('[data-testid=figure]')?.textContent,
              document.querySelector('.hero')?.classList.contains('old')])
            new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
            """);
        await visitor.Page.WaitForFunctionAsync("() => window.__coordination.stats().sessions === 1");
        server.Say(Overheard.Goodbye(1_200));
        await visitor.Page.WaitForFunctionAsync("() => window.__coordination.stats().sessions === 2");
        Assert.Equal(2, server.Connections);
        await site.Http.ReadAsync(topic, 41);
        await Expect(visitor.Figure).ToHaveTextAsync("59");

        var seen = await visitor.Page.EvaluateAsync<string[]>("[...new Set(window.__seen.map((one) => one.join(' ')))]");
        Assert.Subset(new HashSet<string> { "fine 60 false", "fine 59 false" }, seen.ToHashSet());
        Assert.True(await visitor.IsMarkedAsync());
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task A_screen_that_finds_no_other_host_says_calmly_that_it_reconnects()
    {
        var topic = await site.Http.NewLotAsync();
        await site.Http.ReadAsync(topic, 40);
        await using var way = new SwallowingProxy(site.Address);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, way.Address);
        var server = await Overheard.OnAsync(visitor.Page);
        await visitor.GoAsync($"/screens/{topic}?debug=1");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await visitor.Page.WaitForFunctionAsync("() => window.__coordination.stats().sessions === 1");
        way.Swallow = true;
        server.Say(Overheard.Goodbye(1_200));

        await Expect(visitor["connection"]).ToHaveTextAsync("重新连接中…");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await visitor.AssertFineForAllAsync("moving");
        await Expect(visitor["connection"]).ToContainTextAsync("连接已中断");

        way.Swallow = false;
        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "fine");
    }

    [GeneratedRegex(@"\bold\b")]
    private static partial Regex Old();
}

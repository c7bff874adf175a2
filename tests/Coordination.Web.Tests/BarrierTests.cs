using Coordination.Testing;
using Coordination.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>Every page, in each language, on a phone, a terminal and a wall, in every state: usable by everybody.</summary>
public sealed class BarrierTests(Chromium chromium, Site site)
{
    private static readonly (string Name, ViewportSize Size)[] Devices = [("phone", Visitor.Phone), ("terminal", Visitor.Terminal), ("wall", Visitor.Wall)];

    [Theory]
    [InlineData("home")]
    [InlineData("parking-lot")]
    [InlineData("scenic-area")]
    [InlineData("community")]
    [InlineData("no-place")]
    [InlineData("no-page")]
    public async Task A_page_has_no_barriers_in_any_language_or_size(string page)
    {
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        var (path, sign) = await PreparedAsync(page);
        foreach (var language in (string[])["zh", "en"])
        {
            await visitor.GoAsync($"{path}?lang={language}&theme={(language == "zh" ? "light" : "dark")}");
            foreach (var (device, size) in Devices)
            {
                await visitor.Page.SetViewportSizeAsync(size.Width, size.Height);
                await Expect(visitor[sign].First).ToBeVisibleAsync();
                await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", language == "zh" ? "zh-CN" : "en");
                await visitor.AssertFineForAllAsync($"page-{page}-{language}-{device}");
            }
        }
    }

    [Theory]
    [InlineData("comfortable")]
    [InlineData("full")]
    [InlineData("over-capacity")]
    [InlineData("stale")]
    [InlineData("unknown")]
    [InlineData("closed-by-hand")]
    [InlineData("closed-by-hours")]
    [InlineData("without-capacity")]
    [InlineData("offline")]
    public async Task A_screen_has_no_barriers_in_any_state(string state)
    {
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        var topic = await PlaceInAsync(state);
        var turn = 0;
        foreach (var (device, size) in Devices)
        {
            // Light and dark, Chinese and English in turns: the pages above have seen every pair.
            var (language, theme) = turn++ % 2 == 0 ? ("zh", "dark") : ("en", "light");
            await visitor.Page.SetViewportSizeAsync(size.Width, size.Height);
            await visitor.GoAsync($"/screens/{topic}?lang={language}&theme={theme}");
            await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", state switch
            {
                "stale" or "unknown" => state,
                "closed-by-hand" or "closed-by-hours" => "closed",
                _ => "open",
            });
            if (state == "offline")
            {
                await visitor.Context.SetOfflineAsync(true);
                await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "lost");
            }
            await visitor.AssertFineForAllAsync($"state-{state}-{device}");
            await visitor.Context.SetOfflineAsync(false);
        }
    }

    [Fact]
    public async Task A_server_without_places_says_how_to_add_one_and_shows_it_without_a_reload()
    {
        var browser = chromium.Browser;
        await using var empty = await ServerProcess.StartAsync();
        await using var visitor = await Visitor.ComeAsync(browser, empty.Address);
        foreach (var language in (string[])["en", "zh"])
        {
            await visitor.GoAsync($"/?lang={language}");
            foreach (var (device, size) in Devices)
            {
                await visitor.Page.SetViewportSizeAsync(size.Width, size.Height);
                await Expect(visitor["empty"]).ToBeVisibleAsync();
                await visitor.AssertFineForAllAsync($"state-empty-{language}-{device}");
            }
        }
        await visitor.MarkAsync();

        var topic = await empty.Http.NewLotAsync();
        await empty.Http.ReadAsync(topic, 58);

        await Expect(visitor[$"place-{topic}"].GetByTestId("figure")).ToHaveTextAsync("42");
        await Expect(visitor["empty"]).Not.ToBeVisibleAsync();
        Assert.True(await visitor.IsMarkedAsync());
    }

    [Fact]
    public async Task A_planted_barrier_is_found()
    {
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync("/screens/parking-lots/Not_A_Slug");
        await Expect(visitor["not-found"]).ToBeVisibleAsync();
        Assert.Empty(await visitor.BarriersAsync());

        await visitor.Page.EvaluateAsync("""
            () => {
              const faint = Object.assign(document.createElement('p'), { textContent: '看不清 hardly to be seen' })
              faint.style.cssText = 'color: #ccc; background: #fff'
              document.querySelector('main').append(faint, Object.assign(document.createElement('img'), { src: '/favicon.svg' }), document.createElement('button'))
            }
            """);

        var barriers = await visitor.BarriersAsync();
        foreach (var rule in (string[])["color-contrast", "image-alt", "button-name"])
            Assert.Contains(barriers, barrier => barrier.StartsWith(rule, StringComparison.Ordinal));
    }

    /// <summary>A page's address and what shows that it is there.</summary>
    private async Task<(string Path, string Sign)> PreparedAsync(string page)
    {
        var http = site.Http;
        switch (page)
        {
            case "home":
                await http.ReadAsync(await http.NewLotAsync("""{ "name": "首页停车场", "nameEn": "Front lot", "district": "丰台区", "street": "六里桥街道", "capacity": 100 }"""), 95);
                return ("/", "search");
            case "parking-lot":
                var lot = await http.NewLotAsync("""
                    { "name": "京铁家园北停车场", "nameEn": "Jingtie Jiayuan north lot", "city": "北京", "district": "丰台区", "street": "六里桥街道", "address": "太平桥西里", "maxHeightCentimetres": 210,
                      "zones": [ { "id": "b1", "name": "地下一层", "nameEn": "Level B1", "capacity": 500 }, { "id": "b2", "name": "地下二层", "nameEn": "Level B2", "capacity": 280 },
                                 { "id": "charging", "name": "充电区", "nameEn": "Charging", "capacity": 20, "purpose": "charging" } ] }
                    """);
                await http.ReadAsync(lot, 433, "b1");
                await http.ReadAsync(lot, 100, "b2");
                await http.ReadAsync(lot, 22, "charging");
                return ($"/screens/{lot}", "figure");
            case "scenic-area":
                var area = await http.NewAreaAsync("""
                    { "name": "大观园景区", "nameEn": "Grand View Garden", "city": "北京", "district": "西城区", "grade": "4A", "capacity": 52000, "dailyCapacity": 120000,
                      "gates": [ { "id": "east", "name": "东门", "nameEn": "East gate" }, { "id": "south", "name": "南门", "nameEn": "South gate" } ] }
                    """);
                await http.ReadAsync(area, 43210);
                return ($"/screens/{area}", "figure");
            case "community":
                var here = await http.NewLotAsync();
                await http.ReadAsync(here, 30);
                var id = Site.NewId("community");
                await http.PutAsync($"api/communities/{id}", $$"""
                    { "name": "京铁家园社区", "nameEn": "Jingtie Jiayuan", "city": "北京", "district": "丰台区", "street": "六里桥街道",
                      "buildings": [ { "id": "b1", "name": "1号楼", "nameEn": "Building 1" }, { "id": "b2", "name": "2号楼" } ],
                      "facilities": [ { "type": "canteen", "name": "社区食堂", "nameEn": "Canteen" } ], "places": [ "{{here}}", "parking-lots/not-yet-there" ] }
                    """);
                return ($"/communities/{id}", "sum-parkingLots");
            case "no-place":
                return ("/screens/parking-lots/nowhere", "not-found");
            default:
                return ("/screens/parking-lots/Not_A_Slug", "not-found");
        }
    }

    private async Task<string> PlaceInAsync(string state)
    {
        var http = site.Http;
        var inTwoDays = TimeProvider.System.GetUtcNow().AddDays(2).DayOfWeek.ToString().ToLowerInvariant();
        var topic = await http.NewLotAsync(state switch
        {
            "stale" => """{ "name": "过时停车场", "nameEn": "Stale lot", "capacity": 1500, "rules": { "staleAfterMinutes": 1 } }""",
            "closed-by-hours" => $$"""{ "name": "周末停车场", "nameEn": "Weekend lot", "capacity": 100, "openingHours": { "weekly": [ { "day": "{{inTwoDays}}", "periods": [ { "opens": "09:00", "closes": "17:30" } ] } ] } }""",
            "without-capacity" => """{ "name": "路边停车", "nameEn": "Kerbside" }""",
            _ => """{ "name": "六里桥停车场", "nameEn": "Liuliqiao lot", "capacity": 1500 }""",
        });
        if (state != "unknown")
            await http.ReadAsync(topic, state switch { "full" => 1500, "over-capacity" => 1507, "closed-by-hours" => 0, _ => 42 }, minutesAgo: state == "stale" ? 7 : 0);
        if (state == "closed-by-hand")
            await http.OperateAsync(topic, "closed", "道路施工");
        return topic;
    }
}

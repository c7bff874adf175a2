using System.Text.RegularExpressions;
using Coordination.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>The first page lists the places with their live levels, finds them, and leads everywhere.</summary>
public sealed partial class FirstPageTests(Chromium chromium, Site site, DemoSite demo)
{
    [Fact]
    public async Task A_place_is_found_by_its_name_followed_live_and_leads_to_its_screen()
    {
        var name = $"找得到{Site.NewId("x")}";
        var topic = await site.Http.NewLotAsync($$"""{ "name": "{{name}}", "capacity": 100 }""");
        await site.Http.ReadAsync(topic, 30);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync("/");
        await visitor["search"].FillAsync(name);
        var tile = visitor[$"place-{topic}"];
        await Expect(tile.GetByTestId("figure")).ToHaveTextAsync("70");
        await Expect(visitor.Page.Locator("[data-testid^=place-]")).ToHaveCountAsync(1);

        await site.Http.ReadAsync(topic, 95);

        await Expect(tile.GetByTestId("figure")).ToHaveTextAsync("5");
        await Expect(tile.GetByTestId("level")).ToHaveAttributeAsync("data-level", "critical");

        await visitor["search"].FillAsync("没有这样的名字");
        await Expect(visitor["no-match"]).ToBeVisibleAsync();
        await visitor["search"].FillAsync(name);
        await tile.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Uri(site.Address, $"screens/{topic}").ToString());
        await Expect(visitor["name"]).ToHaveTextAsync(name);
    }

    [Fact]
    public async Task Places_are_narrowed_by_district_state_and_level()
    {
        var district = $"{Site.NewId("d")}区";
        var quiet = await site.Http.NewLotAsync($$"""{ "name": "空", "district": "{{district}}", "capacity": 100 }""");
        var busy = await site.Http.NewLotAsync($$"""{ "name": "满", "district": "{{district}}", "capacity": 100 }""");
        var shut = await site.Http.NewLotAsync($$"""{ "name": "关", "district": "{{district}}", "capacity": 100 }""");
        await site.Http.ReadAsync(quiet, 1);
        await site.Http.ReadAsync(busy, 100);
        await site.Http.OperateAsync(shut, "closed", "检修");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync("/");

        await visitor["filter-district"].SelectOptionAsync(district);
        await SeesAsync(quiet, busy, shut);
        await visitor["filter-state"].SelectOptionAsync("closed");
        await SeesAsync(shut);
        await visitor["filter-state"].SelectOptionAsync("");
        await visitor["filter-level"].SelectOptionAsync("full");
        await SeesAsync(busy);
        Assert.Contains("level=full", visitor.Page.Url, StringComparison.Ordinal);

        async Task SeesAsync(params string[] topics)
        {
            await Expect(visitor.Page.Locator("[data-testid^=place-]")).ToHaveCountAsync(topics.Length);
            foreach (var topic in topics)
                await Expect(visitor[$"place-{topic}"]).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Many_places_of_a_kind_are_turned_over_page_by_page()
    {
        var district = $"{Site.NewId("many")}区";
        for (var i = 0; i < 30; i++)
            await site.Http.NewLotAsync($$"""{ "name": "停车场{{i:D2}}", "district": "{{district}}", "capacity": 10 }""");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/?district={Uri.EscapeDataString(district)}");
        var tiles = visitor.Page.Locator("[data-testid^=place-parking-lots]");
        await Expect(tiles).ToHaveCountAsync(8);

        await visitor["kind-parking-lots"].ClickAsync();
        await Expect(tiles).ToHaveCountAsync(24);
        await Expect(visitor["pages"]).ToHaveTextAsync("第 1 / 2 页");
        await Expect(visitor["previous"]).ToBeDisabledAsync();
        await visitor["next"].ClickAsync();
        await Expect(tiles).ToHaveCountAsync(6);
        await Expect(visitor["next"]).ToBeDisabledAsync();
        await visitor["previous"].ClickAsync();
        await Expect(tiles).ToHaveCountAsync(24);
    }

    [Fact]
    public async Task The_description_of_the_API_is_one_step_away_and_there()
    {
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync("/");
        await visitor.Page.Locator("a[href='/docs']").Last.ClickAsync();
        await Expect(visitor.Page.GetByText("Ingest").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_dashboard_is_one_step_away_for_who_may_see_it_and_for_nobody_else()
    {
        await using var visitor = await demo.ComeAsync(chromium.Browser);
        await visitor.EnterAsync("resident");
        await visitor.GoAsync("/");
        await Expect(visitor["my-account"]).ToBeVisibleAsync();
        await Expect(visitor["to-dashboard"]).ToHaveCountAsync(0);
        await visitor.Context.ClearCookiesAsync();
        await visitor.EnterAsync("monitor");
        await visitor.GoAsync("/");
        await visitor["to-dashboard"].ClickAsync();
        await Expect(visitor.Page.GetByText("Grains").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_language_changes_at_a_press_and_is_kept()
    {
        var topic = await site.Http.NewLotAsync("""{ "name": "北停车场", "nameEn": "North lot", "capacity": 100 }""");
        await site.Http.ReadAsync(topic, 30);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor["level"]).ToHaveTextAsync("舒适");

        await visitor["language"].ClickAsync();

        await Expect(visitor["level"]).ToHaveTextAsync("Comfortable");
        await Expect(visitor["name"]).ToHaveTextAsync("North lot");
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await visitor.Page.ReloadAsync();
        await Expect(visitor["name"]).ToHaveTextAsync("North lot");
    }

    [Theory]
    [InlineData("home")]
    [InlineData("screen")]
    [InlineData("community")]
    public async Task In_the_large_view_no_text_is_under_18_px_and_nothing_to_press_under_60(string page)
    {
        var topic = await site.Http.NewLotAsync("""
            { "name": "车库", "district": "丰台区", "address": "太平桥西里 3 号", "zones": [ { "id": "b1", "name": "地下一层", "capacity": 50 }, { "id": "ev", "name": "充电区", "capacity": 10, "purpose": "charging" } ] }
            """);
        await site.Http.ReadAsync(topic, 51, "b1");
        var id = Site.NewId("community");
        await site.Http.PutAsync($"api/communities/{id}", $$"""{ "name": "京铁家园", "places": [ "{{topic}}" ], "facilities": [ { "type": "canteen", "name": "食堂" } ] }""");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address, Visitor.Phone);
        await visitor.GoAsync((page switch { "home" => "/", "screen" => $"/screens/{topic}", _ => $"/communities/{id}" }) + "?view=elderly");
        await Expect(visitor[page == "home" ? "search" : "name"]).ToBeVisibleAsync();
        await Expect(visitor["figure"].First).ToBeVisibleAsync();

        var small = await visitor.TooSmallAsync();

        Assert.True(small.Count == 0, string.Join('\n', small));
        await visitor.AssertFineForAllAsync($"large-{page}");
    }

    [Fact]
    public async Task The_large_view_is_a_press_away()
    {
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync("/");
        await visitor["text-size"].ClickAsync();
        await Expect(visitor.Page.Locator("html")).ToHaveClassAsync(Elderly());
        await visitor["text-size"].ClickAsync();
        await Expect(visitor.Page.Locator("html")).Not.ToHaveClassAsync(Elderly());
    }

    [GeneratedRegex("elderly")]
    private static partial Regex Elderly();
}

using System.Text.RegularExpressions;
using Coordination.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>What is said to the server is seen on a screen that is open, each thing as it is.</summary>
public sealed partial class LiveScreenTests(Chromium chromium, Site site)
{
    [Fact]
    public async Task A_reading_changes_the_figure_the_level_its_sign_and_the_title_of_an_open_screen()
    {
        var topic = await site.Http.NewLotAsync("""{ "name": "北停车场", "nameEn": "North lot", "capacity": 100 }""");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        var colours = new HashSet<string>();
        foreach (var (occupied, free, level, word, shape) in ((int, string, string, string, string)[])
            [
                (10, "90", "comfortable", "舒适", "circle"), (65, "35", "busy", "较舒适", "diamond"), (85, "15", "warning", "拥挤", "triangle"),
                (92, "8", "critical", "很拥挤", "square"), (100, "0", "full", "已满", "octagon"),
            ])
        {
            await site.Http.ReadAsync(topic, occupied);
            await Expect(visitor.Figure).ToHaveTextAsync(free);
            await Expect(visitor["level"]).ToHaveAttributeAsync("data-level", level);
            await Expect(visitor["level"]).ToHaveTextAsync(word);
            await Expect(visitor["level"].Locator("svg")).ToHaveAttributeAsync("data-shape", shape);
            Assert.True(colours.Add(await visitor["level"].Locator("svg > *").First.EvaluateAsync<string>("sign => getComputedStyle(sign).fill")), $"{level} has a colour of its own.");
        }
        await Expect(visitor.Page).ToHaveTitleAsync("空余车位 0 · 已满 — 北停车场");
        await Expect(visitor["over"]).ToHaveCountAsync(0);

        await site.Http.ReadAsync(topic, 107);

        await Expect(visitor["over"]).ToHaveTextAsync("超出 7");
        await Expect(visitor.Figure).ToHaveTextAsync("0");
        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "fine");
    }

    [Fact]
    public async Task A_place_that_was_never_counted_shows_a_dash_and_no_zero()
    {
        var topic = await site.Http.NewLotAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}?lang=en");
        await Expect(visitor.Figure).ToHaveTextAsync("—");
        await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", "unknown");
        await Expect(visitor["level"]).ToHaveCountAsync(0);
        await Expect(visitor["age"]).ToHaveCountAsync(0);
        await Expect(visitor["capacity"]).ToContainTextAsync("100");

        await site.Http.ReadAsync(topic, 100);

        await Expect(visitor.Figure).ToHaveTextAsync("0");
        await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", "open");
    }

    [Fact]
    public async Task A_stale_figure_is_greyed_and_tells_its_age_until_a_new_one_comes()
    {
        var topic = await site.Http.NewLotAsync("""{ "name": "停车场", "capacity": 100, "rules": { "staleAfterMinutes": 1 } }""");
        await site.Http.ReadAsync(topic, 40, minutesAgo: 7.1);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", "stale");
        await Expect(visitor["age"]).ToHaveTextAsync(MinutesOld());
        var grey = await ColourAsync();

        await site.Http.ReadAsync(topic, 41);

        await Expect(visitor.Figure).ToHaveTextAsync("59");
        await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", "open");
        await Expect(visitor["age"]).ToContainTextAsync("刚刚");
        Assert.NotEqual(grey, await ColourAsync());

        Task<string> ColourAsync() => visitor.Figure.EvaluateAsync<string>("figure => getComputedStyle(figure).color");
    }

    [Fact]
    public async Task A_place_closed_by_hand_says_so_with_its_reason_and_opens_again()
    {
        var topic = await site.Http.NewLotAsync();
        await site.Http.ReadAsync(topic, 40);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor.Figure).ToHaveTextAsync("60");

        await site.Http.OperateAsync(topic, "closed", "道路施工");

        await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", "closed");
        await Expect(visitor["reason"]).ToHaveTextAsync("道路施工");
        await Expect(visitor["level"]).ToHaveCountAsync(0);
        await Expect(visitor["next-opening"]).ToHaveCountAsync(0);

        await site.Http.OperateAsync(topic, "automatic", "完工");

        await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", "open");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
    }

    [Fact]
    public async Task A_place_outside_its_hours_says_when_it_opens_next()
    {
        var inTwoDays = TimeProvider.System.GetUtcNow().AddHours(8).AddDays(2).DayOfWeek.ToString().ToLowerInvariant();
        var topic = await site.Http.NewAreaAsync($$"""
            { "name": "周末公园", "capacity": 100, "openingHours": { "weekly": [ { "day": "{{inTwoDays}}", "periods": [ { "opens": "09:00", "closes": "17:30" } ] } ] } }
            """);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor["state"]).ToHaveAttributeAsync("data-state", "closed");
        await Expect(visitor["next-opening"]).ToHaveTextAsync(OpensAtNine());
        await Expect(visitor["hours"]).ToContainTextAsync("今日不开放");
    }

    [Fact]
    public async Task A_lot_without_a_capacity_shows_its_count_and_no_level()
    {
        var topic = await site.Http.NewLotAsync("""{ "name": "路边停车" }""");
        await site.Http.ReadAsync(topic, 1234);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor.Figure).ToHaveTextAsync("1,234");
        await Expect(visitor.Page.Locator(".hero .label")).ToHaveTextAsync("已停车辆");
        await Expect(visitor["level"]).ToHaveCountAsync(0);
        await Expect(visitor["capacity"]).ToHaveTextAsync("容量未知");
    }

    [Fact]
    public async Task Each_zone_shows_its_own_figure_and_the_place_their_sum()
    {
        var topic = await site.Http.NewLotAsync("""
            { "name": "车库", "zones": [ { "id": "b1", "name": "地下一层", "capacity": 50 }, { "id": "ev", "name": "充电区", "capacity": 10, "purpose": "charging" } ] }
            """);
        await site.Http.ReadAsync(topic, 20, "b1");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor["zone-b1"].Locator(".value b")).ToHaveTextAsync("30");
        await Expect(visitor["zone-ev"].Locator(".value b")).ToHaveTextAsync("—");
        await Expect(visitor["zone-ev"]).ToContainTextAsync("充电");

        await site.Http.ReadAsync(topic, 10, "ev");

        await Expect(visitor["zone-ev"].Locator(".value b")).ToHaveTextAsync("0");
        await Expect(visitor["zone-ev"]).ToContainTextAsync("已满");
        await Expect(visitor.Figure).ToHaveTextAsync("30");
        await Expect(visitor["capacity"]).ToContainTextAsync("60");
    }

    [Fact]
    public async Task A_change_of_capacity_to_come_is_announced_and_one_for_now_is_made()
    {
        var topic = await site.Http.NewAreaAsync("""{ "name": "大观园", "nameEn": "Grand View Garden", "capacity": 200 }""");
        await site.Http.ReadAsync(topic, 150);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}?lang=en");
        await Expect(visitor.Figure).ToHaveTextAsync("150");
        await Expect(visitor["level"]).ToHaveAttributeAsync("data-level", "busy");
        await Expect(visitor["scheduled"]).ToHaveCountAsync(0);

        await site.Http.PostAsync($"api/{topic}/capacity-changes", $$"""{ "capacity": 175, "effectiveAt": "{{Speech.MinutesAgo(-3 * 24 * 60)}}" }""");

        await Expect(visitor["scheduled"]).ToContainTextAsync("175");
        await Expect(visitor["capacity"]).ToContainTextAsync("200");

        await site.Http.PostAsync($"api/{topic}/capacity-changes", """{ "capacity": 160 }""");

        await Expect(visitor["capacity"]).ToContainTextAsync("160");
        await Expect(visitor["level"]).ToHaveAttributeAsync("data-level", "critical");
    }

    [Fact]
    public async Task A_place_that_does_not_exist_yet_appears_when_it_is_created()
    {
        var id = Site.NewId("later");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/parking-lots/{id}");
        await Expect(visitor["not-found"]).ToContainTextAsync($"parking-lots/{id}");
        await visitor.MarkAsync();

        var topic = await site.Http.NewLotAsync("""{ "name": "新停车场", "capacity": 100 }""", id);
        await site.Http.ReadAsync(topic, 1);

        await Expect(visitor["name"]).ToHaveTextAsync("新停车场");
        await Expect(visitor.Figure).ToHaveTextAsync("99");
        Assert.True(await visitor.IsMarkedAsync());
    }

    [Fact]
    public async Task A_community_adds_up_its_places_as_they_change()
    {
        var (north, south) = (await site.Http.NewLotAsync(), await site.Http.NewLotAsync());
        var id = Site.NewId("community");
        await site.Http.PutAsync($"api/communities/{id}", $$"""{ "name": "京铁家园", "places": [ "{{north}}", "{{south}}" ] }""");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/communities/{id}");
        var sum = visitor["sum-parkingLots"];
        await Expect(sum.GetByTestId("figure")).ToHaveTextAsync("—");

        await site.Http.ReadAsync(north, 40);

        await Expect(sum.GetByTestId("figure")).ToHaveTextAsync("60");
        await Expect(sum.GetByTestId("reporting")).ToHaveTextAsync("2 处中 1 处有实时数据");

        await site.Http.ReadAsync(south, 25);

        await Expect(sum.GetByTestId("figure")).ToHaveTextAsync("135");
        await Expect(visitor[$"place-{south}"].GetByTestId("figure")).ToHaveTextAsync("75");
        await Expect(visitor.Page).ToHaveTitleAsync("空余车位 135 — 京铁家园");
    }

    [GeneratedRegex("[78] 分钟前")]
    private static partial Regex MinutesOld();

    [GeneratedRegex("^(明天|2 天后|3 天后) 09:00 开放$")]
    private static partial Regex OpensAtNine();
}

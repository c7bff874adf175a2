using System.Text.RegularExpressions;
using Coordination.Testing;
using Coordination.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>A screen outlives its server and its network without a reload.</summary>
public sealed partial class SurvivalTests(Chromium chromium, Site site)
{
    [Fact]
    public async Task A_screen_survives_kill_9_of_the_server_again_and_again_and_shows_the_right_figure_each_time()
    {
        var browser = chromium.Browser;
        await using var server = await ServerProcess.StartAsync();
        var topic = await server.Http.NewLotAsync();
        await server.Http.ReadAsync(topic, 40);
        await using var visitor = await Visitor.ComeAsync(browser, server.Address);
        await visitor.GoAsync($"/screens/{topic}?debug=1");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await visitor.MarkAsync();

        await server.KillAsync();

        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "lost");
        await Expect(visitor["connection"]).ToContainTextAsync("连接已中断");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await Expect(visitor["age"]).ToContainTextAsync("更新于");
        await Expect(visitor.Page.Locator(".hero")).ToHaveClassAsync(Old());

        await server.StartAgainAsync();

        // Nobody says anything new: what was acknowledged before the crash is what is shown.
        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "fine");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await Expect(visitor.Page.Locator(".hero")).Not.ToHaveClassAsync(Old());

        for (var restart = 1; restart <= 3; restart++)
        {
            await server.RestartAsync();
            await server.Http.ReadAsync(topic, 40 + restart);
            await Expect(visitor.Figure).ToHaveTextAsync($"{60 - restart}");
            await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "fine");
        }

        Assert.True(await visitor.IsMarkedAsync(), "The page was loaded again.");
        Assert.True(await visitor.StatsAsync<int>("sessions") >= 5);
        Assert.Equal((1, 1, 1), (await visitor.StatsAsync<int>("topics"), await visitor.StatsAsync<int>("watched"), await visitor.StatsAsync<int>("listeners")));
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task A_screen_that_loses_its_network_says_so_and_catches_up_when_it_is_back()
    {
        var topic = await site.Http.NewLotAsync();
        await site.Http.ReadAsync(topic, 40);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}?lang=en");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await visitor.MarkAsync();

        await visitor.Context.SetOfflineAsync(true);

        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "lost");
        await site.Http.ReadAsync(topic, 77);
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await Expect(visitor.Page.Locator(".hero")).ToHaveClassAsync(Old());

        await visitor.Context.SetOfflineAsync(false);

        await Expect(visitor.Figure).ToHaveTextAsync("23");
        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "fine");
        Assert.True(await visitor.IsMarkedAsync());
    }

    [Fact]
    public async Task A_network_that_swallows_everything_without_a_word_is_noticed_too()
    {
        var topic = await site.Http.NewLotAsync();
        await site.Http.ReadAsync(topic, 40);
        await using var way = new SwallowingProxy(site.Address);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, way.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor.Figure).ToHaveTextAsync("60");
        await visitor.MarkAsync();

        way.Swallow = true;

        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "lost");
        await site.Http.ReadAsync(topic, 88);
        await Expect(visitor.Figure).ToHaveTextAsync("60");

        way.Swallow = false;

        await Expect(visitor.Figure).ToHaveTextAsync("12");
        await Expect(visitor["connection"]).ToHaveAttributeAsync("data-connection", "fine");
        Assert.True(await visitor.IsMarkedAsync());
    }

    [GeneratedRegex(@"\bold\b")]
    private static partial Regex Old();
}

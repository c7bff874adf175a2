using Coordination.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>A wall screen runs for months: what it holds does not grow with what it was sent.</summary>
public sealed class MemoryTests(Chromium chromium)
{
    private const int ViewsPerSecond = 10;

    /// <summary>Half an hour of a feed that never rests leaves less than this behind.</summary>
    private const double MostGrowth = 2e6;

    private sealed record Weight(double Heap, int Nodes, int Listeners, int Documents);

    [Fact]
    public async Task Thirty_minutes_of_ten_views_a_second_leave_the_heap_the_nodes_and_the_listeners_as_they_were()
    {
        var (before, after, page) = await WeighAsync(minutes: 30, leak: false);
        await using var _ = page;

        TestContext.Current.TestOutputHelper?.WriteLine($"after a tenth {before}, at the end {after}");
        Assert.True(after.Heap - before.Heap < MostGrowth, $"The heap grew from {before} to {after}.");
        Assert.True(after.Nodes - before.Nodes < 50, $"Nodes grew from {before} to {after}.");
        Assert.True(after.Listeners - before.Listeners < 10, $"Listeners grew from {before} to {after}.");
        Assert.Equal(before.Documents, after.Documents);
        Assert.Equal((1, 1, 1), (await page.StatsAsync<int>("topics"), await page.StatsAsync<int>("watched"), await page.StatsAsync<int>("listeners")));
        Assert.InRange(await page.StatsAsync<int>("trend.minutes"), 1, 25 * 60);
        Assert.InRange(await page.StatsAsync<int>("trend.usual"), 1, 25);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_page_that_keeps_what_it_was_sent_is_caught_by_the_same_measure()
    {
        var (before, after, page) = await WeighAsync(minutes: 6, leak: true);
        await using var _ = page;

        Assert.True(after.Heap - before.Heap > MostGrowth, $"Nothing was seen: {before}, {after}.");
        // One for each second: the views of a second come in one message.
        Assert.True(after.Listeners - before.Listeners > 200, $"Nothing was seen: {before}, {after}.");
    }

    /// <summary>Feeds a screen by the page's own clock, and weighs it after the first tenth and at the end.</summary>
    private async Task<(Weight Before, Weight After, Visitor Page)> WeighAsync(int minutes, bool leak)
    {
        // A browser of its own: the heap of a shared process would be somebody else's too.
        var browser = await chromium.LaunchAsync();
        var start = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(8));
        await using var source = await ViewSource.StartAsync(start);
        var visitor = await Visitor.ComeAsync(browser, source.Address, Visitor.Wall);
        await visitor.Page.Clock.InstallAsync(new ClockInstallOptions { TimeDate = start.UtcDateTime });
        await visitor.Page.Clock.PauseAtAsync(start.AddSeconds(1).UtcDateTime);
        if (leak)
            await visitor.Page.AddInitScriptAsync("""
                window.__kept = []
                const Real = window.WebSocket
                window.WebSocket = class extends Real {
                  constructor(...words) {
                    super(...words)
                    this.addEventListener('message', (event) => {
                      window.__kept.push(...event.data.split('\x1e').filter(Boolean).map((text) => JSON.parse(text)))
                      document.addEventListener('leak', () => window.__kept.length)
                    })
                  }
                }
                """);
        await visitor.GoAsync($"/screens/{ViewSource.Topic}?debug=1");
        await Expect(visitor.Figure).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator(".trend-chart canvas")).ToBeVisibleAsync();

        var seconds = minutes * 60;
        Weight? before = null;
        for (var second = 0; second < seconds; second++)
        {
            if (second == seconds / 10)
                before = await WeightOfAsync(visitor);
            await source.SendAsync(ViewsPerSecond);
            // The last view of each second must be seen before the next one begins.
            await visitor.Page.EvaluateAsync("""
                (figure) => new Promise((seen) => {
                  const element = document.querySelector('[data-testid=figure]')
                  const look = () => element.textContent === figure && (observer.disconnect(), seen())
                  const observer = new MutationObserver(look)
                  observer.observe(element, { characterData: true, childList: true, subtree: true })
                  look()
                })
                """, source.Figure);
            await visitor.Page.Clock.RunForAsync(1_000);
        }
        return (before!, await WeightOfAsync(visitor), visitor);
    }

    private static async Task<Weight> WeightOfAsync(Visitor visitor)
    {
        var session = await visitor.Context.NewCDPSessionAsync(visitor.Page);
        // What one collection sets free by finalising, the next one takes away.
        for (var i = 0; i < 3; i++)
            await session.SendAsync("HeapProfiler.collectGarbage");
        var heap = (await session.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
        var dom = (await session.SendAsync("Memory.getDOMCounters"))!.Value;
        await session.DetachAsync();
        return new Weight(heap, Count("nodes"), Count("jsEventListeners"), Count("documents"));

        int Count(string name) => dom.GetProperty(name).GetInt32();
    }
}

using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Coordination.Web.Tests.Support;

/// <summary>Somebody with a browser window of their own, and what they see in it.</summary>
internal sealed partial class Visitor : IAsyncDisposable
{
    public static readonly ViewportSize Phone = new() { Width = 390, Height = 844 };
    public static readonly ViewportSize Terminal = new() { Width = 1024, Height = 768 };
    public static readonly ViewportSize Wall = new() { Width = 1920, Height = 1080 };

    private static readonly AxeRunOptions Norms = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    };

    private Visitor(IBrowserContext context, IPage page)
    {
        Context = context;
        Page = page;
        page.PageError += (_, error) => Errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                Errors.Add(message.Text);
        };
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Errors of the page's scripts and breaches of its security policy so far.</summary>
    public List<string> Errors { get; } = [];

    public ILocator Figure => this["figure"].First;

    public ILocator this[string testId] => Page.GetByTestId(testId);

    public static async Task<Visitor> ComeAsync(IBrowser browser, Uri site, ViewportSize? size = null)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = site.ToString(), ViewportSize = size ?? Terminal, TimezoneId = "Asia/Shanghai" });
        context.SetDefaultTimeout(Chromium.PatienceMs);
        return new Visitor(context, await context.NewPageAsync());
    }

    public Task GoAsync(string path) => Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });

    /// <summary>Leaves a mark in the page that a reload would wipe away.</summary>
    public Task MarkAsync() => Page.EvaluateAsync("window.__mark = 'here'");

    public Task<bool> IsMarkedAsync() => Page.EvaluateAsync<bool>("window.__mark === 'here'");

    /// <summary>What the page holds; only with <c>?debug=1</c>.</summary>
    public Task<T> StatsAsync<T>(string member) => Page.EvaluateAsync<T>($"window.__coordination.stats().{member}");

    /// <summary>Barriers by WCAG 2.0 to 2.2, A and AA; one line each.</summary>
    public async Task<IReadOnlyList<string>> BarriersAsync()
    {
        var result = await Page.RunAxe(Norms);
        return [.. result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id}: {rule.Help}: {node.Html}"))];
    }

    /// <summary>Presses what the open dialog offers, and waits until it is gone.</summary>
    public async Task ConfirmAsync()
    {
        await this["dialog-confirm"].Locator("visible=true").ClickAsync();
        await Assertions.Expect(Page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    /// <summary>Texts under 18 px and what can be pressed under 60 px each way, by the measure of the large view; one line each.</summary>
    public async Task<IReadOnlyList<string>> TooSmallAsync() => await Page.EvaluateAsync<string[]>("""
        () => {
          const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest('.visually-hidden, .skip-link, [aria-hidden=true]')
          const texts = [...document.querySelectorAll('body *')].filter((e) => seen(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          const small = texts.filter((e) => parseFloat(getComputedStyle(e).fontSize) < 18).map((e) => `text ${getComputedStyle(e).fontSize}: ${e.outerHTML.slice(0, 120)}`)
          const targets = [...document.querySelectorAll('a, button, input, select, summary')].filter(seen)
          const box = (e) => e.getBoundingClientRect()
          const low = targets.filter((e) => box(e).height < 60 || box(e).width < 60).map((e) => `target ${box(e).width}x${box(e).height}: ${e.outerHTML.slice(0, 120)}`)
          return texts.length < 10 || targets.length < 3 ? ['hardly anything was measured'] : [...small, ...low]
        }
        """);

    /// <summary>Keeps what is seen among the test's output.</summary>
    public Task PictureAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", $"{NotInNames().Replace(name, "-")}.png") });

    /// <summary>Asserts that everybody can use the page as it is now: no barrier, no script error, nothing wider than the window.</summary>
    public async Task AssertFineForAllAsync(string name)
    {
        await Page.EvaluateAsync("document.fonts.ready");
        await PictureAsync(name);
        var barriers = await BarriersAsync();
        Assert.True(barriers.Count == 0, $"{name} has barriers:\n{string.Join('\n', barriers)}");
        var wide = await Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth - innerWidth");
        Assert.True(wide <= 0, $"{name} is {wide} px wider than its window.");
        Assert.True(Errors.Count == 0, $"{name} has errors:\n{string.Join('\n', Errors)}");
    }

    /// <summary>Chromium may never say that it has closed what it was just clearing the stored data of; that ends with the browser.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Context.CloseAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("The browser did not say that it has closed the visitor's windows.");
        }
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}

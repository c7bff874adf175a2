using Coordination.Web.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(Site))]

namespace Coordination.Web.Tests.Support;

/// <summary>
/// One browser of the machine for all tests; nothing is downloaded. <c>COORDINATION_CHROMIUM</c> names another than Debian's. Tests skip
/// when there is none.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Generous: a loaded machine is no reason to fail, and what is there is seen at once.</summary>
    public const int PatienceMs = 45_000;

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    private static string Executable => Environment.GetEnvironmentVariable("COORDINATION_CHROMIUM") ?? "/usr/bin/chromium";

    public IBrowser Browser
    {
        get
        {
            SkipWhenMissing();
            return browser!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        if (!File.Exists(Executable))
            return;
        playwright = await Playwright.CreateAsync();
        browser = await LaunchAsync();
    }

    /// <summary>A browser of its own, for a test that measures one.</summary>
    public async Task<IBrowser> LaunchAsync()
    {
        SkipWhenMissing();
        return await playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Headless = true, Args = Arguments, Timeout = 120_000 });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    private static void SkipWhenMissing() =>
        Assert.SkipWhen(!File.Exists(Executable), $"No Chromium at {Executable}: install the package chromium, or set COORDINATION_CHROMIUM to another.");
}

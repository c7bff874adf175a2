using System.Net;
using System.Net.Sockets;
using System.Text;
using Coordination.Testing;
using Coordination.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Coordination.Web.Tests;

/// <summary>What the policies of the server do in a real browser: our pages work under them, and those of others get nothing.</summary>
public sealed class DefenceTests(Chromium chromium, Site site)
{
    private const string OpenSocket = """
        address => new Promise(done => {
          const socket = new WebSocket(address.replace('http:', 'ws:') + 'live')
          socket.onopen = () => { socket.close(); done('open') }
          socket.onerror = () => done('refused')
        })
        """;

    private const string Read = "async address => { try { return (await fetch(address + 'api/server', { credentials: 'include' })).status } catch { return 0 } }";

    private const string Change = """
        async ({ address, key }) => {
          try { await fetch(address + 'api/parking-lots/theirs', { method: 'PUT', headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${key}` }, body: '{"name":"theirs"}' }); return 'sent' } catch { return 'refused' }
        }
        """;

    [Fact]
    public async Task A_page_of_another_site_opens_no_socket_reads_nothing_and_changes_nothing()
    {
        using var other = new OtherSite();
        var page = await (await chromium.Browser.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(other.Address.ToString());
        Assert.Equal("refused", await page.EvaluateAsync<string>(OpenSocket, site.Address.ToString()));
        Assert.Equal(0, await page.EvaluateAsync<int>(Read, site.Address.ToString()));
        Assert.Equal("refused", await page.EvaluateAsync<string>(Change, new { address = site.Address.ToString(), key = ServerProcess.Key }));
        using var theirs = await site.Http.GetAsync("api/parking-lots/theirs");
        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_twin_on_the_list_of_origins_does_all_three()
    {
        using var other = new OtherSite();
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Arguments = ["--Coordination:AllowedOrigins", other.Address.GetLeftPart(UriPartial.Authority)],
        });
        var page = await (await chromium.Browser.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(other.Address.ToString());
        Assert.Equal("open", await page.EvaluateAsync<string>(OpenSocket, server.Address.ToString()));
        Assert.Equal(200, await page.EvaluateAsync<int>(Read, server.Address.ToString()));
        Assert.Equal("sent", await page.EvaluateAsync<string>(Change, new { address = server.Address.ToString(), key = ServerProcess.Key }));
        using var theirs = await server.Http.GetAsync("api/parking-lots/theirs");
        Assert.Equal(HttpStatusCode.OK, theirs.StatusCode);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Nobody_else_puts_our_pages_into_a_frame()
    {
        using var other = new OtherSite($"<iframe src=\"{site.Address}\"></iframe>");
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.Page.GotoAsync(other.Address.ToString());
        await Expect(visitor.Page.Locator("iframe")).ToBeVisibleAsync();
        Assert.DoesNotContain(visitor.Page.Frames, frame => frame.Url == site.Address.ToString());
        Assert.Contains(visitor.Errors, error => error.Contains("frame-ancestors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_live_screen_with_its_plot_breaks_no_rule_of_the_policy_and_a_script_written_into_it_does_not_run()
    {
        var topic = await site.Http.NewLotAsync();
        await site.Http.ReadAsync(topic, 30);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.GoAsync($"/screens/{topic}");
        await Expect(visitor.Figure).ToHaveTextAsync("70");
        await site.Http.ReadAsync(topic, 60);
        await Expect(visitor.Figure).ToHaveTextAsync("40"); // By the socket: it is 'self' too.
        await Expect(visitor.Page.Locator("canvas").First).ToBeVisibleAsync();
        Assert.Empty(visitor.Errors);

        var ran = await visitor.Page.EvaluateAsync<bool>("""
            async () => {
              const script = document.createElement('script')
              script.textContent = 'window.__injected = true'
              document.body.append(script)
              const button = document.createElement('button')
              button.setAttribute('onclick', 'window.__injected = true')
              document.body.append(button)
              button.click()
              return window.__injected === true
            }
            """);
        Assert.False(ran);
        Assert.NotEmpty(visitor.Errors);
    }

    [Theory]
    [InlineData("docs/", "Ingest")]
    [InlineData("dashboard/", "Grains")]
    public async Task The_tools_around_it_work_under_their_policies(string path, string text)
    {
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, site.Address);
        await visitor.Context.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Authorization"] = $"Bearer {ServerProcess.Key}" });
        var elsewhere = new List<string>();
        visitor.Page.Request += (_, request) =>
        {
            if (request.Url.StartsWith("http", StringComparison.Ordinal) && !request.Url.StartsWith(site.Address.ToString(), StringComparison.Ordinal))
                elsewhere.Add(request.Url);
        };
        await visitor.GoAsync("/" + path);
        await Expect(visitor.Page.GetByText(text).First).ToBeVisibleAsync();
        await visitor.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Empty(visitor.Errors);
        Assert.Empty(elsewhere);
    }

    /// <summary>One page on a port of its own, which makes it another site to a browser.</summary>
    private sealed class OtherSite : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;

        public OtherSite(string body = "Another site.")
        {
            listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
            serving = ServeAsync($"<!doctype html><title>Other</title>{body}");
        }

        public Uri Address { get; }

        public void Dispose() => listener.Dispose();

        private async Task ServeAsync(string page)
        {
            try
            {
                while (true)
                {
                    using var tcp = await listener.AcceptTcpClientAsync();
                    var stream = tcp.GetStream();
                    if (await stream.ReadAsync(new byte[16 * 1024]) == 0)
                        continue;
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(
                        $"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(page)}\r\nConnection: close\r\n\r\n{page}"));
                }
            }
            catch (Exception over) when (over is SocketException or IOException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}

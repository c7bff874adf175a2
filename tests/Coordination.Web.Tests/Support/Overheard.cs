using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Coordination.Web.Tests.Support;

/// <summary>
/// Listens in on the live connection of a page and says things to it that a server says only when it fares badly: that it cannot
/// confirm its figures, that it leaves. Everything else is the real server's.
/// </summary>
internal sealed partial class Overheard
{
    private const char End = '\u001e';

    private readonly string? opening;
    private IWebSocketRoute? current;

    private Overheard(string? opening) => this.opening = opening;

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <param name="page">Before it goes anywhere.</param>
    /// <param name="opening">Said on each connection right after the handshake.</param>
    public static async Task<Overheard> OnAsync(IPage page, string? opening = null)
    {
        var overheard = new Overheard(opening);
        await page.RouteWebSocketAsync(Live(), overheard.Connect);
        return overheard;
    }

    /// <summary>What a server says that cannot confirm its figures, or with null that it can.</summary>
    public static string Status(DateTimeOffset? since) =>
        $$"""{"type":1,"target":"status","arguments":[{"unconfirmedSince":{{(since is null ? "null" : $"\"{since:O}\"")}}}]}""";

    /// <summary>What a server says that leaves.</summary>
    public static string Goodbye(int reconnectAfterMs) => $$"""{"type":1,"target":"goodbye","arguments":[{"reconnectAfterMs":{{reconnectAfterMs}}}]}""";

    /// <summary>Says it on the newest connection.</summary>
    public void Say(string message) => current!.Send(message + End);

    private void Connect(IWebSocketRoute page)
    {
        current = page;
        Connections++;
        var server = page.ConnectToServer();
        var shaken = false;
        server.OnMessage(frame =>
        {
            page.Send(frame.Text!);
            if (shaken)
                return;
            shaken = true;
            if (opening is not null)
                page.Send(opening + End);
        });
    }

    [GeneratedRegex("/live$")]
    private static partial Regex Live();
}

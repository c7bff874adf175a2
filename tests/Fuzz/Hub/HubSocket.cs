using System.Net.WebSockets;
using System.Text;

namespace Coordination.Fuzz.Hub;

/// <summary>A connection to the hub that says whatever it is told to.</summary>
internal sealed class HubSocket : IDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly StringBuilder heard = new();

    private HubSocket()
    {
    }

    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <summary>Connects and agrees on a protocol.</summary>
    public static async Task<HubSocket> OpenAsync(Uri server, bool isBinary, string? authorization)
    {
        var hub = new HubSocket();
        if (authorization is not null)
            hub.socket.Options.SetRequestHeader("Authorization", authorization);
        await hub.socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/live" }.Uri, CancellationToken.None);
        await hub.SayAsync(Encoding.UTF8.GetBytes($"{{\"protocol\":\"{(isBinary ? "messagepack" : "json")}\",\"version\":1}}\u001e"), isBinary);
        return hub;
    }

    /// <summary>Sends a message; whether the other side takes it or hangs up is seen when it is read.</summary>
    public async Task SayAsync(byte[] message, bool isBinary)
    {
        try
        {
            await socket.SendAsync(message, isBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception over) when (over is WebSocketException or IOException or InvalidOperationException or OperationCanceledException)
        {
            // It hung up on what came before.
        }
    }

    /// <summary>
    /// Reads until a word was heard or the other side hung up; null when neither was so in time. Gives signs of life meanwhile: after a
    /// message of a kind it does not know, SignalR looks at what came along with it only when something else comes.
    /// </summary>
    /// <returns>All that was heard.</returns>
    public async Task<string?> HearAsync(string word, TimeSpan patience, byte[] ping, bool isBinary)
    {
        using var over = new CancellationTokenSource(patience);
        using var heartbeat = new Timer(_ => _ = SayAsync(ping, isBinary), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        heard.Clear();
        try
        {
            while (IsOpen && !heard.ToString().Contains(word, StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(buffer, over.Token);
                heard.Append(Encoding.Latin1.GetString(buffer, 0, read.Count));
            }
            return heard.ToString();
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception gone) when (gone is WebSocketException or IOException)
        {
            return heard.ToString();
        }
    }

    public void Dispose() => socket.Dispose();
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Coordination.Faults.Clients;

/// <summary>
/// Screens that watch and then hardly read: one byte a second each, as behind a line that is nearly dead. They speak WebSocket by hand, for no
/// library reads so slowly.
/// </summary>
internal sealed class SlowScreens : IAsyncDisposable
{
    private const int ReceiveBuffer = 4096;

    private readonly List<Socket> sockets = [];
    private readonly CancellationTokenSource stopping = new();
    private Task reading = Task.CompletedTask;

    public int Count => sockets.Count;

    /// <summary>Connects them, in turn to each host.</summary>
    public static async Task<SlowScreens> ConnectAsync(int count, IReadOnlyList<Uri> hosts, string[] places, Func<int, IPAddress> from, CancellationToken cancellation)
    {
        var screens = new SlowScreens();
        try
        {
            for (var i = 0; i < count; i++)
                screens.sockets.Add(await WatchAsync(hosts[i % hosts.Count], places, from(i), cancellation));
            screens.reading = Task.Run(screens.ReadAsync, CancellationToken.None);
            return screens;
        }
        catch
        {
            await screens.DisposeAsync();
            throw;
        }
    }

    /// <summary>How many the server has cut off.</summary>
    public int CutOff => sockets.Count(socket => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var socket in sockets)
            socket.Dispose();
        stopping.Dispose();
    }

    private async Task ReadAsync()
    {
        var one = new byte[1];
        while (!stopping.IsCancellationRequested)
        {
            foreach (var socket in sockets)
            {
                try
                {
                    if (socket.Available > 0)
                        socket.Receive(one);
                }
                catch (SocketException)
                {
                    // Cut off.
                }
            }
            await Task.Delay(TimeSpan.FromSeconds(1), stopping.Token);
        }
    }

    private static async Task<Socket> WatchAsync(Uri host, string[] places, IPAddress from, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBuffer, NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(host.Host, host.Port, cancellation);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"GET /live HTTP/1.1\r\nHost: {host.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\n\r\n"), cancellation);
            var answer = new byte[ReceiveBuffer];
            var length = await socket.ReceiveAsync(answer, cancellation);
            var status = Encoding.ASCII.GetString(answer, 0, length).Split('\r')[0];
            if (!status.Contains("101", StringComparison.Ordinal))
                throw new InvalidOperationException($"{host} answered {status}.");
            await SendAsync(socket, "{\"protocol\":\"json\",\"version\":1}\u001e", cancellation);
            await SendAsync(socket, $"{{\"type\":1,\"invocationId\":\"1\",\"target\":\"Watch\",\"arguments\":[{JsonSerializer.Serialize(places)}]}}\u001e", cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One text frame. The mask of a client is all zero, which leaves the text as it is.</summary>
    private static async Task SendAsync(Socket socket, string text, CancellationToken cancellation)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        byte[] begin = payload.Length < 126
            ? [0x81, (byte)(0x80 | payload.Length), 0, 0, 0, 0]
            : [0x81, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0];
        await socket.SendAsync((ArraySegment<byte>[])[begin, payload]);
        cancellation.ThrowIfCancellationRequested();
    }
}

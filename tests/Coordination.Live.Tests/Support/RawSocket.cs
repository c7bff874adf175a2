using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Coordination.Live.Tests.Support;

/// <summary>A web socket that speaks just enough of the hub's JSON protocol to call one method, and then reads or does not.</summary>
internal sealed class RawSocket : IDisposable
{
    private const byte End = 0x1e;

    private readonly ClientWebSocket _socket;
    private readonly HttpMessageInvoker _http;
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;
    private bool _answered;

    private RawSocket(ClientWebSocket socket, HttpMessageInvoker http) => (_socket, _http) = (socket, http);

    /// <summary>Highest version in a push so far.</summary>
    public long Seen { get; private set; }

    /// <summary>How often it was told whether figures are confirmed so far.</summary>
    public int Statuses { get; private set; }

    /// <summary>How often it was told goodbye so far.</summary>
    public int Goodbyes { get; private set; }

    /// <summary>Connects, calls the method, and has read its answer when it returns.</summary>
    public static async Task<RawSocket> ConnectAsync(Uri server, string path, string method, string arguments)
    {
        var stop = TestContext.Current.CancellationToken;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 16 * 1024 };
                await tcp.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(tcp, ownsSocket: true);
            },
        };
        var raw = new RawSocket(new ClientWebSocket(), new HttpMessageInvoker(handler));
        await raw._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = path }.Uri, raw._http, stop);
        await raw.SendAsync("""{"protocol":"json","version":1}""");
        await raw.SendAsync($$"""{"type":1,"invocationId":"1","target":"{{method}}","arguments":{{arguments}}}""");
        while (!raw._answered)
            await raw.ReceiveAsync(_ => { });
        return raw;
    }

    /// <summary>Reads so many bytes, one at a time.</summary>
    public async Task TrickleAsync(int bytes)
    {
        for (var i = 0; i < bytes; i++)
            _used += (await _socket.ReceiveAsync(_buffer.AsMemory(_used, 1), _over.Token)).Count;
    }

    /// <summary>Begins to read, and tells the version of each push as it arrives, until it is disposed.</summary>
    public void Read(Action<long> pushed) => _ = Task.Run(() => ReadAsync(pushed), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _over.Cancel();
        _socket.Dispose();
        _http.Dispose();
        _over.Dispose();
    }

    private async Task ReadAsync(Action<long> pushed)
    {
        try
        {
            while (true)
                await ReceiveAsync(pushed);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ReceiveAsync(Action<long> pushed)
    {
        _used += (await _socket.ReceiveAsync(_buffer.AsMemory(_used), _over.Token)).Count;
        var begin = 0;
        while (_buffer.AsSpan(begin, _used - begin).IndexOf(End) is var length and >= 0)
        {
            var message = _buffer.AsSpan(begin, length);
            _answered |= message.StartsWith("{\"type\":3,"u8);
            Statuses += message.StartsWith("{\"type\":1,\"target\":\"status\""u8) ? 1 : 0;
            Goodbyes += message.StartsWith("{\"type\":1,\"target\":\"goodbye\""u8) ? 1 : 0;
            if (VersionOf(message) is { } version)
            {
                Seen = version;
                pushed(version);
            }

            begin += length + 1;
        }

        _buffer.AsSpan(begin, _used - begin).CopyTo(_buffer);
        _used -= begin;
    }

    private static long? VersionOf(ReadOnlySpan<byte> message)
    {
        if (!message.StartsWith("{\"type\":1,"u8))
            return null;
        var key = "\"version\":"u8;
        if (message.IndexOf(key) < 0)
            return null;
        var digits = message[(message.IndexOf(key) + key.Length)..];
        Debug.Assert(digits.Length > 0);
        return System.Buffers.Text.Utf8Parser.TryParse(digits, out long version, out _) ? version : null;
    }

    private Task SendAsync(string message) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(message + (char)End), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
}

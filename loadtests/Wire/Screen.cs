using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coordination.LoadTests.Wire;

/// <summary>Who wants to know of pushes. Called from many threads.</summary>
internal interface IPushSink
{
    /// <summary>So many pushes have come.</summary>
    void Count(int pushes);

    /// <summary>Whether <see cref="Push"/> is to be called.</summary>
    bool WantsPushes { get; }

    /// <summary>One push, as much of it as came in one piece.</summary>
    void Push(ReadOnlySpan<byte> message);
}

/// <summary>
/// One screen: a web socket that speaks the hub's JSON protocol, by hand on a plain socket, because five thousand of them must cost
/// less than the server that feeds them.
/// </summary>
internal sealed class Screen : IDisposable
{
    private const byte End = 0x1e;

    private static readonly byte[] Ping = Frame("""{"type":6}""");

    private readonly Socket socket;
    private readonly IPushSink sink;
    private readonly TaskCompletionSource watching = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] buffer = new byte[4096];
    private int used;
    private int messageLength;
    private byte messageType;

    private Screen(Socket socket, IPushSink sink) => (this.socket, this.sink) = (socket, sink);

    /// <summary>Why it reads no more; null while it does.</summary>
    public Exception? Ended { get; private set; }

    /// <summary>Connects, watches the topics and reads from then on.</summary>
    public static async Task<Screen> ConnectAsync(int port, IPAddress from, string[] topics, IPushSink sink, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
        var screen = new Screen(socket, sink);
        await screen.SendAsync(Encoding.ASCII.GetBytes(
            "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"), stop);
        await screen.ReadUpgradeAsync(stop);
        var quoted = string.Join(',', topics.Select(topic => $"\"{topic}\""));
        await screen.SendAsync(Frame("""{"protocol":"json","version":1}"""), stop);
        await screen.SendAsync(Frame($$"""{"type":1,"invocationId":"1","target":"Watch","arguments":[[{{quoted}}]]}"""), stop);
        _ = screen.ReadAsync();
        await screen.watching.Task.WaitAsync(TimeSpan.FromSeconds(30), stop);
        return screen;
    }

    /// <summary>Tells the hub that it is there.</summary>
    public void SendPing()
    {
        if (Ended is null)
            _ = SendAsync(Ping, CancellationToken.None);
    }

    public void Dispose() => socket.Dispose();

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes, stop)..];
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Ended ??= error;
        }
    }

    private async Task ReadUpgradeAsync(CancellationToken stop)
    {
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(used), stop);
            used += got;
            var end = buffer.AsSpan(0, used).IndexOf("\r\n\r\n"u8);
            if (end < 0 && got > 0)
                continue;
            if (!buffer.AsSpan(0, used).StartsWith("HTTP/1.1 101"u8))
                throw new IOException($"No web socket: {Encoding.ASCII.GetString(buffer, 0, Math.Min(used, 200))}");
            Drop(end + 4);
            return;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                TakeFrames();
                if (used == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
                var got = await socket.ReceiveAsync(buffer.AsMemory(used));
                if (got == 0)
                    throw new IOException("The server hung up.");
                used += got;
            }
        }
        catch (Exception error)
        {
            Ended ??= error;
            watching.TrySetException(error);
        }
    }

    private void TakeFrames()
    {
        var (at, pushes) = (0, 0);
        while (TryReadHeader(buffer.AsSpan(at, used - at), out var opcode, out var header, out var length) && used - at - header >= length)
        {
            if (opcode == 8)
                throw new IOException("The server closed the connection.");
            if (opcode <= 2)
                pushes += TakePayload(buffer.AsSpan(at + header, length));
            at += header + length;
        }
        Drop(at);
        if (pushes > 0)
            sink.Count(pushes);
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out int opcode, out int header, out int length)
    {
        (opcode, header, length) = (0, 2, 0);
        if (bytes.Length < 2)
            return false;
        (opcode, length) = (bytes[0] & 0x0f, bytes[1] & 0x7f);
        if (length < 126)
            return true;
        header = length == 126 ? 4 : 10;
        if (bytes.Length < header)
            return false;
        length = header == 4
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])
            : checked((int)System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
        return true;
    }

    /// <summary>Messages end at a separator, wherever frames end; the type is the ninth byte: <c>{"type":1</c>.</summary>
    private int TakePayload(ReadOnlySpan<byte> payload)
    {
        var pushes = 0;
        while (!payload.IsEmpty)
        {
            if (messageLength <= 8 && messageLength + payload.Length > 8)
                messageType = payload[8 - messageLength];
            var end = payload.IndexOf(End);
            if (end < 0)
            {
                messageLength += payload.Length;
                return pushes;
            }
            if (messageLength + end > 8)
            {
                if (messageType == '1')
                {
                    pushes++;
                    if (sink.WantsPushes)
                        sink.Push(payload[..end]);
                }
                else if (messageType == '3')
                    watching.TrySetResult();
            }
            messageLength = 0;
            payload = payload[(end + 1)..];
        }
        return pushes;
    }

    private void Drop(int count)
    {
        buffer.AsSpan(count, used - count).CopyTo(buffer);
        used -= count;
    }

    /// <summary>A text frame with the mask zero, which leaves the text as it is.</summary>
    private static byte[] Frame(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text + (char)End);
        return payload.Length < 126
            ? [0x81, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]
            : [0x81, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];
    }
}

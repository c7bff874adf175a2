using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Coordination.LoadTests.Processes;

namespace Coordination.LoadTests.Wire;

/// <summary>
/// One <c>POST /api/ingest</c> over a plain socket, both ways at once: an HTTP client would finish sending before it reads, and
/// cost more than the server it measures.
/// </summary>
internal sealed class NdjsonSocket : IDisposable
{
    private readonly Socket socket;
    private readonly ChunkedLines lines;
    private readonly Task reading;

    private NdjsonSocket(Socket socket, Action<ReadOnlySpan<byte>>? onLine)
    {
        this.socket = socket;
        lines = new ChunkedLines(onLine);
        reading = ReadAsync();
    }

    /// <summary>Results so far.</summary>
    public long Results => Volatile.Read(ref lines.Count);

    /// <summary>Results with the status accepted.</summary>
    public long Accepted => Volatile.Read(ref lines.Accepted);

    /// <summary>A result that was not accepted, if there was one.</summary>
    public string? Other => lines.Other;

    public static async Task<NdjsonSocket> OpenAsync(int port, CancellationToken stop, Action<ReadOnlySpan<byte>>? onLine = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        await SendAllAsync(socket, Encoding.ASCII.GetBytes(
            $"POST /api/ingest HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {ServerProcess.Key}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"), stop);
        return new NdjsonSocket(socket, onLine);
    }

    /// <summary>Sends whole lines.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        await SendAllAsync(socket, Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), stop);
        await SendAllAsync(socket, bytes, stop);
        await SendAllAsync(socket, "\r\n"u8.ToArray(), stop);
    }

    /// <summary>Says that this was all, and waits for the last result.</summary>
    public async Task CompleteAsync(CancellationToken stop)
    {
        await SendAllAsync(socket, "0\r\n\r\n"u8.ToArray(), stop);
        await reading.WaitAsync(stop);
    }

    public void Dispose() => socket.Dispose();

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[128 * 1024];
        while (!lines.IsComplete)
        {
            var got = await socket.ReceiveAsync(buffer);
            if (got == 0)
                throw new IOException("The server hung up before the last result.");
            lines.Take(buffer.AsSpan(0, got));
        }
    }
}

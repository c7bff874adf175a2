using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Coordination.Testing;

namespace Coordination.Server.Tests.Support;

/// <summary>A request to <c>/api/ingest</c> that is written and read piece by piece, byte for byte, over a socket of its own.</summary>
internal sealed class IngestStream : IDisposable
{
    private readonly TcpClient tcp;
    private readonly BufferedStream input;
    private readonly NetworkStream output;
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
    private byte[] chunk = [];
    private int taken;

    private IngestStream(TcpClient tcp) => (this.tcp, input, output) = (tcp, new BufferedStream(tcp.GetStream()), tcp.GetStream());

    public static async Task<IngestStream> OpenAsync(Uri address, string key = ServerProcess.Key)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port);
        var stream = new IngestStream(tcp);
        await stream.output.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/ingest HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"));
        return stream;
    }

    /// <summary>Sends everything and returns every result.</summary>
    public static async Task<List<JsonNode>> SendAllAsync(Uri address, byte[] body)
    {
        using var stream = await OpenAsync(address);
        var sending = Task.Run(async () =>
        {
            foreach (var piece in body.Chunk(7_777)) // So that lines and characters are cut anywhere.
                await stream.SendAsync(piece);
            await stream.EndAsync();
        });
        var results = new List<JsonNode>();
        while (await stream.ReadAsync() is { } result)
            results.Add(result);
        await sending;
        return results;
    }

    public static Task<List<JsonNode>> SendAllAsync(Uri address, string body) => SendAllAsync(address, Encoding.UTF8.GetBytes(body));

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        await output.WriteAsync(Encoding.ASCII.GetBytes(bytes.Length.ToString("X", CultureInfo.InvariantCulture) + "\r\n"), patience.Token);
        await output.WriteAsync(bytes, patience.Token);
        await output.WriteAsync("\r\n"u8.ToArray(), patience.Token);
    }

    public async Task EndAsync() => await output.WriteAsync("0\r\n\r\n"u8.ToArray(), patience.Token);

    /// <summary>The next result; null at the end of the answer.</summary>
    public async Task<JsonNode?> ReadAsync()
    {
        if (taken == 0 && chunk.Length == 0)
        {
            var status = await LineAsync();
            Assert.Contains(" 200 ", status, StringComparison.Ordinal);
            while ((await LineAsync()).Length > 0)
            {
                // The other headers.
            }
        }
        var line = new List<byte>();
        while (await NextByteAsync() is { } next)
        {
            if (next == '\n')
                return JsonNode.Parse(line.ToArray());
            line.Add(next);
        }
        Assert.Empty(line);
        return null;
    }

    /// <summary>Goes away without a goodbye.</summary>
    public void Abort()
    {
        tcp.Client.LingerState = new LingerOption(true, 0);
        tcp.Client.Close();
    }

    public void Dispose()
    {
        tcp.Dispose();
        patience.Dispose();
    }

    private async Task<byte?> NextByteAsync()
    {
        if (taken == chunk.Length)
        {
            var size = int.Parse(await LineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var next = new byte[size];
            await input.ReadExactlyAsync(next, patience.Token);
            await LineAsync();
            if (size == 0)
                return null;
            (chunk, taken) = (next, 0);
        }
        return chunk[taken++];
    }

    private async Task<string> LineAsync()
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (await input.ReadAsync(one, patience.Token) == 1)
        {
            if (one[0] == '\n')
                return text.ToString().TrimEnd('\r');
            text.Append((char)one[0]);
        }
        throw new EndOfStreamException("The server closed the connection: " + text);
    }
}

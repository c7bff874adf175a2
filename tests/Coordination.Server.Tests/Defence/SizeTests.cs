using System.Net.WebSockets;
using System.Text;
using Coordination.Server.Defence;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Defence;

/// <summary>What is too large is refused before it is read; the largest that is documented passes. Bodies and lines: the malformed and ingest tests.</summary>
public sealed class SizeTests(SharedServer server)
{
    private Uri Address => server.Process.Address;

    [Fact]
    public async Task A_stream_of_100_topics_with_the_longest_names_passes_and_a_longer_line_does_not()
    {
        var topics = string.Join('&', Enumerable.Range(100, 100).Select(i => $"topic=parking-lots/{i}{new string('x', 97)}"));
        using var http = new HttpClient { BaseAddress = Address };
        using var opened = await http.GetAsync($"api/live?{topics}", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)opened.StatusCode);
        Assert.StartsWith("HTTP/1.1 414 ", await RawHttp.GetAsync(Address, $"/api/parking-lots?query={new string('x', SizeLimits.MaxRequestLine)}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, 100, 200)]
    [InlineData(SizeLimits.MaxHeaderCount + 1, 1, 431)]
    [InlineData(1, SizeLimits.MaxHeaders + 1, 431)]
    public async Task Headers_are_bounded_in_number_and_together(int count, int length, int status)
    {
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-Header-{i}: {new string('x', length)}\r\n"));
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawHttp.GetAsync(Address, "/api/server", headers), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SizeLimits.MaxJsonDepth + 1)]
    [InlineData(64)]
    [InlineData(100_000)]
    public async Task JSON_is_nested_only_so_deep_wherever_it_comes_in(int depth)
    {
        var deep = new string('[', depth) + new string(']', depth);
        Assert.Equal("malformed", (await server.Http.Put("api/parking-lots/deep", $$"""{ "name": "A", "zones": {{deep}} }""")).Code);
        Assert.Equal("malformed", (await server.Http.Post("api/parking-lots/deep/readings", deep)).Code);
        if (depth > 8000)
            return; // Longer than a line.
        var result = Assert.Single(await IngestStream.SendAllAsync(Address, $$"""{"place":"parking-lots/a","deviceId":{{deep}}}""" + "\n"));
        Assert.Equal("malformed", (string?)result["code"]);
    }

    [Fact]
    public async Task A_message_to_the_hub_over_32_KiB_ends_its_connection_and_no_other()
    {
        using var other = await HubAsync();
        using var socket = await HubAsync();
        await SendAsync(socket, $$"""{"type":1,"invocationId":"1","target":"Watch","arguments":[["{{new string('x', 40 * 1024)}}"]]}""");
        Assert.DoesNotContain("\"result\"", await ReadAsync(socket, text => text.Contains("\"result\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        await SendAsync(other, """{"type":1,"invocationId":"1","target":"Watch","arguments":[["nonsense"]]}""");
        Assert.Contains("topic-unknown", await ReadAsync(other, text => text.Contains("topic-unknown", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_connections_are_open_at_a_time()
    {
        await using var own = await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = ["--Coordination:Limits:MaxConnections", "8"] });
        var open = new List<System.Net.Sockets.TcpClient>();
        for (var i = 0; i < 8; i++)
        {
            var tcp = new System.Net.Sockets.TcpClient();
            await tcp.ConnectAsync(own.Address.Host, own.Address.Port);
            open.Add(tcp);
        }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        // Once the server has taken notice of them all.
        while (await RawHttp.GetAsync(own.Address, "/api/server") is not "")
            await Task.Delay(25, patience.Token);
        open.ForEach(tcp => tcp.Dispose());
        while (await RawHttp.GetAsync(own.Address, "/api/server") is "")
            await Task.Delay(25, patience.Token);
    }

    private async Task<ClientWebSocket> HubAsync()
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(Address) { Scheme = "ws", Path = "/live" }.Uri, CancellationToken.None);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string json) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(json + "\u001e"), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<string> ReadAsync(ClientWebSocket socket, Func<string, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (text, buffer) = (new StringBuilder(), new byte[16 * 1024]);
        try
        {
            while (!fits(text.ToString()) && socket.State == WebSocketState.Open)
                text.Append(Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, patience.Token)).Count));
        }
        catch (WebSocketException)
        {
            // Cut off.
        }
        return text.ToString();
    }
}

using System.Net;
using System.Net.WebSockets;
using Coordination.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR.Client;

namespace Coordination.Server.Tests.Identity;

/// <summary>Keys of devices and tickets for live connections: what they open, and how soon they do not any more.</summary>
public sealed class KeyTests(SharedServer server)
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    /// <summary>A key works no longer than this after it was revoked.</summary>
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(5);

    private async Task<(string Id, string Key)> IssueAsync(string role = "gate", string? yard = null)
    {
        await Neighbours.BuildAsync(server);
        var issued = await server.Http.Post("api/devices", $$"""{ "name": "东门", "role": "{{role}}", "scope": "scenic-areas/{{yard ?? Neighbours.Own}}" }""");
        Assert.Equal(201, issued.Status);
        return ((string)issued["device"]["id"]!, (string)issued["key"]!);
    }

    private HttpClient As(string key) => DocumentedProblems.Client(server.Process.Address, key);

    [Theory]
    [InlineData("nothing")]
    [InlineData("cdk_")]
    [InlineData("cdk_0193a5d000007000800000000000000f_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cpk_0193a5d000007000800000000000000f_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cdk_0193a5d0000070008000000000000%0a_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY2NvdW50cy94In0.")]
    public async Task A_key_that_does_not_hold_is_refused_also_where_none_is_needed(string key)
    {
        using var http = As(key);
        foreach (var path in (string[])["api/server", "api/parking-lots", "metrics"])
        {
            var answer = await http.Get(path);
            Assert.Equal((401, "credentials-invalid"), (answer.Status, answer.Code));
            Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        }
    }

    [Fact]
    public async Task A_key_of_which_one_character_is_changed_is_none()
    {
        var (_, key) = await IssueAsync();
        for (var i = 4; i < key.Length; i += 7)
        {
            using var http = As(key[..i] + (key[i] == 'b' ? 'c' : 'b') + key[(i + 1)..]);
            Assert.Equal("credentials-invalid", (await http.Get("api/server")).Code);
        }
    }

    [Fact]
    public async Task A_revoked_key_works_no_more_within_seconds_and_what_it_had_open_ends()
    {
        var (id, key) = await IssueAsync();
        using var gate = As(key);
        Assert.Equal(200, (await gate.Get($"api/scenic-areas/{Neighbours.Own}/devices")).Status);
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Process.Address, "live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(key)).Build();
        var closed = new TaskCompletionSource();
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await hub.StartAsync(Soon);
        using var stream = await EventStream.OpenAsync(gate, $"scenic-areas/{Neighbours.Own}");
        using var ingest = await IngestStream.OpenAsync(server.Process.Address, key);
        await ingest.SendAsync(Line(1));
        Assert.Equal("accepted", (string?)(await ingest.ReadAsync())!["status"]);
        var ended = Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await ingest.ReadAsync() is not null)
            {
                // There is none.
            }
            throw new EndOfStreamException();
        });

        var revoked = TimeProvider.System.GetTimestamp();
        using var answer = await server.Http.DeleteAsync($"api/devices/{id}", Soon);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);

        await closed.Task.WaitAsync(Soon);
        await ended.WaitAsync(Soon);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
                await stream.NextAsync(_ => true);
        }).WaitAsync(Soon);
        Assert.InRange(TimeProvider.System.GetElapsedTime(revoked), TimeSpan.Zero, Seconds);
        Assert.Equal("credentials-invalid", (await gate.Get("api/server")).Code);
        await Assert.ThrowsAnyAsync<Exception>(() => hub.StartAsync(Soon));
    }

    [Fact]
    public async Task A_rotated_key_works_for_its_grace_and_the_new_one_at_once()
    {
        var (id, old) = await IssueAsync();
        var rotated = await server.Http.Post($"api/devices/{id}/key", """{ "graceSeconds": 600 }""");
        var key = (string)rotated["key"]!;
        foreach (var each in (string[])[old, key])
        {
            using var http = As(each);
            Assert.Equal(200, (await http.Get($"api/scenic-areas/{Neighbours.Own}/devices")).Status);
        }

        var last = (string)(await server.Http.Post($"api/devices/{id}/key", """{ "graceSeconds": 0 }"""))["key"]!;
        using var oldest = As(old);
        using var older = As(key);
        using var newest = As(last);
        await server.Http.UntilAsync("api/server", _ => !IsLetIn(oldest) && !IsLetIn(older));
        Assert.Equal(200, (await newest.Get("api/server")).Status);
    }

    private static bool IsLetIn(HttpClient http) => http.Get("api/server").GetAwaiter().GetResult().Status == 200;

    [Fact]
    public async Task A_ticket_opens_one_connection_and_is_worth_nothing_afterwards()
    {
        var (_, key) = await IssueAsync();
        using var http = As(key);
        var ticket = (string)(await http.Post("api/live-tickets", ""))["ticket"]!;

        // Asking how to connect does not use it up.
        using var anybody = As("");
        Assert.Equal(200, (await anybody.Post($"live/negotiate?negotiateVersion=1&ticket={ticket}", "")).Status);
        using var first = await ConnectAsync(ticket);
        Assert.Equal(WebSocketState.Open, first.State);
        var again = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(ticket));
        Assert.Contains("401", again.Message, StringComparison.Ordinal);
        var answer = await anybody.Get($"api/live?topic=scenic-areas/{Neighbours.Own}&ticket={ticket}");
        Assert.Equal((401, "ticket-invalid"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_ticket_that_was_never_issued_is_none(string ticket)
    {
        using var anybody = As("");
        Assert.Equal("ticket-invalid", (await anybody.Get($"api/live?topic=scenic-areas/{Neighbours.Own}&ticket={ticket}")).Code);
        // Elsewhere it says nothing, good or bad.
        Assert.Equal("not-signed-in", (await anybody.Post($"api/live-tickets?ticket={ticket}", "")).Code);
    }

    private async Task<ClientWebSocket> ConnectAsync(string ticket)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Process.Address) { Scheme = "ws", Path = "live", Query = $"ticket={ticket}" }.Uri, Soon);
        return socket;
    }

    private static string Line(int sequence) =>
        $$"""{"place":"scenic-areas/{{Neighbours.Own}}","type":"movement","deviceId":"gate-{{Guid.NewGuid():N}}","sequence":{{sequence}},"at":"{{Requests.At(sequence)}}","direction":"in","count":1}""" + "\n";
}

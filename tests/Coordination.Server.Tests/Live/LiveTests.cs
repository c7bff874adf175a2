using System.Text.Json.Nodes;
using System.Threading.Channels;
using Coordination.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR.Client;

namespace Coordination.Server.Tests.Live;

/// <summary>The live feed of the whole server: from a POST to the screens.</summary>
public sealed class LiveTests(SharedServer server)
{
    [Fact]
    public async Task A_change_reaches_an_event_stream()
    {
        var lot = (await server.Http.NewLotAsync())[4..];
        var missing = $"scenic-areas/{SharedServer.NewId("area")}";
        using var live = await EventStream.OpenAsync(server.Http, lot, missing);
        var first = new[] { await live.NextAsync(_ => true), await live.NextAsync(_ => true) };
        Assert.Null(first.Single(data => (string?)data["topic"] == missing)["view"]);
        Assert.Equal("unknown", (string?)first.Single(data => (string?)data["topic"] == lot)["view"]!["state"]);

        await server.Http.ReadingAsync($"api/{lot}", 1, 33);
        var changed = await live.NextAsync(view => (int?)view?["occupied"] == 33);
        Assert.Equal((lot, 2), ((string?)changed["topic"], (int)changed["version"]!));
        await server.Http.Put($"api/{missing}", """{ "name": "园" }""");
        Assert.Equal(missing, (string?)(await live.NextAsync(view => (string?)view?["name"] == "园"))["topic"]);
    }

    [Fact]
    public async Task A_hub_client_sees_the_change_and_after_a_gap_the_right_view_at_once()
    {
        var lot = (await server.Http.NewLotAsync())[4..];
        var pushed = Channel.CreateUnbounded<(string Topic, JsonNode Stamp, JsonNode View)>();
        await using (var hub = await ConnectAsync(pushed))
        {
            var watched = await hub.InvokeAsync<JsonNode>("Watch", new[] { lot, "nonsense", "parking-lots/not-yet" });
            Assert.Equal((lot, 1, "unknown"), ((string?)watched[0]!["topic"], (int)watched[0]!["version"]!, (string?)watched[0]!["view"]!["state"]));
            Assert.Equal("topic-unknown", (string?)watched[1]!["code"]);
            Assert.Null(watched[2]!["view"]);
            await server.Http.ReadingAsync($"api/{lot}", 1, 33);
            var (topic, stamp, view) = await pushed.Reader.ReadAsync(Soon);
            while ((int)stamp["version"]! < 2) // Answers and pushes may cross, and come twice.
                (topic, stamp, view) = await pushed.Reader.ReadAsync(Soon);
            Assert.Equal((lot, 2, 33), (topic, (int)stamp["version"]!, (int)view["occupied"]!));
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => hub.InvokeAsync<JsonNode>("Watch", Enumerable.Range(0, 101).Select(i => $"parking-lots/x{i}").ToArray()));
            Assert.Contains("too-many-topics", refused.Message, StringComparison.Ordinal);
        }
        await server.Http.ReadingAsync($"api/{lot}", 2, 66);
        await using var again = await ConnectAsync(pushed);
        Assert.Equal(66, (int)(await again.InvokeAsync<JsonNode>("Watch", new[] { lot }))[0]!["view"]!["occupied"]!);
        using var stream = await EventStream.OpenAsync(server.Http, lot);
        Assert.Equal(66, (int)(await stream.NextAsync(_ => true))["view"]!["occupied"]!);
    }

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private async Task<HubConnection> ConnectAsync(Channel<(string, JsonNode, JsonNode)> pushed)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(server.Process.Address, "live")).Build();
        hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
        hub.On<string, JsonNode, JsonNode>("changed", (topic, stamp, view) => pushed.Writer.TryWrite((topic, stamp, view)));
        await hub.StartAsync();
        return hub;
    }
}

using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Input;

/// <summary>Movements and readings one by one, and the health of who sends them.</summary>
public sealed class InputTests(SharedServer server)
{
    [Fact]
    public async Task The_same_input_twice_counts_once_and_says_how_the_first_ended()
    {
        var lot = await server.Http.NewLotAsync();
        var first = await server.Http.ReadingAsync(lot, 5, 40);
        Assert.Equal(("accepted", false), ((string?)first["status"], first.Has("overCapacity")));
        await MoveAsync(lot, 6, "in", 3);
        var again = await MoveAsync(lot, 6, "in", 3);
        Assert.Equal(("duplicate", "accepted"), ((string?)again["status"], (string?)again["first"]));
        Assert.Equal(43, (int)(await server.Http.Get(lot))["occupied"]!);

        var late = await server.Http.ReadingAsync(lot, 4, 99);
        Assert.Equal("late", (string?)late["status"]);
        Assert.Equal(43, (int)(await server.Http.Get(lot))["occupied"]!);
        var lateAgain = await server.Http.ReadingAsync(lot, 4, 99);
        Assert.Equal(("duplicate", "late"), ((string?)lateAgain["status"], (string?)lateAgain["first"]));

        // The twin: another sequence number is another movement.
        await MoveAsync(lot, 7, "in", 3);
        Assert.Equal(46, (int)(await server.Http.Get(lot))["occupied"]!);
    }

    [Fact]
    public async Task More_than_the_capacity_is_real_and_free_places_never_go_below_zero()
    {
        var lot = await server.Http.NewLotAsync();
        var over = await server.Http.ReadingAsync(lot, 1, 120);
        Assert.True((bool)over["overCapacity"]!);
        var view = await server.Http.Get(lot);
        Assert.Equal((120, 0, "full"), ((int)view["occupied"]!, (int)view["free"]!, (string?)view["level"]));
        await server.Http.Post($"{lot}/readings", $$"""{ "deviceId": "d1", "sequence": 2, "at": "{{Requests.At(2)}}", "free": -7 }""");
        Assert.Equal(107, (int)(await server.Http.Get(lot))["occupied"]!);
        await server.Http.ReadingAsync(lot, 3, 1);
        await MoveAsync(lot, 4, "out", 5);
        Assert.Equal(0, (int)(await server.Http.Get(lot))["occupied"]!);
    }

    [Fact]
    public async Task A_device_shows_when_it_was_seen_how_it_drifts_and_what_was_refused()
    {
        var lot = await server.Http.NewLotAsync();
        Assert.Empty((await server.Http.Get($"{lot}/devices")).Body!.AsArray());
        await server.Http.ReadingAsync(lot, 1, 40);
        await MoveAsync(lot, 2, "in", 10);
        await server.Http.ReadingAsync(lot, 3, 48);
        await server.Http.ReadingAsync(lot, 0, 5);
        for (var i = 0; i < 3; i++)
            await server.Http.ReadingAsync(lot, 4, -1);
        await server.Http.ReadingAsync(lot, 5, 1, """, "zone": "nowhere" """);
        var device = Assert.Single((await server.Http.Get($"{lot}/devices")).Body!.AsArray())!;
        Assert.Equal(("d1", 3, 4, 1), ((string?)device["deviceId"], (int)device["lastSequence"]!, (int)device["inputs"]!, (int)device["late"]!));
        Assert.Equal((-2, 2, 10, 20), ((int)device["lastDrift"]!, (int)device["totalDrift"]!, (int)device["totalMoved"]!, (int)device["driftPercent"]!));
        Assert.Equal((3, 1), ((int)device["refused"]!["negative-count"]!, (int)device["refused"]!["zone-unknown"]!));
        Assert.NotNull(device["lastSeenAt"]);
        Assert.NotNull(device["lastRefusedAt"]);
        Assert.Equal("place-not-found", (await server.Http.Get("api/parking-lots/nowhere/devices")).Code);
    }

    [Fact]
    public async Task A_hundred_clerks_at_one_gate_lose_nothing()
    {
        var lot = await server.Http.NewLotAsync("""{ "name": "A", "capacity": 1000, "initialOccupied": 0 }""");
        await Task.WhenAll(Enumerable.Range(1, 100).Select(i => server.Http.Post($"{lot}/movements",
            $$"""{ "deviceId": "gate-{{i % 7}}", "sequence": {{i}}, "at": "{{Requests.At()}}", "direction": "in", "count": 2 }""")));
        var view = await server.Http.Get(lot);
        Assert.Equal((200, 101), ((int)view["occupied"]!, (int)view["version"]!));
    }

    private Task<Answer> MoveAsync(string lot, int sequence, string direction, int count) => server.Http.Post($"{lot}/movements",
        $$"""{ "deviceId": "d1", "sequence": {{sequence}}, "at": "{{Requests.At(sequence)}}", "direction": "{{direction}}", "count": {{count}} }""");
}

using System.Text;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Input;

/// <summary><c>POST /api/ingest</c>: NDJSON in, NDJSON out, both streamed.</summary>
public sealed class IngestTests(SharedServer server)
{
    private Uri Address => server.Process.Address;

    [Fact]
    public async Task A_line_gets_its_result_while_the_request_is_still_open()
    {
        var lot = (await server.Http.NewLotAsync())[4..];
        using var stream = await IngestStream.OpenAsync(Address);
        for (var i = 1; i <= 3; i++)
        {
            await stream.SendAsync(Reading(lot, i, 10 + i) + "\n");
            var result = await stream.ReadAsync();
            Assert.Equal((i, "accepted", 1 + i), ((int)result!["line"]!, (string?)result["status"], (int)result["version"]!));
            Assert.Equal(10 + i, (int)(await server.Http.Get($"api/{lot}"))["occupied"]!);
        }
        await stream.SendAsync(Reading(lot, 4, 50)[..20]); // Half a line has no result yet and holds up nothing.
        await stream.SendAsync(Reading(lot, 4, 50)[20..] + "\n" + Reading(lot, 5, 60));
        Assert.Equal("accepted", (string?)(await stream.ReadAsync())!["status"]);
        await stream.EndAsync();
        Assert.Equal(5, (int)(await stream.ReadAsync())!["line"]!);
        Assert.Null(await stream.ReadAsync());
    }

    [Fact]
    public async Task A_bad_line_never_spoils_a_good_one()
    {
        var lot = (await server.Http.NewLotAsync())[4..];
        var at = Requests.At();
        var bad = new (string Line, string Code, string? Field)[]
        {
            ("nonsense", "malformed", "line"),
            ("{", "malformed", "line"),
            ("[]", "malformed", "line"),
            ("null", "malformed", "line"),
            ("5", "malformed", "line"),
            (Reading(lot, 900, 1) + Reading(lot, 901, 1), "malformed", "line"),
            (Reading("parking-lots/nowhere", 1, 1), "place-not-found", null),
            (Reading("communities/a", 1, 1), "malformed", "place"),
            (Reading("../../etc", 1, 1), "malformed", "place"),
            ($$"""{"type":"reading","deviceId":"d","sequence":1,"at":"{{at}}","occupied":1}""", "malformed", "place"),
            ($$"""{"place":"{{lot}}","deviceId":"d","sequence":1,"at":"{{at}}","occupied":1}""", "malformed", "type"),
            ($$"""{"place":"{{lot}}","type":"reading","sequence":1,"at":"{{at}}","occupied":1}""", "malformed", "deviceId"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","at":"{{at}}","occupied":1}""", "malformed", "sequence"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","sequence":1,"occupied":1}""", "malformed", "at"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","sequence":1,"at":"2026-05-01T08:00:00","occupied":1}""", "malformed", "line"),
            ($$"""{"place":"{{lot}}","type":"movement","deviceId":"d","sequence":1,"at":"{{at}}"}""", "malformed", "direction"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","sequence":1,"at":"{{at}}","occupied":1,"count":3}""", "malformed", "type"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","sequence":1,"at":"{{at}}","occupied":1,"occupied":99}""", "malformed", "occupied"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","sequence":1,"at":"{{at}}","occupied":1,"colour":"red"}""", "malformed", "colour"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","sequence":1,"at":"{{at}}","occupied":1e99}""", "malformed", "line"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"d","sequence":1,"at":"{{at}}","occupied":[1]}""", "malformed", "line"),
            ($$"""{"place":"{{lot}}","type":"reading","deviceId":"\ud800","sequence":1,"at":"{{at}}","occupied":1}""", "malformed", "line"),
            (string.Concat(Enumerable.Repeat("[", 10_000)), "malformed", "line"),
            (Reading(lot, 902, -1), "negative-count", "occupied"),
            (new string(' ', 16 * 1024) + Reading(lot, 903, 1), "line-too-long", null),
            (new string('x', 300_000), "line-too-long", null),
        };
        var lines = new StringBuilder();
        for (var i = 0; i < bad.Length; i++)
            lines.Append(Reading(lot, 2 * i, i)).Append('\n').Append(bad[i].Line).Append('\n');
        var results = await IngestStream.SendAllAsync(Address, lines.ToString());
        Assert.Equal(Enumerable.Range(1, 2 * bad.Length), results.Select(result => (int)result["line"]!));
        for (var i = 0; i < bad.Length; i++)
        {
            Assert.Equal((i, "accepted", i + 2), (i, (string?)results[2 * i]["status"], (int)results[2 * i]["version"]!));
            var refused = results[(2 * i) + 1];
            Assert.Equal((i, "refused", bad[i].Code, bad[i].Field), (i, (string?)refused["status"], (string?)refused["code"], (string?)refused["field"]));
            Assert.NotNull(refused["detail"]);
        }
        Assert.Equal(bad.Length - 1, (int)(await server.Http.Get($"api/{lot}"))["occupied"]!);
    }

    [Fact]
    public async Task Blank_lines_line_ends_and_a_byte_order_mark_are_no_trouble()
    {
        var lot = (await server.Http.NewLotAsync())[4..];
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{Reading(lot, 1, 1)}\r\n\r\n   \n\n{Reading(lot, 2, 2)}\r\n"), 0xFF, 0xFE, (byte)'\n', .. Encoding.UTF8.GetBytes(Reading(lot, 3, 3))];
        var results = await IngestStream.SendAllAsync(Address, body);
        Assert.Equal([(1, "accepted"), (5, "accepted"), (6, "refused"), (7, "accepted")], results.Select(result => ((int)result["line"]!, (string?)result["status"])));
        Assert.Empty(await IngestStream.SendAllAsync(Address, ""));
        Assert.Empty(await IngestStream.SendAllAsync(Address, "\n\n"));
        Assert.Equal("line-too-long", (string?)Assert.Single(await IngestStream.SendAllAsync(Address, new string('x', 100_000)))["code"]);
    }

    [Fact]
    public async Task The_same_device_may_come_many_times_in_one_stretch()
    {
        var lot = (await server.Http.NewLotAsync("""{ "name": "A", "capacity": 100, "initialOccupied": 0 }"""))[4..];
        var lines = Enumerable.Range(1, 50).Select(i => Movement(lot, i)).Append(Movement(lot, 25)).Append(Reading(lot, 60, 500)).Append(Reading(lot, 60, 500));
        var results = await IngestStream.SendAllAsync(Address, string.Join('\n', lines));
        Assert.Equal(Enumerable.Range(2, 50), results.Take(50).Select(result => (int)result["version"]!));
        Assert.Equal(("duplicate", "accepted"), ((string?)results[50]["status"], (string?)results[50]["first"]));
        Assert.True((bool)results[51]["overCapacity"]!);
        Assert.Equal("duplicate", (string?)results[52]["status"]);
    }

    [Fact]
    public async Task Ten_thousand_lines_for_three_hundred_places_keep_their_order()
    {
        var prefix = SharedServer.NewId("many");
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            Assert.Equal(201, (await server.Http.Put($"api/parking-lots/{prefix}-{i}", """{ "name": "A", "capacity": 100000, "initialOccupied": 0 }""")).Status));
        var lines = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
            lines.Append(Movement($"parking-lots/{prefix}-{i * 7 % 300}", i)).Append('\n');
        var results = await IngestStream.SendAllAsync(Address, lines.ToString());
        Assert.Equal(Enumerable.Range(1, 10_000), results.Select(result => (int)result["line"]!));
        Assert.All(results, result => Assert.Equal("accepted", (string?)result["status"]));
        foreach (var place in Enumerable.Range(0, 10_000).GroupBy(i => i * 7 % 300))
            Assert.Equal(Enumerable.Range(2, place.Count()), place.Select(i => (int)results[i]["version"]!)); // Of each place, in the order sent.
        Assert.Equal(34, (int)(await server.Http.Get($"api/parking-lots/{prefix}-0"))["occupied"]!);
        Assert.All(await IngestStream.SendAllAsync(Address, lines.ToString()), result => Assert.Equal("duplicate", (string?)result["status"]));
    }

    [Fact]
    public async Task A_sender_that_disappears_loses_nothing_it_was_told()
    {
        var lot = (await server.Http.NewLotAsync("""{ "name": "A", "capacity": 1000, "initialOccupied": 0 }"""))[4..];
        var lines = Enumerable.Range(1, 200).Select(i => Movement(lot, i) + "\n").ToList();
        using (var stream = await IngestStream.OpenAsync(Address))
        {
            await stream.SendAsync(string.Concat(lines));
            for (var i = 0; i < 20; i++)
                Assert.Equal("accepted", (string?)(await stream.ReadAsync())!["status"]);
            stream.Abort();
        }
        var again = await IngestStream.SendAllAsync(Address, string.Concat(lines));
        Assert.All(again.Take(20), result => Assert.Equal("duplicate", (string?)result["status"]));
        Assert.All(again, result => Assert.True((string?)result["status"] is "duplicate" or "accepted"));
        Assert.Equal(200, (int)(await server.Http.Get($"api/{lot}"))["occupied"]!);
        // An operator is not woken for it. What other tests provoke on purpose is not meant: what a hub refuses, and a trailer that is no HTTP,
        // which SignalR and Kestrel log as failures.
        Assert.DoesNotContain(server.Process.Log.Split('\n'), line => line.Contains(" fail: ", StringComparison.Ordinal)
            && !line.Contains("DefaultHubDispatcher", StringComparison.Ordinal) && !line.Contains("Kestrel[67]", StringComparison.Ordinal));
    }

    private static string Reading(string place, int sequence, int occupied) =>
        $$"""{"place":"{{place}}","type":"reading","deviceId":"d","sequence":{{sequence}},"at":"{{Requests.At(sequence % 1000 / 10)}}","occupied":{{occupied}}}""";

    private static string Movement(string place, int sequence) =>
        $$"""{"place":"{{place}}","type":"movement","deviceId":"d","sequence":{{sequence}},"at":"{{Requests.At()}}","direction":"in"}""";
}

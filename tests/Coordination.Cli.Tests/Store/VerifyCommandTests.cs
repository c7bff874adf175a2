using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Coordination.Testing;

namespace Coordination.Cli.Tests.Store;

public sealed class VerifyCommandTests : IDisposable
{
    private const string Stream = "parking-lots/a";
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();

    private string StorePath => folder.File("store.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_sound_store_verifies_with_and_without_snapshots()
    {
        await WriteAsync(async store =>
        {
            await AppendAsync(store, Stream, Events(40));
            await AppendAsync(store, "parking-lots/b", Events(5));
            await store.WriteSnapshotAsync(Stream, await SnapshotAsync(store, 25), default);
        });
        var (code, found) = await VerifyAsync();
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal((2, 45, 1, 0), ((int)found["streams"]!, (int)found["events"]!, (int)found["snapshots"]!, found["differences"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_snapshot_that_is_not_what_the_events_say_is_found()
    {
        await WriteAsync(async store =>
        {
            await AppendAsync(store, Stream, Events(40));
            var snapshot = Encoding.UTF8.GetString((await SnapshotAsync(store, 25)).Payload.Span);
            var altered = JsonNode.Parse(snapshot)!;
            altered["state"]!["zones"]![0]!["occupied"] = 9999;
            await store.WriteSnapshotAsync(Stream, new StreamSnapshot(25, Encoding.UTF8.GetBytes(altered.ToJsonString())), default);
        });
        var (code, found) = await VerifyAsync();
        Assert.Equal(ExitCodes.Failed, code);
        var difference = Assert.Single(found["differences"]!.AsArray())!;
        Assert.Equal(Stream, (string?)difference["stream"]);
        Assert.Contains("state.zones", (string?)difference["difference"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_found_and_hides_no_other_stream()
    {
        await WriteAsync(async store =>
        {
            await AppendAsync(store, Stream, ["""{"type":"somethingElse"}"""]);
            await AppendAsync(store, "parking-lots/b", Events(5));
        });
        var (code, found) = await VerifyAsync();
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal((2, 5), ((int)found["streams"]!, (int)found["events"]!));
        Assert.Equal(Stream, (string?)Assert.Single(found["differences"]!.AsArray())!["stream"]);
    }

    [Fact]
    public async Task A_gap_between_versions_is_found()
    {
        await WriteAsync(async store =>
        {
            var opened = await store.OpenAsync(Stream, default);
            var events = Events(2);
            var payload = $"[{Envelope(1, events[0])},{Envelope(3, events[1])}]";
            await store.AppendAsync([new Append(Stream, opened.Epoch, 0, 2, Encoding.UTF8.GetBytes(payload))], default);
        });
        var (code, found) = await VerifyAsync();
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Single(found["differences"]!.AsArray());
    }

    [Fact]
    public async Task Export_writes_every_event_as_a_line_with_its_stream()
    {
        await WriteAsync(async store =>
        {
            await AppendAsync(store, Stream, Events(3));
            await AppendAsync(store, "parking-lots/b", Events(2));
        });
        var (code, output, _) = await Tool.RunAsync("export", "--store", StorePath);
        Assert.Equal(ExitCodes.Ok, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(5, lines.Count);
        Assert.Equal((Stream, 2, "readingRecorded"), ((string?)lines[1]["stream"], (int)lines[1]["version"]!, (string?)lines[1]["event"]!["type"]));
        var (_, one, _) = await Tool.RunAsync("export", "--store", StorePath, "--stream", "parking-lots/b");
        Assert.Equal(2, one.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        await WriteAsync(store => AppendAsync(store, Stream, Events(1)));
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("verify", "--store", folder.File("none.db"))).Code);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("verify", "--store", folder.Path)).Code);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("export", "--store", StorePath, "--stream", "parking-lots/none")).Code);
        Assert.Equal(ExitCodes.Failed, (await Tool.RunAsync("verify", "--store", folder.Write("text.db", "hello, this is no database at all"))).Code);
    }

    private async Task WriteAsync(Func<SqliteEventStore, Task> write)
    {
        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = StorePath });
        await write(store);
    }

    private async Task<(int Code, JsonNode Found)> VerifyAsync()
    {
        var (code, output, _) = await Tool.RunAsync("verify", "--store", StorePath, "--json");
        return (code, JsonNode.Parse(output)!);
    }

    private static Task<StreamSnapshot> SnapshotAsync(IEventStore store, long version) => FoldAsync(store, version);

    private static async Task<StreamSnapshot> FoldAsync(IEventStore store, long version)
    {
        var folded = await StreamFolder.FoldAsync(store, Stream, OccupancyModel.Instance, useSnapshot: false, upToVersion: version);
        return StreamFolder.WriteSnapshot(OccupancyModel.Instance, folded.State, folded.Version, folded.Outcomes.ToArray());
    }

    private static async Task AppendAsync(IEventStore store, string stream, IReadOnlyList<string> events)
    {
        var opened = await store.OpenAsync(stream, default);
        var payload = $"[{string.Join(',', events.Select((@event, i) => Envelope(opened.Version + i + 1, @event)))}]";
        var outcomes = await store.AppendAsync([new Append(stream, opened.Epoch, opened.Version, events.Count, Encoding.UTF8.GetBytes(payload))], default);
        Assert.Equal([AppendOutcome.Committed], outcomes);
    }

    private static string Envelope(long version, string @event) =>
        $"{{\"version\":{version},\"recordedAt\":\"{Start.AddMinutes(version):O}\",\"event\":{@event}}}";

    /// <summary>A place that is defined and then read.</summary>
    private static List<string> Events(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => Json(i == 0
            ? new PlaceDefined(new ParkingLotProfile { Name = "A", Capacity = 100 })
            : new ReadingRecorded("d", i, Start.AddMinutes(i), i % 100))),
    ];

    private static string Json(OccupancyEvent @event)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            OccupancyModel.Instance.WriteEvent(writer, @event);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

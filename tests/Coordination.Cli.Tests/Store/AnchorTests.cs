using System.Text.Json.Nodes;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Sqlite;
using Coordination.Testing;
using Microsoft.Data.Sqlite;

namespace Coordination.Cli.Tests.Store;

/// <summary>What was changed in a store is found: by its chain, and what was rewritten with all its links by an anchor.</summary>
public sealed class AnchorTests : IDisposable
{
    private const string Lot = "parking-lots/a";
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();

    private string StorePath => folder.File("store.db");

    private string Anchor => folder.File("anchor.json");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("UPDATE batches SET payload = replace(payload, '\"occupied\":2', '\"occupied\":3') WHERE first_version = 3", "version 3")]
    [InlineData("UPDATE batches SET payload = replace(payload, 'devices/gate', 'devices/gone') WHERE first_version = 4", "version 4")]
    [InlineData("DELETE FROM batches WHERE first_version = 4", "version 5 follows version 3")]
    [InlineData("UPDATE batches SET payload = substr(payload, 1, length(payload) - 76) || '}]' WHERE first_version = 5", "version 5: the link is missing")]
    public async Task A_changed_past_is_found_and_the_first_broken_place_is_told(string change, string where)
    {
        await FillAsync(6);
        Assert.Equal(ExitCodes.Ok, (await VerifyAsync()).Code);

        Change(change);
        var (code, found) = await VerifyAsync();

        Assert.Equal(ExitCodes.Failed, code);
        var difference = Assert.Single(found["differences"]!.AsArray())!;
        Assert.Equal(Lot, (string?)difference["stream"]);
        Assert.Contains(where, (string?)difference["difference"], StringComparison.Ordinal);
    }

    /// <summary>Rewritten with all links a store looks whole. The anchor is the twin's other half: it knows better.</summary>
    [Theory]
    [InlineData(6, 7, "other events up to version 6")]
    [InlineData(5, 1, "knows 6 events, and 5 are there")]
    public async Task A_stream_that_was_rewritten_with_all_its_links_is_found_by_the_anchor_alone(int count, int occupied, string what)
    {
        await FillAsync(6);
        Assert.Equal(ExitCodes.Ok, (await VerifyAsync("--anchor", Anchor)).Code);
        File.Delete(StorePath);
        await FillAsync(count, occupied);

        Assert.Equal(ExitCodes.Ok, (await VerifyAsync()).Code);
        var (code, found) = await VerifyAsync("--against", Anchor);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains(what, (string?)Assert.Single(found["differences"]!.AsArray())!["difference"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_has_only_gone_on_contains_what_was_anchored()
    {
        await FillAsync(6);
        var (_, taken) = await VerifyAsync("--anchor", Anchor);
        await FillAsync(4, at: 6);

        var (code, found) = await VerifyAsync("--against", Anchor, "--anchor", folder.File("next.json"));

        Assert.Equal((ExitCodes.Ok, 10, 1), (code, (int)found["events"]!, (int)found["chained"]!));
        Assert.Equal((string?)JsonNode.Parse(await File.ReadAllTextAsync(Anchor))!["hash"], (string?)taken["anchor"]);
        Assert.NotEqual((string?)taken["anchor"], (string?)found["anchor"]);
    }

    [Fact]
    public async Task A_stream_that_is_gone_is_found()
    {
        await FillAsync(6);
        await FillAsync(2, stream: "parking-lots/b");
        await VerifyAsync("--anchor", Anchor);
        Change("DELETE FROM batches WHERE stream = 2; DELETE FROM streams WHERE id = 2");

        Assert.Equal(ExitCodes.Ok, (await VerifyAsync()).Code);
        var (code, found) = await VerifyAsync("--against", Anchor);

        Assert.Equal((ExitCodes.Failed, "parking-lots/b"), (code, (string?)Assert.Single(found["differences"]!.AsArray())!["stream"]));
    }

    [Fact]
    public async Task What_stood_there_before_the_chain_is_anchored_too()
    {
        await FillAsync(3, options: LedgerStreamOptions.Default with { WithoutChain = true });
        await FillAsync(3, at: 3);
        Assert.Equal(ExitCodes.Ok, (await VerifyAsync("--anchor", Anchor)).Code);

        Change("UPDATE batches SET payload = replace(payload, '\"occupied\":1', '\"occupied\":9') WHERE first_version = 2");
        Change("DELETE FROM snapshots"); // They would not fit.

        Assert.Equal(ExitCodes.Ok, (await VerifyAsync()).Code); // No chain, nothing to see.
        Assert.Equal(ExitCodes.Failed, (await VerifyAsync("--against", Anchor)).Code);
        Assert.Contains($"{Lot} from version 4", (await Tool.RunAsync("verify", "--store", StorePath)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_anchor_that_was_changed_is_refused_and_none_is_written_over_or_of_a_broken_store()
    {
        await FillAsync(6);
        await VerifyAsync("--anchor", Anchor);

        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("verify", "--store", StorePath, "--anchor", Anchor)).Code);
        await File.WriteAllTextAsync(Anchor, (await File.ReadAllTextAsync(Anchor)).Replace("\"version\": 6", "\"version\": 5", StringComparison.Ordinal));
        var (code, _, error) = await Tool.RunAsync("verify", "--store", StorePath, "--against", Anchor);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("was changed after it was written", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("verify", "--store", StorePath, "--against", folder.File("none.json"))).Code);
        Assert.Equal(ExitCodes.Failed, (await Tool.RunAsync("verify", "--store", StorePath, "--against", folder.Write("text.json", "{}"))).Code);

        Change("DELETE FROM batches WHERE first_version = 4");
        Assert.Equal(ExitCodes.Failed, (await VerifyAsync("--anchor", folder.File("broken.json"))).Code);
        Assert.False(File.Exists(folder.File("broken.json")));
    }

    [Fact]
    public async Task A_store_that_moves_into_Redis_keeps_its_links_and_its_anchor_and_a_change_there_is_found()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        await FillAsync(6);
        await VerifyAsync("--anchor", Anchor);
        Assert.Equal(ExitCodes.Ok, (await Tool.RunAsync("migrate", "--from", StorePath, "--to", redis.Url)).Code);

        Assert.Equal(ExitCodes.Ok, (await Tool.RunAsync("verify", "--store", redis.Url, "--against", Anchor)).Code);

        var log = $"{{coordination:{RedisKeys.BucketOf(Lot):D2}}}:{Lot}:log:0";
        var third = await redis.CommandAsync("--raw", "LINDEX", log, "2");
        await redis.CommandAsync("LSET", log, "2", third.Replace("\"occupied\":2", "\"occupied\":3", StringComparison.Ordinal));
        var (code, output, _) = await Tool.RunAsync("verify", "--store", redis.Url);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains($"{Lot}: the chain is broken at version 3", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_shows_who_gave_the_command_and_the_link()
    {
        await FillAsync(2);
        var (_, output, _) = await Tool.RunAsync("export", "--store", StorePath);

        var last = JsonNode.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        Assert.Equal("devices/gate", (string?)last["by"]!["who"]);
        Assert.Equal(StreamChain.LinkLength, ((string?)last["link"])!.Length);
    }

    private async Task<(int Code, JsonNode Found)> VerifyAsync(params string[] more)
    {
        var (code, output, _) = await Tool.RunAsync(["verify", "--store", StorePath, "--json", .. more]);
        return (code, JsonNode.Parse(output)!);
    }

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    /// <summary>A place that is defined and then read, one commit each.</summary>
    private async Task FillAsync(int count, int occupied = 1, int at = 0, string stream = Lot, LedgerStreamOptions? options = null)
    {
        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = StorePath });
        await using var commits = new GroupCommit(store);
        var place = new LedgerStream<OccupancyState, OccupancyCommand, OccupancyEvent, Domain.Rejection>(
            stream, OccupancyModel.Instance, store, commits, TimeProvider.System, options);
        await place.OpenAsync();
        for (var i = at; i < at + count; i++)
        {
            OccupancyCommand command = i == 0
                ? new DefinePlace(new ParkingLotProfile { Name = "A", Capacity = 100 })
                : new RecordInput(new OccupancyInput { DeviceId = "gate", Sequence = i, At = Start, Occupied = occupied * i });
            Assert.Equal(CommitOutcome.Committed, await place.Submit(command, by: new RecordedBy("devices/gate")).Commit);
        }

        await place.CloseAsync();
    }
}

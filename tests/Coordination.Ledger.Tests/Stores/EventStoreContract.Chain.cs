using System.Text.Json;
using Coordination.Ledger.Tests.Engine;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

using Stream = LedgerStream<CounterModel.Counter, int, CounterModel.Added, string>;

/// <summary>The chain that the engine makes of a stream, as it is kept.</summary>
public abstract partial class EventStoreContract
{
    private const string Counter = "counters/a";

    private static readonly LedgerStreamOptions WithoutChain = LedgerStreamOptions.Default with { WithoutChain = true };

    [Fact]
    public Task A_stream_is_one_chain_over_openings_snapshots_and_moves() => Serial.RunAsync(async () =>
    {
        await UseAsync(Counter, writeSnapshot: false, 1, 2, 3); // Goes on from its events.
        await UseAsync(Counter, writeSnapshot: true, 4, 5);
        await UseAsync(Counter, writeSnapshot: true, 6); // From a snapshot at the end of the stream.
        await UseAsync(Counter, writeSnapshot: false, 7, 8);
        var warm = await UseAsync(Counter, writeSnapshot: false, 9); // From a snapshot and events.
        await UseAsync(Counter, writeSnapshot: false, warm, null, 10, 11); // From what came along.
        await ReopenAsync();
        await UseAsync(Counter, writeSnapshot: false, 12);

        var check = await CheckAsync(Counter);
        Assert.Equal((null, 1, 12), (check.Broken, check.ChainedFrom, check.Version));
    });

    [Fact]
    public Task A_stream_from_before_the_chain_is_opened_and_chained_from_its_next_batch_on() => Serial.RunAsync(async () =>
    {
        await UseAsync(Counter, writeSnapshot: true, null, WithoutChain, 1, 2, 3);
        var before = await CheckAsync(Counter);
        Assert.Equal((null, null, null, 3), (before.Broken, before.ChainedFrom, before.Link, before.Version));

        await UseAsync(Counter, writeSnapshot: true, 4, 5);
        await UseAsync(Counter, writeSnapshot: true, 6);

        var after = await CheckAsync(Counter);
        Assert.Equal((null, 4, 6), (after.Broken, after.ChainedFrom, after.Version));
        Assert.Equal(before.Before, after.Before);
    });

    /// <summary>A host of the version before has no links: once there is a chain, none may be missing.</summary>
    [Fact]
    public Task A_batch_without_a_link_behind_the_chain_is_found() => Serial.RunAsync(async () =>
    {
        await UseAsync(Counter, writeSnapshot: false, 1, 2);
        await UseAsync(Counter, writeSnapshot: false, null, WithoutChain, 3);
        await UseAsync(Counter, writeSnapshot: false, 4);

        Assert.Contains("version 3: the link is missing", (await CheckAsync(Counter)).Broken, StringComparison.Ordinal);
    });

    [Fact]
    public Task A_snapshot_of_other_events_is_left_aside_and_the_chain_goes_on() => Serial.RunAsync(async () =>
    {
        await UseAsync(Counter, writeSnapshot: false, 1, 2, 3);
        var foreign = StreamFolder.WriteSnapshot(CounterModel.Instance, new CounterModel.Counter(999), 3, [], new string('a', 64));
        await Store.WriteSnapshotAsync(Counter, foreign, Cancellation);

        var folded = await StreamFolder.FoldAsync(Store, Counter, CounterModel.Instance, cancellation: Cancellation);
        Assert.Equal((6, 3), (folded.State.Sum, folded.Version));
        await UseAsync(Counter, writeSnapshot: true, 4);

        Assert.Null((await CheckAsync(Counter)).Broken);
        folded = await StreamFolder.FoldAsync(Store, Counter, CounterModel.Instance, cancellation: Cancellation);
        Assert.Equal((10, 4), (folded.State.Sum, folded.SnapshotVersion));
    });

    /// <summary>The twin: a snapshot that names no link is believed, as those from before the chain are.</summary>
    [Fact]
    public Task Without_its_link_a_snapshot_of_other_events_would_be_believed() => Serial.RunAsync(async () =>
    {
        await UseAsync(Counter, writeSnapshot: false, 1, 2, 3);
        await Store.WriteSnapshotAsync(Counter, StreamFolder.WriteSnapshot(CounterModel.Instance, new CounterModel.Counter(999), 3, []), Cancellation);

        Assert.Equal(999, (await StreamFolder.FoldAsync(Store, Counter, CounterModel.Instance, cancellation: Cancellation)).State.Sum);
        await UseAsync(Counter, writeSnapshot: false, 4);
        Assert.Null((await CheckAsync(Counter)).Broken); // The chain goes on from the events all the same.
    });

    [Fact]
    public Task Who_gave_each_command_stands_with_each_of_its_events() => Serial.RunAsync(async () =>
    {
        await using var commits = new GroupCommit(Store);
        var stream = new Stream(Counter, CounterModel.Instance, Store, commits, TimeProvider.System);
        await stream.OpenAsync();
        await Task.WhenAll(
            stream.Submit(1, "k1", 7, by: new RecordedBy("accounts/1", "accounts/2", "devices/gate-1")).Commit,
            stream.Submit(2, by: new RecordedBy("system")).Commit,
            stream.Submit(3).Commit);

        var batch = Assert.Single(await Store.ReadAllAsync(Counter));
        Assert.Equal(
            [new RecordedBy("accounts/1", "accounts/2", "devices/gate-1"), new RecordedBy("system"), null],
            EventBatchReader.Read(batch, CounterModel.Instance.ReadEvent).Select(envelope => envelope.By));
        using var json = JsonDocument.Parse(batch.Payload);
        Assert.Equal("""{"who":"accounts/1","for":"accounts/2","at":"devices/gate-1"}""", json.RootElement[0].GetProperty("by").GetRawText());
        Assert.Equal("""{"who":"system"}""", json.RootElement[1].GetProperty("by").GetRawText());
        Assert.False(json.RootElement[2].TryGetProperty("by", out _));
    });

    private Task<StreamSnapshot?> UseAsync(string name, bool writeSnapshot, params int[] amounts) => UseAsync(name, writeSnapshot, null, null, amounts);

    /// <summary>An activation that comes, commits some batches and goes.</summary>
    private async Task<StreamSnapshot?> UseAsync(string name, bool writeSnapshot, StreamSnapshot? warm, LedgerStreamOptions? options, params int[] amounts)
    {
        await using var commits = new GroupCommit(Store);
        var stream = new Stream(name, CounterModel.Instance, Store, commits, TimeProvider.System, options);
        await stream.OpenAsync(warm);
        foreach (var amount in amounts)
            Assert.Equal(CommitOutcome.Committed, await stream.Submit(amount).Commit);
        await stream.CloseAsync(writeSnapshot);
        return stream.CommittedSnapshot();
    }

    private async Task<ChainCheck> CheckAsync(string name)
    {
        var check = new ChainCheck(name);
        foreach (var batch in await Store.ReadAllAsync(name))
            check.Add(batch);
        return check;
    }
}

using Coordination.Ledger.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Ledger.Tests.Engine;

using Stream = LedgerStream<CounterModel.Counter, int, CounterModel.Added, string>;

/// <summary>A stream that goes from one activation to another: with its state, or without its holder knowing.</summary>
public sealed class HandoverTests : IAsyncLifetime
{
    private const string Name = "counters/a";

    private readonly string folder = Directory.CreateTempSubdirectory("handover-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
    private FaultyStore store = null!;
    private GroupCommit commits = null!;

    public async ValueTask InitializeAsync()
    {
        store = new FaultyStore(await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path.Combine(folder, "events.db") }));
        commits = new GroupCommit(store);
    }

    public async ValueTask DisposeAsync()
    {
        await commits.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<Stream> OpenedAsync(StreamSnapshot? warm = null, LedgerStreamOptions? options = null)
    {
        var stream = new Stream(Name, CounterModel.Instance, store, commits, time, options);
        await stream.OpenAsync(warm);
        return stream;
    }

    [Fact]
    public Task What_came_with_the_place_is_gone_on_from_without_reading_the_past() => Serial.RunAsync(async () =>
    {
        var before = await OpenedAsync();
        await before.Submit(5, "k1", 42).Commit;
        await before.CloseAsync();
        var (snapshots, reads) = (store.SnapshotsRead, store.ReadFrom.Count);

        var after = await OpenedAsync(before.CommittedSnapshot());

        Assert.Equal((2, 5, 1), (after.Epoch, after.CommittedState.Sum, after.CommittedVersion));
        Assert.Equal(snapshots, store.SnapshotsRead);
        Assert.Equal([1L], store.ReadFrom.Skip(reads));
        Assert.Equal(SubmissionKind.Replayed, after.Submit(5, "k1", 42).Kind);
        Assert.Equal(CommitOutcome.Committed, await after.Submit(1).Commit);
    });

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":7,\"outcomes\":[],\"state\":{}}")]
    [InlineData("{\"version\":1,\"outcomes\":7,\"state\":\"?\"}")]
    public Task What_came_along_and_cannot_be_read_is_left_for_what_the_store_has(string came) => Serial.RunAsync(async () =>
    {
        var before = await OpenedAsync();
        await before.Submit(5, "k1", 42).Commit;
        await before.CloseAsync();

        var after = await OpenedAsync(new StreamSnapshot(1, System.Text.Encoding.UTF8.GetBytes(came)));

        Assert.Equal((2, 5, 1), (after.Epoch, after.CommittedState.Sum, after.CommittedVersion));
        Assert.Equal(SubmissionKind.Replayed, after.Submit(5, "k1", 42).Kind);
        Assert.Equal(CommitOutcome.Committed, await after.Submit(1).Commit);
    });

    [Fact]
    public Task What_was_written_since_it_left_is_replayed_on_top() => Serial.RunAsync(async () =>
    {
        var before = await OpenedAsync();
        await before.Submit(5).Commit;
        var warm = before.CommittedSnapshot();
        await before.Submit(7, "k2", 1).Commit;
        store.ReadFrom.Clear();

        var after = await OpenedAsync(warm);

        Assert.Equal((12, 2), (after.CommittedState.Sum, after.CommittedVersion));
        Assert.Equal([1L], store.ReadFrom);
        Assert.Equal(SubmissionKind.Replayed, after.Submit(7, "k2", 1).Kind);
    });

    [Fact]
    public Task Of_what_came_along_and_what_is_stored_the_newer_counts() => Serial.RunAsync(async () =>
    {
        var before = await OpenedAsync();
        await before.Submit(5).Commit;
        var warm = before.CommittedSnapshot();
        await before.Submit(7).Commit;
        await before.CloseAsync();
        store.ReadFrom.Clear();
        Assert.Equal(12, (await OpenedAsync(warm)).CommittedState.Sum);
        Assert.Equal([1L], store.ReadFrom); // The batch the snapshot ends with too: whether it is of these events.
    });

    [Fact]
    public Task A_place_that_moves_on_and_on_still_gets_its_snapshots() => Serial.RunAsync(async () =>
    {
        StreamSnapshot? warm = null;
        for (var move = 0; move < 3; move++)
        {
            var holder = await OpenedAsync(warm, new LedgerStreamOptions(SnapshotEvery: 5));
            await holder.Submit(1).Commit;
            await holder.Submit(1).Commit;
            await holder.CloseAsync(writeSnapshot: false);
            warm = holder.CommittedSnapshot();
        }
        Assert.Equal(5, (await store.ReadSnapshotAsync(Name, CancellationToken.None))?.Version);
    });

    [Fact]
    public Task What_is_ahead_of_the_store_is_not_believed() => Serial.RunAsync(async () =>
    {
        var before = await OpenedAsync();
        await before.Submit(5).Commit;
        var ahead = StreamFolder.WriteSnapshot(CounterModel.Instance, new CounterModel.Counter(99), 2, []);
        var after = await OpenedAsync(ahead);
        Assert.Equal((5, 1), (after.CommittedState.Sum, after.CommittedVersion));
    });

    [Fact]
    public Task What_is_handed_over_is_what_is_committed() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        await stream.Submit(5, "k1", 1).Commit;
        store.Close();
        var inFlight = stream.Submit(7, "k2", 2);
        await store.Arrived.Task;

        var handed = StreamFolder.ReadSnapshot(stream.CommittedSnapshot()!, CounterModel.Instance);
        Assert.Equal((5, 1), (handed.State.Sum, handed.Version));
        Assert.Equal("k1", Assert.Single(handed.Outcomes.ToArray()).Id);

        store.Open();
        await inFlight.Commit;
        await stream.CloseAsync();
        Assert.Equal(2, stream.CommittedSnapshot()!.Version);
    });

    [Fact]
    public Task Nothing_is_handed_over_when_the_newest_state_is_in_the_store_alone() => Serial.RunAsync(async () =>
    {
        Assert.Null(new Stream(Name, CounterModel.Instance, store, commits, time).CommittedSnapshot());

        var failing = await OpenedAsync();
        store.Next = FaultyStore.Fault.AfterDurable;
        await failing.Submit(5).Commit;
        Assert.Null(failing.CommittedSnapshot());
        store.Next = FaultyStore.Fault.None;
        await failing.OpenAsync();
        Assert.NotNull(failing.CommittedSnapshot());

        failing.NoteEpoch(99);
        Assert.Null(failing.CommittedSnapshot());
    });

    [Fact]
    public Task Who_hears_of_a_higher_epoch_takes_no_further_command() => Serial.RunAsync(async () =>
    {
        var stale = await OpenedAsync();
        await stale.Submit(1).Commit;
        stale.NoteEpoch(1);
        Assert.True(stale.IsOpen);
        var fresh = await OpenedAsync();

        stale.NoteEpoch(2);

        Assert.True(stale.IsFenced);
        Assert.False(stale.IsOpen);
        Assert.Equal(CommitOutcome.Fenced, await stale.Submit(1).Commit);
        await Assert.ThrowsAsync<InvalidOperationException>(() => stale.OpenAsync());
        Assert.Equal(1, stale.CommittedState.Sum); // The last committed state stays readable.
        Assert.Equal(CommitOutcome.Committed, await fresh.Submit(1).Commit);
    });

    [Fact]
    public Task What_was_submitted_before_waits_for_the_answer_to_its_own_append() => Serial.RunAsync(async () =>
    {
        var stale = await OpenedAsync();
        store.Close();
        var inFlight = stale.Submit(5);
        await store.Arrived.Task;
        var waiting = stale.Submit(7);
        await OpenedAsync();

        stale.NoteEpoch(2);
        Assert.False(inFlight.Commit.IsCompleted);
        Assert.False(waiting.Commit.IsCompleted);

        store.Open();
        Assert.Equal(CommitOutcome.Fenced, await inFlight.Commit);
        Assert.Equal(CommitOutcome.Fenced, await waiting.Commit);
    });

    [Fact]
    public Task What_became_durable_before_the_other_came_is_told_as_committed() => Serial.RunAsync(async () =>
    {
        var stale = await OpenedAsync();
        var inFlight = stale.Submit(5);
        stale.NoteEpoch(2); // The answer of the store is still on its way.
        Assert.Equal(CommitOutcome.Committed, await inFlight.Commit);
        Assert.Equal((5, 1), (stale.CommittedState.Sum, stale.CommittedVersion));
        Assert.True(stale.IsFenced);
    });

    [Fact]
    public Task The_epoch_that_is_just_being_taken_is_no_other_s() => Serial.RunAsync(async () =>
    {
        var stream = new Stream(Name, CounterModel.Instance, store, commits, time);
        stream.NoteEpoch(7);
        await stream.OpenAsync();
        store.Next = FaultyStore.Fault.BeforeDurable;
        await stream.Submit(5).Commit;
        store.Next = FaultyStore.Fault.None;
        store.HoldReads();
        var opening = stream.OpenAsync();
        await store.ReadArrived.Task;
        stream.NoteEpoch(2);
        store.ReleaseReads();
        await opening;
        Assert.Equal((true, 2), (stream.IsOpen, stream.Epoch));
    });
}

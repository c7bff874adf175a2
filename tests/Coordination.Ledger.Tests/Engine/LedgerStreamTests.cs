using Coordination.Ledger.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Ledger.Tests.Engine;

using Stream = LedgerStream<CounterModel.Counter, int, CounterModel.Added, string>;

/// <summary>The engine of one stream over a real SQLite store behind a door that fails on demand.</summary>
public sealed class LedgerStreamTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("ledger-").FullName;
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

    private Stream New(LedgerStreamOptions? options = null) => new("counters/a", CounterModel.Instance, store, commits, time, options);

    private async Task<Stream> OpenedAsync(LedgerStreamOptions? options = null)
    {
        var stream = New(options);
        await stream.OpenAsync();
        return stream;
    }

    [Fact]
    public Task Nothing_is_shown_or_answered_before_it_is_durable() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        store.Close();
        var submission = stream.Submit(5);
        await store.Arrived.Task;

        Assert.False(submission.Commit.IsCompleted);
        Assert.Equal(0, stream.CommittedState.Sum);
        Assert.Equal(5, stream.State.Sum);

        store.Open();
        Assert.Equal(CommitOutcome.Committed, await submission.Commit);
        Assert.Equal((5, 1), (stream.CommittedState.Sum, stream.CommittedVersion));
    });

    [Fact]
    public Task Twin_acknowledging_before_the_commit_tells_of_what_a_crash_would_lose() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync(LedgerStreamOptions.Default with { AcknowledgeBeforeCommit = true });
        store.Close();
        Assert.True(stream.Submit(5).Commit.IsCompletedSuccessfully);
        await store.Arrived.Task;
        Assert.Equal(0, (await StreamFolder.FoldAsync(store, "counters/a", CounterModel.Instance)).State.Sum);
        store.Open();
    });

    [Fact]
    public Task What_comes_while_a_commit_is_written_goes_into_the_next_one_together() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        store.Close();
        var first = stream.Submit(1);
        await store.Arrived.Task;
        var others = Enumerable.Range(0, 100).Select(_ => stream.Submit(1).Commit).ToList();
        store.Open();
        await Task.WhenAll(others);

        Assert.Equal(CommitOutcome.Committed, await first.Commit);
        Assert.Equal([1, 100], store.Commits.Select(commit => commit[0].Count));
        Assert.Equal(101, stream.CommittedState.Sum);
    });

    [Fact]
    public Task A_rejection_based_on_uncommitted_events_waits_for_them() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        store.Close();
        var full = stream.Submit(CounterModel.Limit);
        await store.Arrived.Task;
        var refused = stream.Submit(1);
        Assert.Equal("over-limit", refused.Rejection);
        Assert.False(refused.Commit.IsCompleted);
        store.Open();
        await full.Commit;
        Assert.Equal(CommitOutcome.Committed, await refused.Commit);
    });

    [Fact]
    public Task A_retry_finds_the_first_outcome_also_while_that_is_being_committed() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        store.Close();
        var first = stream.Submit(5, "k1", 42);
        await store.Arrived.Task;
        var retry = stream.Submit(5, "k1", 42);
        Assert.Equal(SubmissionKind.Replayed, retry.Kind);
        Assert.False(retry.Commit.IsCompleted);
        store.Open();
        await retry.Commit;

        Assert.Equal(first.Version, retry.Version);
        Assert.Equal(5, stream.CommittedState.Sum);
        Assert.Equal(SubmissionKind.KeyReused, stream.Submit(6, "k1", 43).Kind);
    });

    [Fact]
    public Task Outcomes_survive_a_new_opening_with_and_without_a_snapshot() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        await stream.Submit(5, "k1", 42).Commit;
        var replayed = await OpenedAsync();
        Assert.Equal(SubmissionKind.Replayed, replayed.Submit(5, "k1", 42).Kind);
        await replayed.Submit(1, "k2", 43).Commit;
        await replayed.CloseAsync();
        Assert.NotNull(await store.ReadSnapshotAsync("counters/a", CancellationToken.None));
        var restored = await OpenedAsync();
        Assert.Equal(SubmissionKind.Replayed, restored.Submit(5, "k1", 42).Kind);
        Assert.Equal(SubmissionKind.Replayed, restored.Submit(1, "k2", 43).Kind);
        Assert.Equal(6, restored.CommittedState.Sum);
    });

    [Theory]
    [InlineData((int)FaultyStore.Fault.BeforeDurable, 0)]
    [InlineData((int)FaultyStore.Fault.AfterDurable, 5)]
    public Task A_failed_commit_is_unknown_to_all_who_wait_and_the_next_opening_tells_the_truth(int fault, long truth) => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        store.Close();
        store.Next = (FaultyStore.Fault)fault;
        var inFlight = stream.Submit(5, "k1", 1);
        await store.Arrived.Task;
        var waiting = stream.Submit(7);
        store.Open();

        Assert.Equal(CommitOutcome.Unknown, await inFlight.Commit);
        Assert.Equal(CommitOutcome.Unknown, await waiting.Commit);
        Assert.True(stream.IsFailing);
        Assert.False(stream.IsOpen);
        Assert.Equal(0, stream.CommittedState.Sum); // The last committed state stays readable.
        Assert.Equal(CommitOutcome.Unknown, await stream.Submit(1).Commit);

        store.Next = FaultyStore.Fault.None;
        await stream.OpenAsync();
        Assert.Equal(truth, stream.CommittedState.Sum);
        Assert.Equal(truth == 5 ? SubmissionKind.Replayed : SubmissionKind.Decided, stream.Submit(5, "k1", 1).Kind);
    });

    [Fact]
    public Task A_stale_activation_cannot_write_and_knows_it() => Serial.RunAsync(async () =>
    {
        var stale = await OpenedAsync();
        await stale.Submit(1).Commit;
        var fresh = await OpenedAsync();
        await fresh.Submit(10).Commit;

        Assert.Equal(CommitOutcome.Fenced, await stale.Submit(100).Commit);
        Assert.True(stale.IsFenced);
        Assert.Equal(CommitOutcome.Fenced, await stale.Submit(100).Commit);
        await Assert.ThrowsAsync<InvalidOperationException>(() => stale.OpenAsync());
        Assert.Equal(11, (await StreamFolder.FoldAsync(store, "counters/a", CounterModel.Instance)).State.Sum);
    });

    [Fact]
    public Task A_command_for_another_version_changes_nothing() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        await stream.Submit(1).Commit;
        Assert.Equal(SubmissionKind.VersionMismatch, stream.Submit(1, expectedVersion: 7).Kind);
        Assert.Equal(SubmissionKind.Decided, stream.Submit(1, expectedVersion: 1).Kind);
    });

    [Fact]
    public Task Beyond_the_limit_of_waiting_events_the_answer_is_overloaded() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync(LedgerStreamOptions.Default with { MaxWaitingEvents = 3 });
        store.Close();
        var first = stream.Submit(1);
        await store.Arrived.Task;
        var waiting = new[] { stream.Submit(1), stream.Submit(1), stream.Submit(1) };
        Assert.Equal(SubmissionKind.Overloaded, stream.Submit(1).Kind);
        store.Open();
        await Task.WhenAll(waiting.Select(submission => submission.Commit).Append(first.Commit));
        Assert.Equal(4, stream.CommittedState.Sum);
    });

    [Fact]
    public Task A_place_with_a_long_past_reads_only_what_came_after_its_snapshot() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync(new LedgerStreamOptions(SnapshotEvery: 500));
        for (var round = 0; round < 100; round++)
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => stream.Submit(1).Commit));
        await stream.CloseAsync();

        store.ReadFrom.Clear();
        var restored = await OpenedAsync();
        Assert.Equal(100_000, restored.CommittedState.Sum);
        Assert.Equal(99_999, Assert.Single(store.ReadFrom)); // The batch the snapshot ends with, for its link.
    });

    [Fact]
    public Task Without_a_snapshot_every_event_is_read() => Serial.RunAsync(async () =>
    {
        var stream = await OpenedAsync();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => stream.Submit(1).Commit));
        store.ReadFrom.Clear();
        Assert.Equal(1000, (await OpenedAsync()).CommittedState.Sum);
        Assert.Equal(0, Assert.Single(store.ReadFrom));
    });

    [Fact]
    public Task A_store_that_cannot_be_opened_leaves_the_stream_closed_and_may_be_tried_again() => Serial.RunAsync(async () =>
    {
        store.FailsToOpen = true;
        var stream = New();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stream.OpenAsync());
        Assert.True(stream.IsFailing);
        store.FailsToOpen = false;
        await stream.OpenAsync();
        Assert.Equal(CommitOutcome.Committed, await stream.Submit(1).Commit);
        Assert.False(stream.IsFailing);
    });
}

using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Many at once, and callers that go away.</summary>
public abstract partial class EventStoreContract
{
    [Fact]
    public async Task Of_two_writers_of_one_version_exactly_one_wins()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        for (var version = 0; version < 1000; version++)
        {
            var outcomes = await Task.WhenAll(
                Task.Run(() => Store.AppendAsync(Batch("lots/a", 1, version, 1, "left"))),
                Task.Run(() => Store.AppendAsync(Batch("lots/a", 1, version, 1, "right"))));

            Assert.Equal([AppendOutcome.Committed, AppendOutcome.VersionConflict], outcomes.Order());
            var written = Assert.Single(await Store.ReadAllAsync("lots/a", version)).Payload.Text();
            Assert.Contains(outcomes[0] == AppendOutcome.Committed ? "left" : "right", written, StringComparison.Ordinal);
        }

        Assert.Equal(1000, await Store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task Everybody_who_opens_a_stream_at_once_gets_an_epoch_of_their_own()
    {
        var opened = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => Task.Run(() => Store.OpenAsync("lots/a", Cancellation).AsTask())));

        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), opened.Select(stream => stream.Epoch).Order());
    }

    [Fact]
    public async Task After_an_opening_nothing_of_the_writer_before_is_added()
    {
        for (var round = 0; round < 200; round++)
        {
            var stream = $"lots/{round}";
            await Store.OpenAsync(stream, Cancellation);

            var append = Task.Run(() => Store.AppendAsync(Batch(stream, 1, 0, 1)));
            var open = Task.Run(() => Store.OpenAsync(stream, Cancellation).AsTask());
            await Task.WhenAll(append, open);

            // Either the append came first and the new owner sees it, or it was refused.
            var (outcome, seen) = (await append, (await open).Version);
            Assert.Equal(outcome == AppendOutcome.Committed ? 1 : 0, seen);
            Assert.Equal(seen, await Store.CountEventsAsync(stream));
        }
    }

    [Fact]
    public async Task Readers_beside_writers_see_whole_batches_without_gaps()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        using var done = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            long seen = 0;
            while (!done.IsCancellationRequested)
            {
                var now = await Store.CountEventsAsync("lots/a");
                Assert.True(now >= seen && now % 3 == 0);
                seen = now;
            }
        }, Cancellation);
        for (var version = 0; version < 900; version += 3)
            await Store.AppendAsync(Batch("lots/a", 1, version, 3));
        await done.CancelAsync();
        await reader;

        Assert.Equal(900, await Store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task A_caller_that_is_gone_before_writes_nothing()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        var gone = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.AppendAsync([Batch("lots/a", 1, 0, 1)], gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.OpenAsync("lots/a", gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReadSnapshotAsync("lots/a", gone));

        Assert.Equal([new StreamInfo("lots/a", 1, 0)], await Store.ListAllAsync(""));
    }

    [Fact]
    public async Task Cancelling_in_mid_commit_leaves_the_whole_commit_or_none_of_it()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.OpenAsync("lots/b", Cancellation);
        for (var round = 0; round < 100; round++)
        {
            var version = await Store.CountEventsAsync("lots/a");
            using var leaving = new CancellationTokenSource();
            var append = Store.AppendAsync([Batch("lots/a", 1, version, 2), Batch("lots/b", 1, version, 2)], leaving.Token).AsTask();
            for (var i = 0; i < round; i++)
                await Task.Yield();
            await leaving.CancelAsync();
            var acknowledged = false;
            try
            {
                acknowledged = (await append).All(outcome => outcome == AppendOutcome.Committed);
            }
            catch (OperationCanceledException)
            {
            }

            await Store.ProbeAsync(Cancellation); // Comes after it, so that it is decided.
            var now = await Store.CountEventsAsync("lots/a");
            Assert.Equal(now, await Store.CountEventsAsync("lots/b"));
            Assert.True(now == version + 2 || (now == version && !acknowledged));
        }
    }
}

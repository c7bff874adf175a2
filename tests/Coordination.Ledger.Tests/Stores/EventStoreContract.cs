using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>
/// What every <see cref="IEventStore"/> does. A store joins by deriving and saying how it is opened; each test has data of its own, and
/// opening again after disposing finds the same data.
/// </summary>
public abstract partial class EventStoreContract : IAsyncLifetime
{
    private IEventStore? _store;

    /// <summary>Opens the store of this test.</summary>
    protected abstract Task<IEventStore> OpenStoreAsync();

    /// <summary>Removes the data of this test; the store is disposed.</summary>
    protected abstract ValueTask CleanUpAsync();

    protected IEventStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    public async ValueTask InitializeAsync() => _store = await OpenStoreAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await OpenStoreAsync();
    }

    [Fact]
    public async Task Each_opening_takes_the_next_epoch()
    {
        Assert.Equal(new OpenedStream(1, 0), await Store.OpenAsync("lots/a", Cancellation));
        Assert.Equal(new OpenedStream(2, 0), await Store.OpenAsync("lots/a", Cancellation));
        Assert.Equal(new OpenedStream(1, 0), await Store.OpenAsync("lots/b", Cancellation));
    }

    [Fact]
    public async Task Epochs_can_be_read_without_taking_one()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.OpenAsync("lots/b", Cancellation);
        await Store.OpenAsync("lots/b", Cancellation);

        string[] streams = ["lots/b", "lots/unknown", "lots/a", "lots/b"];
        long[] epochs = [2, 0, 1, 2];
        Assert.Equal(epochs, await Store.ReadEpochsAsync(streams, Cancellation));
        Assert.Equal(epochs, await Store.ReadEpochsAsync(streams, Cancellation));
        Assert.Empty(await Store.ReadEpochsAsync([], Cancellation));
        Assert.Equal([new StreamInfo("lots/a", 1, 0), new StreamInfo("lots/b", 2, 0)], await Store.ListAllAsync(""));
    }

    [Fact]
    public async Task One_stream_is_found_by_its_whole_name_and_nothing_is_made_of_one_that_is_not_there()
    {
        await Store.OpenAsync("lots/ab", Cancellation);
        await Store.AppendAsync(Batch("lots/ab", 1, 0, 3));
        await Store.OpenAsync("lots/b", Cancellation);

        Assert.Equal(new StreamInfo("lots/ab", 1, 3), await Store.FindAsync("lots/ab", Cancellation));
        Assert.Equal(new StreamInfo("lots/b", 1, 0), await Store.FindAsync("lots/b", Cancellation));
        Assert.Null(await Store.FindAsync("lots/a", Cancellation));
        Assert.Null(await Store.FindAsync("lots/unknown", Cancellation));
        Assert.Equal(2, (await Store.ListAllAsync("")).Count);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.FindAsync("", Cancellation));
    }

    [Fact]
    public async Task Many_epochs_are_read_at_once()
    {
        var streams = Enumerable.Range(0, 600).Select(n => $"lots/{n}").ToArray();
        await Task.WhenAll(streams.Where((_, n) => n % 2 == 0).Select(stream => Store.OpenAsync(stream, Cancellation).AsTask()));

        Assert.Equal(streams.Select((_, n) => n % 2 == 0 ? 1L : 0), await Store.ReadEpochsAsync(streams, Cancellation));
    }

    [Fact]
    public async Task Epochs_events_and_snapshots_survive_a_restart()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.AppendAsync(Batch("lots/a", 1, 0, 3));
        await Store.WriteSnapshotAsync("lots/a", new StreamSnapshot(2, "{\"n\":2}".Bytes()), Cancellation);

        await ReopenAsync();

        Assert.Equal([new StreamInfo("lots/a", 1, 3)], await Store.ListAllAsync(""));
        Assert.Equal(Batch("lots/a", 1, 0, 3).Payload.Text(), Assert.Single(await Store.ReadAllAsync("lots/a")).Payload.Text());
        Assert.Equal("{\"n\":2}", (await Store.ReadSnapshotAsync("lots/a", Cancellation))!.Payload.Text());
        Assert.Equal(AppendOutcome.Committed, await Store.AppendAsync(Batch("lots/a", 1, 3, 1)));
        Assert.Equal(new OpenedStream(2, 4), await Store.OpenAsync("lots/a", Cancellation));
    }

    [Fact]
    public async Task What_was_appended_is_read_as_it_was_written()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        var first = Batch("lots/a", 1, 0, 2, "first");
        var second = Batch("lots/a", 1, 2, 1, "second");

        Assert.Equal(AppendOutcome.Committed, await Store.AppendAsync(first));
        Assert.Equal(AppendOutcome.Committed, await Store.AppendAsync(second));

        var read = await Store.ReadAllAsync("lots/a");
        Assert.Equal([(1L, 2), (3L, 1)], read.Select(batch => (batch.FirstVersion, batch.Count)));
        Assert.Equal([first.Payload.Text(), second.Payload.Text()], read.Select(batch => batch.Payload.Text()));
    }

    [Fact]
    public async Task A_fenced_writer_is_refused_and_writes_nothing()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.AppendAsync(Batch("lots/a", 1, 0, 1));
        await Store.OpenAsync("lots/a", Cancellation);

        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(Batch("lots/a", 1, 1, 1)));

        Assert.Equal(1, await Store.CountEventsAsync("lots/a"));
        Assert.Equal([new StreamInfo("lots/a", 2, 1)], await Store.ListAllAsync("lots/a"));
        Assert.Equal(AppendOutcome.Committed, await Store.AppendAsync(Batch("lots/a", 2, 1, 1)));
    }

    [Fact]
    public async Task A_fenced_writer_with_a_wrong_version_is_fenced()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.OpenAsync("lots/a", Cancellation);

        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(Batch("lots/a", 1, 7, 1)));
    }

    [Fact]
    public async Task An_epoch_that_nobody_was_given_is_fenced()
    {
        await Store.OpenAsync("lots/a", Cancellation);

        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(Batch("lots/a", 2, 0, 1)));
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(Batch("lots/never-opened", 1, 0, 1)));
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(Batch("lots/never-opened", 0, 0, 1)));

        Assert.Equal([new StreamInfo("lots/a", 1, 0)], await Store.ListAllAsync(""));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_wrong_version_is_a_conflict_and_writes_nothing(long expected)
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.AppendAsync(Batch("lots/a", 1, 0, 2));

        Assert.Equal(AppendOutcome.VersionConflict, await Store.AppendAsync(Batch("lots/a", 1, expected, 1)));

        Assert.Equal(2, await Store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task In_one_commit_what_does_not_fit_spoils_nothing_else()
    {
        for (var i = 0; i < 100; i++)
            await Store.OpenAsync($"lots/{i}", Cancellation);
        for (var i = 0; i < 100; i += 3)
            await Store.OpenAsync($"lots/{i}", Cancellation);

        var outcomes = await Store.AppendAsync(
            [.. Enumerable.Range(0, 100).Select(i => Batch($"lots/{i}", 1, i % 5 == 0 ? 1 : 0, 2))], Cancellation);

        for (var i = 0; i < 100; i++)
        {
            var expected = i % 3 == 0 ? AppendOutcome.Fenced : i % 5 == 0 ? AppendOutcome.VersionConflict : AppendOutcome.Committed;
            Assert.Equal(expected, outcomes[i]);
            Assert.Equal(expected == AppendOutcome.Committed ? 2 : 0, await Store.CountEventsAsync($"lots/{i}"));
        }
    }

    [Fact]
    public async Task A_commit_of_nothing_has_no_outcomes() => Assert.Empty(await Store.AppendAsync([], Cancellation));

    [Fact]
    public async Task Two_appends_to_one_stream_in_one_commit_are_refused_as_a_whole()
    {
        await Store.OpenAsync("lots/a", Cancellation);

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Store.AppendAsync([Batch("lots/a", 1, 0, 1), Batch("lots/a", 1, 1, 1)], Cancellation));

        Assert.Equal(0, await Store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task An_append_without_events_is_refused()
    {
        await Store.OpenAsync("lots/a", Cancellation);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.AppendAsync(new Append("lots/a", 1, 0, 0, "[]".Bytes())));
    }

    [Fact]
    public async Task Reading_begins_with_the_batch_that_holds_the_next_event()
    {
        int[] sizes = [1, 3, 2, 5, 1];
        await Store.OpenAsync("lots/a", Cancellation);
        long version = 0;
        foreach (var size in sizes)
        {
            await Store.AppendAsync(Batch("lots/a", 1, version, size));
            version += size;
        }

        var all = await Store.ReadAllAsync("lots/a");
        foreach (var after in Enumerable.Range(-1, 16).Select(n => (long)n).Append(long.MaxValue))
        {
            var expected = all.Where(batch => batch.FirstVersion + batch.Count - 1 > after).Select(batch => batch.FirstVersion);
            Assert.Equal(expected, (await Store.ReadAllAsync("lots/a", after)).Select(batch => batch.FirstVersion));
        }
    }

    [Fact]
    public async Task Long_streams_are_read_whole_and_in_order()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.OpenAsync("lots/b", Cancellation);
        for (var version = 0; version < 1500; version++)
            await Store.AppendAsync([Batch("lots/a", 1, version, 1), Batch("lots/b", 1, 2 * version, 2)], Cancellation);

        Assert.Equal(1500, await Store.CountEventsAsync("lots/a"));
        Assert.Equal(3000, await Store.CountEventsAsync("lots/b"));
        Assert.Equal(1001, (await Store.ReadAllAsync("lots/a", 1000))[0].FirstVersion);
    }

    [Fact]
    public async Task Unknown_and_empty_streams_read_empty_and_reading_creates_none()
    {
        await Store.OpenAsync("lots/empty", Cancellation);

        Assert.Empty(await Store.ReadAllAsync("lots/empty"));
        Assert.Empty(await Store.ReadAllAsync("lots/unknown"));
        Assert.Null(await Store.ReadSnapshotAsync("lots/empty", Cancellation));
        Assert.Null(await Store.ReadSnapshotAsync("lots/unknown", Cancellation));

        Assert.Equal([new StreamInfo("lots/empty", 1, 0)], await Store.ListAllAsync(""));
    }
}

using Coordination.Ledger.Sqlite;

namespace Coordination.Ledger.Tests.Engine;

public sealed class GroupCommitTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("commits-").FullName;
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

    private static Append One(string stream, long epoch, long expected) =>
        new(stream, epoch, expected, 1, System.Text.Encoding.UTF8.GetBytes($"[{{\"version\":{expected + 1},\"event\":{{}}}}]"));

    [Fact]
    public async Task Streams_that_wait_share_one_commit()
    {
        var epochs = new List<OpenedStream>();
        for (var i = 0; i < 50; i++)
            epochs.Add(await store.OpenAsync($"s/{i}", CancellationToken.None));
        store.Close();
        var all = new List<Task<AppendOutcome>> { commits.AppendAsync(One("s/0", epochs[0].Epoch, 0)) };
        await store.Arrived.Task;
        for (var i = 1; i < 50; i++)
            all.Add(commits.AppendAsync(One($"s/{i}", epochs[i].Epoch, 0)));
        store.Open();
        Assert.All(await Task.WhenAll(all), outcome => Assert.Equal(AppendOutcome.Committed, outcome));
        Assert.Equal([1, 49], store.Commits.Select(commit => commit.Count));
    }

    [Fact]
    public async Task Two_appends_of_one_stream_never_share_a_commit()
    {
        // Two activations of one grain may both write: the second is judged on what the first has made of the stream.
        var epoch = (await store.OpenAsync("s/a", CancellationToken.None)).Epoch;
        var other = (await store.OpenAsync("s/b", CancellationToken.None)).Epoch;
        store.Close();
        var blocker = commits.AppendAsync(One("s/b", other, 0));
        await store.Arrived.Task;
        var (first, second) = (commits.AppendAsync(One("s/a", epoch, 0)), commits.AppendAsync(One("s/a", epoch, 0)));
        store.Open();
        await blocker;
        Assert.Equal(AppendOutcome.Committed, await first);
        Assert.Equal(AppendOutcome.VersionConflict, await second);
        Assert.All(store.Commits, commit => Assert.Single(commit));
    }

    [Fact]
    public async Task A_failed_commit_fails_all_in_it_and_none_after_it()
    {
        var epoch = (await store.OpenAsync("s/a", CancellationToken.None)).Epoch;
        store.Next = FaultyStore.Fault.BeforeDurable;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => commits.AppendAsync(One("s/a", epoch, 0)));
        store.Next = FaultyStore.Fault.None;
        Assert.Equal(AppendOutcome.Committed, await commits.AppendAsync(One("s/a", epoch, 0)));
    }

    [Fact]
    public async Task What_came_while_a_commit_failed_is_told_so_at_once_and_was_never_sent()
    {
        var epoch = (await store.OpenAsync("s/a", CancellationToken.None)).Epoch;
        var other = (await store.OpenAsync("s/b", CancellationToken.None)).Epoch;
        store.Next = FaultyStore.Fault.BeforeDurable;
        store.Close();
        var failing = commits.AppendAsync(One("s/a", epoch, 0));
        await store.Arrived.Task;
        var waiting = commits.AppendAsync(One("s/b", other, 0));
        store.Open();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => failing);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        Assert.Single(store.Commits);
    }

    [Fact]
    public async Task Closing_commits_what_waits_and_takes_nothing_more()
    {
        var epoch = (await store.OpenAsync("s/a", CancellationToken.None)).Epoch;
        store.Close();
        var waiting = commits.AppendAsync(One("s/a", epoch, 0));
        await store.Arrived.Task;
        var closing = commits.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => commits.AppendAsync(One("s/a", epoch, 1)));
        store.Open();
        await closing;
        Assert.Equal(AppendOutcome.Committed, await waiting);
    }
}

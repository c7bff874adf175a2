using Coordination.Testing.Stub;

namespace Coordination.Client.Tests;

public sealed class LiveClientTests
{
    private const string Topic = Lines.Lot;

    [Fact]
    public async Task Watching_brings_the_view_and_then_its_changes()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Feed.Put(Topic, 1, 5, new { occupied = 5 });
        await using var watcher = new Watcher(stub);
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        Assert.Equal(5, (await watcher.NextAsync()).Version);
        await stub.Feed.PushAsync(Topic, 1, 6, new { occupied = 6 });
        var update = await watcher.NextAsync();
        Assert.Equal((1L, 6L, 6), (update.Epoch, update.Version, update.View!.Value.GetProperty("occupied").GetInt32()));
        Assert.Equal(update, watcher.Client.Latest(Topic));
    }

    [Fact]
    public async Task An_older_view_never_replaces_a_newer_one()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Feed.Put(Topic, 2, 5, new { });
        await using var watcher = new Watcher(stub);
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        await watcher.NextAsync();
        await stub.Feed.PushAsync(Topic, 2, 4, new { });
        await stub.Feed.PushAsync(Topic, 1, 99, new { });
        await stub.Feed.PushAsync(Topic, 2, 5, new { });
        await stub.Feed.PushAsync(Topic, 3, 1, new { });
        // Pushes arrive in their order, so those before the last were passed over.
        var update = await watcher.NextAsync();
        Assert.Equal((3L, 1L), (update.Epoch, update.Version));
    }

    [Fact]
    public async Task After_any_gap_the_right_view_is_there_again()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Feed.Put(Topic, 1, 1, new { });
        await using var watcher = new Watcher(stub);
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        await watcher.NextAsync();
        stub.Feed.Put(Topic, 1, 42, new { });
        stub.Feed.Cut();
        Assert.Equal(42, (await watcher.NextAsync()).Version);
        Assert.Equal(2, stub.Feed.Watches.Count);
    }

    [Fact]
    public async Task Without_asking_again_a_client_that_was_away_stays_wrong()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Feed.Put(Topic, 1, 1, new { });
        await using var watcher = new Watcher(stub);
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        await watcher.NextAsync();
        // The change happens without a push, as it does to somebody who is away; nothing but asking tells.
        stub.Feed.Put(Topic, 1, 2, new { });
        await stub.Feed.PushAsync("parking-lots/other", 1, 1, new { });
        await stub.Feed.PushAsync(Topic, 1, 1, new { });
        Assert.Equal(1, watcher.Client.Latest(Topic)?.Version);
    }

    [Fact]
    public async Task A_server_that_comes_later_is_found()
    {
        var port = Testing.ServerProcess.FreePort();
        await using var watcher = new Watcher(new Uri($"http://127.0.0.1:{port}/"));
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        await using var stub = await StubServer.StartAsync(port);
        // A place that does not exist yet has no view; it is pushed when it is created.
        Assert.Null((await watcher.NextAsync()).View);
        await stub.Feed.PushAsync(Topic, 1, 1, new { name = "A" });
        Assert.NotNull((await watcher.NextAsync()).View);
        Assert.Equal(LiveState.Connected, watcher.Client.State);
    }

    [Fact]
    public async Task A_topic_the_server_does_not_know_is_an_error_and_disturbs_no_other()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Feed.Put(Topic, 1, 1, new { });
        await using var watcher = new Watcher(stub);
        await watcher.Client.WatchAsync([Topic]);
        watcher.Client.Start();
        await watcher.NextAsync();
        await watcher.ConnectedAsync();
        var error = await Assert.ThrowsAsync<CoordinationException>(() => watcher.Client.WatchAsync(["nonsense"]));
        Assert.Contains("topic-unknown", error.Message, StringComparison.Ordinal);
        await stub.Feed.PushAsync(Topic, 1, 2, new { });
        Assert.Equal(2, (await watcher.NextAsync()).Version);
    }

    [Fact]
    public async Task What_is_watched_no_more_is_heard_of_no_more()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Feed.Put(Topic, 1, 1, new { });
        stub.Feed.Put("parking-lots/b", 1, 1, new { });
        await using var watcher = new Watcher(stub);
        await watcher.Client.WatchAsync([Topic, "parking-lots/b"]);
        watcher.Client.Start();
        await watcher.NextAsync();
        await watcher.NextAsync();
        await watcher.ConnectedAsync();
        await watcher.Client.UnwatchAsync([Topic]);
        await stub.Feed.PushAsync(Topic, 1, 2, new { });
        await stub.Feed.PushAsync("parking-lots/b", 1, 2, new { });
        Assert.Equal("parking-lots/b", (await watcher.NextAsync()).Topic);
        Assert.Null(watcher.Client.Latest(Topic));
    }
}

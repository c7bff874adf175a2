using Coordination.Ledger.Redis;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>A Redis that came back without what it had confirmed is noticed before anything is read from it or written to it.</summary>
public sealed class RedisLossTests : RedisStoreTests
{
    [Fact]
    public async Task A_Redis_that_came_back_empty_is_refused_and_left_empty()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await FillAsync(store, "lots/a", 3);

        await redis.StartEmptyAsync(Cancellation);
        var refused = await UntilAsync(store, StoreState.Refused);

        Assert.Contains("came back empty", refused.Reason, StringComparison.Ordinal);
        foreach (var (name, call) in Calls())
            Assert.Contains("came back empty", (await Assert.ThrowsAsync<StoreUnavailableException>(() => call(store))).Message, StringComparison.Ordinal);
        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
    }

    /// <summary>The twin: without the check everybody would go on with nothing, and nobody would know.</summary>
    [Fact]
    public async Task Without_the_check_an_empty_Redis_would_be_taken_for_the_truth()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(Options(redis) with { TrustsAnyStore = true });
        await FillAsync(store, "lots/a", 3);

        await redis.StartEmptyAsync(Cancellation);
        await RecoverAsync(store);

        Assert.Empty(await store.ReadAllAsync("lots/a"));
        Assert.Equal(new OpenedStream(1, 0), await store.OpenAsync("lots/a", Cancellation));
        Assert.Equal(AppendOutcome.Committed, await store.AppendAsync(Batch("lots/a", 1, 0, 1)));
    }

    [Fact]
    public async Task A_Redis_that_is_emptied_while_it_runs_is_refused_by_the_next_call()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await FillAsync(store, "lots/a", 3);
        foreach (var (_, call) in Calls())
        {
            await redis.CommandAsync("FLUSHALL");
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call(store));
        }

        Assert.Equal(StoreState.Refused, store.Condition.State);
        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task An_older_Redis_is_refused_and_left_as_it_is_until_the_newer_one_is_back()
    {
        var redis = await StartAsync(("enable-debug-command", "yes"));
        var store = await OpenAsync(redis);
        await FillAsync(store, "lots/a", 10);
        redis.CopyData(File("older"));
        await FillAsync(store, "lots/a", 10);
        await redis.KillAsync();
        redis.CopyData(File("newer"));

        redis.RestoreData(File("older"));
        await redis.StartAgainAsync(Cancellation);
        var before = await DigestAsync(redis);
        var refused = await UntilAsync(store, StoreState.Refused);

        Assert.Contains("came back older", refused.Reason, StringComparison.Ordinal);
        foreach (var (_, call) in Calls())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call(store));
        Assert.Equal(before, await DigestAsync(redis));

        await redis.KillAsync();
        redis.RestoreData(File("newer"));
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(store);
        Assert.Equal(20, await store.CountEventsAsync("lots/a"));
        Assert.Equal(AppendOutcome.Committed, await store.AppendAsync(Batch("lots/a", 2, 20, 1)));
    }

    /// <summary>A host that knew less goes on with the older store. However far it comes, for one that knew more it stays the wrong one.</summary>
    [Fact]
    public async Task An_older_Redis_stays_refused_when_others_have_gone_on_with_it()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await FillAsync(store, "lots/a", 10);
        redis.CopyData(File("older"));
        await FillAsync(store, "lots/a", 10);
        await redis.KillAsync();
        redis.RestoreData(File("older"));
        await redis.StartAgainAsync(Cancellation);

        var newcomer = await OpenAsync(redis); // It remembers nothing.
        await FillAsync(newcomer, "lots/a", 100);
        // By its counter alone the older store would be the newer one: 11 + 101 commits, and 22 were seen.
        var counted = await redis.CommandAsync("HGET", $"{{coordination:{RedisKeys.BucketOf("lots/a"):D2}}}:store", "commits");
        Assert.Equal("112", counted);

        await UntilAsync(store, StoreState.Refused);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAllAsync("lots/a"));
        Assert.Contains("came back older", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_host_saw_before_it_was_restarted_is_asked_of_the_Redis_it_meets()
    {
        var redis = await StartAsync();
        var options = Options(redis) with { RememberIn = File("data/store-identity.json") };
        await using (var store = await OpenAsync(options))
            await FillAsync(store, "lots/a", 10);
        redis.CopyData(File("older"));
        await using (var store = await OpenAsync(options))
            await FillAsync(store, "lots/a", 10);
        await redis.KillAsync();

        redis.RestoreData(File("older"));
        await redis.StartAgainAsync(Cancellation);
        var older = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(options));
        await redis.StartEmptyAsync(Cancellation);
        var empty = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(options));

        Assert.Contains("came back older", older.Message, StringComparison.Ordinal);
        Assert.Contains("store-identity.json", older.Message, StringComparison.Ordinal);
        Assert.Contains("holds no event store", empty.Message, StringComparison.Ordinal);
        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
        System.IO.File.Delete(options.RememberIn);
        await FillAsync(await OpenAsync(options), "lots/a", 1); // The loss was accepted.
    }

    /// <summary>A host that is killed says no goodbye: what it knew is on the disk some seconds later all the same.</summary>
    [Fact]
    public async Task How_far_the_store_is_is_remembered_while_it_is_in_use()
    {
        var redis = await StartAsync();
        var options = Options(redis) with { RememberIn = File("store-identity.json") };
        var store = await OpenAsync(options);
        var atFirst = await System.IO.File.ReadAllTextAsync(options.RememberIn, Cancellation);
        Assert.Contains(store.Identity.ToString(), atFirst, StringComparison.Ordinal);

        await FillAsync(store, "lots/a", 7);
        while (!(await System.IO.File.ReadAllTextAsync(options.RememberIn, Cancellation)).Contains("\"commits\": 8", StringComparison.Ordinal))
            await Task.Delay(50, Cancellation);
    }

    [Fact]
    public async Task Another_store_is_refused_until_the_right_one_is_back()
    {
        var redis = await StartAsync();
        var options = Options(redis) with { RememberIn = File("store-identity.json") };
        var store = await OpenAsync(options);
        await FillAsync(store, "lots/a", 3);
        await redis.KillAsync();
        redis.CopyData(File("right"));

        await redis.StartEmptyAsync(Cancellation);
        var other = await OpenAsync(redis);
        await FillAsync(other, "lots/a", 30);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAllAsync("lots/a"));
        var refused = await UntilAsync(store, StoreState.Refused);
        var atStart = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(options));
        var pinned = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(Options(redis) with { ExpectedIdentity = store.Identity }));

        foreach (var text in new[] { refused.Reason!, atStart.Message, pinned.Message })
        {
            Assert.Contains(store.Identity.ToString(), text, StringComparison.Ordinal);
            Assert.Contains(other.Identity.ToString(), text, StringComparison.Ordinal);
        }

        await redis.KillAsync();
        redis.RestoreData(File("right"));
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(store);
        Assert.Equal(3, await store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task To_name_another_store_as_the_expected_one_goes_over_to_it()
    {
        var redis = await StartAsync();
        var options = Options(redis) with { RememberIn = File("store-identity.json") };
        await (await OpenAsync(options)).DisposeAsync();
        await redis.StartEmptyAsync(Cancellation);
        var other = await OpenAsync(redis);

        var store = await OpenAsync(options with { ExpectedIdentity = other.Identity });

        Assert.Equal(other.Identity, store.Identity);
        await store.DisposeAsync();
        Assert.Equal(other.Identity, (await OpenAsync(options)).Identity);
    }

    [Fact]
    public async Task A_restart_of_Redis_and_of_hosts_that_lost_nothing_is_no_reason_to_refuse()
    {
        var redis = await StartAsync();
        var options = Options(redis) with { RememberIn = File("store-identity.json") };
        for (var round = 1; round <= 4; round++)
        {
            var store = await OpenAsync(options);
            var other = await OpenAsync(redis);
            await FillAsync(store, "lots/a", 2);
            await FillAsync(other, "lots/b", 2);
            await redis.KillAsync();
            await redis.StartAgainAsync(Cancellation);
            await RecoverAsync(store);
            await store.DisposeAsync();
            await redis.KillAsync();
            await redis.StartAgainAsync(Cancellation);
            await RecoverAsync(other);
            await FillAsync(other, "lots/b", 1);
            await other.DisposeAsync();
        }

        Assert.Equal(8, await (await OpenAsync(options)).CountEventsAsync("lots/a"));
    }
}

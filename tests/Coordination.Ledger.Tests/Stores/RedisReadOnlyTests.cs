using Coordination.Ledger.Redis;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Looking into a store without leaving a trace.</summary>
public sealed class RedisReadOnlyTests : RedisStoreTests
{
    [Fact]
    public async Task Who_only_reads_changes_nothing_and_may_not_write()
    {
        var redis = await StartAsync(("enable-debug-command", "yes"));
        await using (var writer = await OpenAsync(redis))
        {
            await FillAsync(writer, "lots/a", 3);
            await writer.WriteSnapshotAsync("lots/a", new StreamSnapshot(2, "{}".Bytes()), Cancellation);
        }

        await redis.KillAsync();
        await redis.StartAgainAsync(Cancellation); // No host has met it yet.
        var before = await DigestAsync(redis);
        var reader = await OpenAsync(Options(redis) with { ReadOnly = true });

        Assert.Equal(3, await reader.CountEventsAsync("lots/a"));
        Assert.Equal([new StreamInfo("lots/a", 1, 3)], await reader.ListAllAsync(""));
        Assert.Equal(2, (await reader.ReadSnapshotAsync("lots/a", Cancellation))!.Version);
        Assert.Equal(1, Assert.Single(await reader.ReadEpochsAsync(["lots/a"], Cancellation)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.OpenAsync("lots/a", Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.AppendAsync(Batch("lots/a", 1, 3, 1)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ProbeAsync(Cancellation));
        Assert.Equal(before, await DigestAsync(redis));
        Assert.Equal(StoreState.Healthy, reader.Condition.State);
    }

    [Fact]
    public async Task Reading_does_not_ask_for_durability_and_creates_nothing()
    {
        var redis = await StartAsync(("appendonly", "no"));

        await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(Options(redis) with { ReadOnly = true }));

        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
    }

    /// <summary>A reader must not make a restarted Redis look as if its hosts had met it.</summary>
    [Fact]
    public async Task Who_reads_first_after_a_restart_takes_no_check_away_from_the_hosts()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await FillAsync(store, "lots/a", 10);
        redis.CopyData(File("older"));
        await FillAsync(store, "lots/a", 10);
        await redis.KillAsync();
        redis.RestoreData(File("older"));
        await redis.StartAgainAsync(Cancellation);

        var reader = await OpenAsync(Options(redis) with { ReadOnly = true });

        Assert.Equal(10, await reader.CountEventsAsync("lots/a"));
        await UntilAsync(store, StoreState.Refused);
    }

    [Fact]
    public void Settings_can_be_shown_without_the_password()
    {
        var options = new RedisEventStoreOptions { Connection = RedisUrl.Parse("redis://app:hunter2@host") };

        Assert.DoesNotContain("hunter2", options.ToString(), StringComparison.Ordinal);
    }
}

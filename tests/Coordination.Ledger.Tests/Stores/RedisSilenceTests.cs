using System.Diagnostics;
using Coordination.Ledger.Redis;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Connections that go silent, answers nobody expects, and what a probe costs.</summary>
public sealed class RedisSilenceTests : RedisStoreTests
{
    /// <summary>Six seconds are meant; the machine may be busy.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task Connections_that_went_silent_are_given_up_and_writes_and_reads_go_on_by_new_ones()
    {
        var redis = await StartAsync();
        await using var proxy = new SilentProxy(redis.Port);
        await using var store = await RedisEventStore.OpenAsync(
            new RedisEventStoreOptions { Connection = RedisUrl.Parse(proxy.Url), OpenTimeout = TimeSpan.FromSeconds(30) }, Cancellation);
        await FillAsync(store, "lots/a", 3);

        proxy.Silence();
        var began = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ProbeAsync(Cancellation).AsTask());
        await RecoverAsync(store);
        await FillAsync(store, "lots/a", 1);
        var took = Stopwatch.GetElapsedTime(began);

        TestContext.Current.TestOutputHelper?.WriteLine($"Writes worked again after {took}.");
        Assert.True(took < Soon, $"It took {took}.");
        Assert.Equal(4, await store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task An_answer_that_nobody_expects_is_told_as_a_store_that_cannot_do_its_work()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        for (var bucket = 0; bucket < 16; bucket++)
            await redis.CommandAsync("HSET", $"{{coordination:{bucket:D2}}}:store", "commits", "1000000.5");
        await redis.CommandAsync("SCRIPT", "FLUSH");

        foreach (var (_, call) in Calls())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call(store));
    }

    [Fact]
    public async Task A_probe_writes_once_on_each_node()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await redis.CommandAsync("CONFIG", "RESETSTAT");

        await store.ProbeAsync(Cancellation);

        var written = (await redis.CommandAsync("INFO", "commandstats")).Split('\n').Single(line => line.StartsWith("cmdstat_hset:", StringComparison.Ordinal));
        Assert.StartsWith("cmdstat_hset:calls=1,", written, StringComparison.Ordinal);
    }
}

using Coordination.Ledger.Redis;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>How a store comes to be, and what is none.</summary>
public sealed class RedisFoundingTests : RedisStoreTests
{
    [Fact]
    public async Task Hosts_that_start_at_once_agree_on_one_store()
    {
        var redis = await StartAsync();
        for (var round = 0; round < 5; round++)
        {
            var options = Options(redis) with { Prefix = $"round{round}" };
            var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RedisEventStore.OpenAsync(options, Cancellation)));
            Assert.Single(stores.Select(store => store.Identity).Distinct());
            for (var bucket = 0; bucket < 16; bucket++)
                Assert.Equal(stores[0].Identity.ToString(), await redis.CommandAsync("HGET", $"{{round{round}:{bucket:D2}}}:store", "identity"));
            foreach (var store in stores)
                await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_creation_that_was_interrupted_is_finished()
    {
        var redis = await StartAsync();
        var identity = (await OpenAsync(redis)).Identity;
        await redis.CommandAsync("HDEL", "{coordination:00}:store", "complete");
        for (var bucket = 5; bucket < 16; bucket++)
            await redis.CommandAsync("DEL", $"{{coordination:{bucket:D2}}}:store");

        var store = await OpenAsync(redis);

        Assert.Equal(identity, store.Identity);
        await store.ProbeAsync(Cancellation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task A_store_that_lost_a_bucket_is_refused_and_not_mended(int bucket)
    {
        var redis = await StartAsync();
        await (await OpenAsync(redis)).DisposeAsync();
        await redis.CommandAsync("DEL", $"{{coordination:{bucket:D2}}}:store");

        await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(redis));

        Assert.Equal("0", await redis.CommandAsync("EXISTS", $"{{coordination:{bucket:D2}}}:store"));
    }

    [Fact]
    public async Task Nothing_is_created_when_a_store_is_expected_or_none_may_be()
    {
        var redis = await StartAsync();

        await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(Options(redis) with { ExpectedIdentity = Guid.NewGuid() }));
        await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(Options(redis) with { MayCreate = false }));

        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        var redis = await StartAsync();
        await (await OpenAsync(redis)).DisposeAsync();
        await redis.CommandAsync("HSET", "{coordination:03}:store", "schemaVersion", "2");

        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(redis));

        Assert.Contains("newer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_prefixes_in_one_Redis_are_two_stores()
    {
        var redis = await StartAsync();
        var one = await OpenAsync(Options(redis) with { Prefix = "one" });
        var two = await OpenAsync(Options(redis) with { Prefix = "two" });

        await FillAsync(one, "lots/a", 2);

        Assert.NotEqual(one.Identity, two.Identity);
        Assert.Empty(await two.ListAllAsync(""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"identity\":\"no\"}")]
    [InlineData("{\"identity\":\"00000000-0000-0000-0000-000000000001\",\"buckets\":[]}")]
    public async Task What_was_remembered_and_cannot_be_read_is_not_forgotten(string text)
    {
        var redis = await StartAsync();
        var options = Options(redis) with { RememberIn = File("store-identity.json") };
        await System.IO.File.WriteAllTextAsync(options.RememberIn, text, Cancellation);

        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(options));

        Assert.Contains("store-identity.json", error.Message, StringComparison.Ordinal);
    }
}

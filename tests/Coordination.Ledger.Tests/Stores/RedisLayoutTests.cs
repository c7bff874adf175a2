using System.Text;
using Coordination.Ledger.Redis;
using StackExchange.Redis;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>The keys: how they are spread, what is in them, and how long streams are cut.</summary>
public sealed class RedisLayoutTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    private static readonly string[] Names =
        ["a", "lots/a", "a:head", "a:log:0", "store", "streams", "lives", "{x}", "}{", "{coordination:05}", "园/🅿️", "a b", "'\"", ":", ":log:", "%", "[a", "(a", "-", "+"];

    [Theory]
    [InlineData("coordination")]
    [InlineData("a.b-c_D")]
    public void All_keys_of_a_bucket_are_in_one_slot_of_a_cluster(string prefix)
    {
        var keys = new RedisKeys(prefix);
        var slots = new HashSet<int>();
        for (var bucket = 0; bucket < RedisKeys.Buckets; bucket++)
        {
            RedisKey[] ofBucket =
            [
                keys.Stores[bucket], keys.Lives(bucket), keys.Streams(bucket), keys.Vault(bucket),
                .. Names.SelectMany(name => new[] { keys.Head(bucket, name), keys.Snapshot(bucket, name), keys.Log(bucket, name, 0), keys.Log(bucket, name, 7), keys.VaultValue(bucket, name) }),
            ];
            Assert.Equal(ofBucket.Length, ofBucket.Distinct().Count()); // And no two things share one.
            slots.Add(Assert.Single(ofBucket.Select(key => Slot(key.ToString())).Distinct()));
        }

        Assert.Equal(RedisKeys.Buckets, slots.Count);
        foreach (var nodes in new[] { 2, 3, 4 })
            Assert.Equal(nodes, slots.Select(slot => slot * nodes / 16384).Distinct().Count()); // Every node of a usual cluster has some.
    }

    [Fact]
    public void Streams_are_spread_evenly_and_always_the_same_way()
    {
        var buckets = Enumerable.Range(0, 16_000).Select(n => RedisKeys.BucketOf($"parking-lots/lot-{n}")).CountBy(bucket => bucket).ToArray();

        Assert.Equal(16, buckets.Length);
        Assert.All(buckets, bucket => Assert.InRange(bucket.Value, 800, 1200));
        // Part of the format: a change would lose every stream.
        Assert.Equal([0, 7, 5], new[] { "a", "parking-lots/liuliqiao", "communities/六里桥" }.Select(RedisKeys.BucketOf));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a{b")]
    [InlineData("a b")]
    [InlineData("a:b")]
    public void A_prefix_that_would_break_the_keys_is_refused(string prefix) =>
        Assert.Throws<ArgumentException>(() => new RedisKeys(prefix));

    [Fact]
    public async Task Anyone_can_read_the_store()
    {
        await using var store = await OpenAsync("readable");
        await store.OpenAsync("lots/园", Cancellation);
        await store.AppendAsync(Batch("lots/园", 1, 0, 2, "first"));
        await store.AppendAsync(Batch("lots/园", 1, 2, 1, "second"));
        await store.WriteSnapshotAsync("lots/园", new StreamSnapshot(2, "{}".Bytes()), Cancellation);
        var keys = new RedisKeys("readable");
        var bucket = RedisKeys.BucketOf("lots/园");

        Task<string> Ask(params string[] words) => redis.Process.CommandAsync(["--raw", .. words]);
        Assert.Equal("lots/园", await Ask("ZRANGE", keys.Streams(bucket)!, "0", "-1"));
        Assert.Equal("epoch\n1\nversion\n3", await Ask("HGETALL", keys.Head(bucket, "lots/园")!));
        Assert.Equal($"1 2 {Payload(0, 2, "first").Text()}\n3 1 {Payload(2, 1, "second").Text()}", await Ask("LRANGE", keys.Log(bucket, "lots/园", 0)!, "0", "-1"));
        Assert.Equal("version\n2\npayload\n{}", await Ask("HGETALL", keys.Snapshot(bucket, "lots/园")!));
        Assert.Equal("4", await Ask("HGET", keys.Stores[bucket]!, "commits"));
        Assert.Equal(store.Identity.ToString(), await Ask("HGET", keys.Stores[bucket]!, "identity"));
    }

    [Fact]
    public async Task Batches_that_end_on_begin_on_and_span_the_limits_of_chunks_are_found_from_every_version()
    {
        int[] sizes = [1000, 23, 1, 1024, 1, 1023, 5000, 1, 1, 40_000, 3, 1024, 1024, 1025, 1023, 2047, 1];
        await using var store = await OpenAsync("chunks");
        await store.OpenAsync("lots/a", Cancellation);
        long version = 0;
        foreach (var size in sizes)
        {
            Assert.Equal(AppendOutcome.Committed, await store.AppendAsync(new Append("lots/a", 1, version, size, $"[{size}]".Bytes())));
            version += size;
        }

        var all = await store.ReadAllAsync("lots/a");
        Assert.Equal(sizes, all.Select(batch => batch.Count));
        var limits = all.SelectMany(batch => new[] { batch.FirstVersion - 2, batch.FirstVersion - 1, batch.FirstVersion, batch.FirstVersion + 1024 })
            .Concat(Enumerable.Range(0, (int)version / 1024 + 2).SelectMany(chunk => new[] { chunk * 1024L - 1, chunk * 1024L, chunk * 1024L + 1 }));
        foreach (var after in limits)
        {
            var expected = all.Where(batch => batch.FirstVersion + batch.Count - 1 > after).Select(batch => batch.FirstVersion);
            Assert.Equal(expected, (await store.ReadAllAsync("lots/a", after)).Select(batch => batch.FirstVersion));
        }
    }

    [Fact]
    public async Task No_log_key_has_more_than_a_thousand_and_some_entries()
    {
        await using var store = await OpenAsync("bounded");
        await store.OpenAsync("lots/a", Cancellation);
        for (var version = 0; version < 2500; version++)
            await store.AppendAsync(Batch("lots/a", 1, version, 1));
        var keys = new RedisKeys("bounded");
        var bucket = RedisKeys.BucketOf("lots/a");

        Assert.Equal(
            ["1024", "1024", "452", "0"],
            await Task.WhenAll(Enumerable.Range(0, 4).Select(chunk => redis.Process.CommandAsync("--raw", "LLEN", keys.Log(bucket, "lots/a", chunk)!))));
    }

    [Fact]
    public async Task The_largest_payloads_are_kept_and_larger_ones_refused()
    {
        await using var store = await OpenAsync("large");
        await store.OpenAsync("lots/a", Cancellation);
        await store.AppendAsync(Batch("lots/a", 1, 0, 1));
        var payload = new byte[StoreArguments.MaxPayloadBytes];
        payload.AsSpan().Fill((byte)'x');

        Assert.Equal(AppendOutcome.Committed, await store.AppendAsync(new Append("lots/a", 1, 1, 1, payload)));
        await store.WriteSnapshotAsync("lots/a", new StreamSnapshot(2, payload), Cancellation);
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(new Append("lots/a", 1, 2, 1, new byte[payload.Length + 1])));

        Assert.Equal([1, 1], (await store.ReadAllAsync("lots/a")).Select(batch => batch.Count));
        Assert.True((await store.ReadAllAsync("lots/a", 1))[0].Payload.Span.SequenceEqual(payload));
        Assert.True((await store.ReadSnapshotAsync("lots/a", Cancellation))!.Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public async Task A_log_with_a_hole_is_told_and_never_read_as_a_shorter_stream()
    {
        await using var store = await OpenAsync("hole");
        await store.OpenAsync("lots/a", Cancellation);
        for (var version = 0; version < 3 * 1024; version += 512)
            await store.AppendAsync(new Append("lots/a", 1, version, 512, "[]".Bytes()));
        await redis.Process.CommandAsync("DEL", new RedisKeys("hole").Log(RedisKeys.BucketOf("lots/a"), "lots/a", 1)!);

        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAllAsync("lots/a"));
        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAllAsync("lots/a", 1500));
        Assert.Equal(2, (await store.ReadAllAsync("lots/a", 2048)).Count);
    }

    /// <summary>Another writer's names, sorted by code points where UTF-16 would sort them otherwise.</summary>
    [Fact]
    public async Task Names_are_listed_in_the_order_of_their_code_points_whatever_bucket_they_are_in()
    {
        await using var store = await OpenAsync("order");
        var names = Enumerable.Range(0, 700).Select(n => $"x/{n % 7}{(n % 3 == 0 ? "\uFF21" : "\U0001F17F")}{n}").ToArray();
        await Task.WhenAll(names.Select(name => store.OpenAsync(name, Cancellation).AsTask()));

        var expected = names.Select(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name))).Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await store.ListAllAsync("x/")).Select(stream => Convert.ToHexString(Encoding.UTF8.GetBytes(stream.Name))));
    }

    private Task<RedisEventStore> OpenAsync(string prefix) =>
        RedisEventStore.OpenAsync(
            new RedisEventStoreOptions { Connection = RedisUrl.Parse(redis.Process.Url), Prefix = prefix, CommandTimeout = TimeSpan.FromSeconds(20) }, Cancellation);

    /// <summary>The slot, as the specification of Redis Cluster says: CRC-16/XMODEM of what is in the first braces, modulo 16384.</summary>
    private static int Slot(string key)
    {
        var open = key.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : key.IndexOf('}', open);
        var tag = close > open + 1 ? key[(open + 1)..close] : key;
        var crc = 0;
        foreach (var b in Encoding.UTF8.GetBytes(tag))
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }

        return (crc & 0xFFFF) % 16384;
    }
}

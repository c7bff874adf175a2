using Coordination.Ledger.Redis;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>A Redis that may lose what it confirmed is refused, and told what to change.</summary>
public sealed class RedisSettingsTests : RedisStoreTests
{
    [Theory]
    [InlineData("appendonly", "no", "`appendonly yes`")]
    [InlineData("appendfsync", "everysec", "`appendfsync always`")]
    [InlineData("appendfsync", "no", "`appendfsync always`")]
    [InlineData("no-appendfsync-on-rewrite", "yes", "`no-appendfsync-on-rewrite no`")]
    [InlineData("maxmemory-policy", "allkeys-lru", "`maxmemory-policy noeviction`")]
    public async Task A_Redis_that_may_lose_events_is_refused_with_the_line_to_change(string name, string value, string line)
    {
        var redis = await StartAsync((name, value), ("enable-debug-command", "yes"));

        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(redis));

        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{redis.Port}", error.Message, StringComparison.Ordinal);
        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
    }

    [Theory]
    [InlineData("appendonly", "no", false)]
    [InlineData("appendfsync", "no", false)]
    [InlineData("maxmemory-policy", "allkeys-lru", false)]
    [InlineData("appendfsync", "everysec", true)]
    [InlineData("no-appendfsync-on-rewrite", "yes", true)]
    public async Task Relaxed_durability_accepts_a_second_of_loss_and_no_more(string name, string value, bool isAccepted)
    {
        var redis = await StartAsync((name, value));
        var options = Options(redis) with { Durability = RedisDurability.Relaxed };

        if (isAccepted)
            await FillAsync(await OpenAsync(options), "lots/a", 1);
        else
            await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(options));
    }

    [Fact]
    public async Task A_replica_is_refused()
    {
        var master = await StartAsync();
        var replica = await StartAsync(("replicaof", $"127.0.0.1 {master.Port}"));

        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(replica));

        Assert.Contains("replica", error.Message, StringComparison.Ordinal);
        Assert.Equal("0", await master.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task A_master_that_is_made_a_replica_is_refused_until_it_is_a_master_again()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await FillAsync(store, "lots/a", 3);

        await redis.CommandAsync("REPLICAOF", "127.0.0.1", "1"); // Nobody is there, so that it keeps what it has.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => FillAsync(store, "lots/a", 1));
        var refused = await UntilAsync(store, StoreState.Refused);

        Assert.Contains("replica", refused.Reason, StringComparison.Ordinal);
        await redis.CommandAsync("REPLICAOF", "NO", "ONE");
        await RecoverAsync(store);
        Assert.Equal(3, await store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task A_Redis_that_does_not_say_how_it_syncs_is_refused_unless_relaxed()
    {
        var redis = await StartAsync(("user", "app on >secret ~* &* +@all -config"));
        var options = Options(redis) with { Connection = RedisUrl.Parse($"redis://app:secret@127.0.0.1:{redis.Port}") };

        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(options));

        Assert.Contains("+config|get", error.Message, StringComparison.Ordinal);
        await FillAsync(await OpenAsync(options with { Durability = RedisDurability.Relaxed }), "lots/a", 1);
    }

    [Fact]
    public async Task The_rights_that_are_documented_are_enough()
    {
        var redis = await StartAsync(("user", "app on >secret ~{coordination:* &* -@all +@read +@write +@scripting +@connection +info +config|get -@dangerous +info +config|get +bgrewriteaof"));
        var options = Options(redis) with { Connection = RedisUrl.Parse($"redis://127.0.0.1:{redis.Port}") };
        options.Connection.User = "app";
        options.Connection.Password = "secret";

        var store = await OpenAsync(options);

        await FillAsync(store, "lots/a", 3);
        Assert.Equal(3, await store.CountEventsAsync("lots/a"));
        Assert.Single(await store.ListAllAsync(""));
        await store.ProbeAsync(Cancellation);
        await redis.KillAsync();
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(store);
        Assert.Null(store.Condition.Reason);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_shown()
    {
        var redis = await StartAsync(("requirepass", "the-right-one"));
        var options = Options(redis) with { Connection = RedisUrl.Parse($"redis://:the-wrong-one@127.0.0.1:{redis.Port}"), OpenTimeout = TimeSpan.FromHours(1) };

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(options));

        Assert.True(error.Message.Contains("password", StringComparison.Ordinal), error.ToString());
        Assert.DoesNotContain("the-wrong-one", error.ToString(), StringComparison.Ordinal);
        await OpenAsync(options with { Connection = RedisUrl.Parse($"redis://:the-wrong-one@127.0.0.1:{redis.Port}", "the-right-one") });
    }

    [Fact]
    public async Task A_setting_that_is_changed_while_it_runs_is_noticed()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);

        await redis.CommandAsync("CONFIG", "SET", "appendfsync", "everysec");
        var refused = await UntilAsync(store, StoreState.Refused);

        Assert.Contains("`appendfsync always`", refused.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => FillAsync(store, "lots/a", 1));
        await redis.CommandAsync("CONFIG", "SET", "appendfsync", "always");
        await RecoverAsync(store);
        await FillAsync(store, "lots/a", 1);
    }

    [Fact]
    public async Task A_Redis_that_is_full_says_so_and_keeps_what_it_has()
    {
        var redis = await StartAsync(("maxmemory", "3mb"));
        var store = await OpenAsync(redis);
        await store.OpenAsync("lots/a", Cancellation);
        var note = new string('x', 50_000);
        var version = 0;
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            while (version < 1000)
            {
                await store.AppendAsync(Batch("lots/a", 1, version, 1, note));
                version++;
            }
        });

        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
        Assert.Equal(version, await store.CountEventsAsync("lots/a"));
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "2mb"); // What was refused was large: something small might just fit.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ProbeAsync(Cancellation).AsTask());
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        Assert.Equal(AppendOutcome.Committed, await store.AppendAsync(Batch("lots/a", 1, version, 1)));
    }
}

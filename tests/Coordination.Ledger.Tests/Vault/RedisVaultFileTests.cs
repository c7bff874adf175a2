using System.Text;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Tests.Stores;
using Coordination.Ledger.Vault;
using Coordination.Testing;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Vault;

/// <summary>The vault in a Redis of its own: kills, loss, and what stays in the append-only file.</summary>
public sealed class RedisVaultFileTests : RedisStoreTests
{
    private const string Secret = "a-secret-that-must-not-be-found-anywhere-afterwards";

    [Fact]
    public async Task What_a_killed_Redis_had_acknowledged_is_there_and_what_it_had_removed_is_not()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await using var vault = new RedisVaultStore(store);
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => PutAsync(vault, $"{round}/{n}", $"{n}")));
            await Task.WhenAll(Enumerable.Range(0, 50).Select(n => vault.RemoveAsync($"{round}/{n}", Cancellation).AsTask()));

            await redis.KillAsync();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync(vault, $"{round}/late", "x"));
            await redis.StartAgainAsync(Cancellation);
            await RecoverAsync(store);

            for (var n = 0; n < 100; n++)
                Assert.Equal(n < 50 ? null : $"{n}", (await vault.FindAsync($"{round}/{n}", Cancellation))?.Value.Text());
        }
    }

    [Fact]
    public async Task A_removed_value_goes_from_the_append_only_file_by_itself()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await using var vault = new RedisVaultStore(store);
        await PutAsync(vault, "persons/a/key", Secret);
        await PutAsync(vault, "persons/b/key", "stays");
        Assert.NotEqual(0, Occurrences(redis));

        Assert.True(await vault.RemoveAsync("persons/a/key", Cancellation));

        while (Occurrences(redis) > 0)
            await Task.Delay(20, Cancellation);
        Assert.NotNull(await vault.FindAsync("persons/b/key", Cancellation));
    }

    /// <summary>The twin: what Redis leaves by itself.</summary>
    [Fact]
    public async Task Without_a_rewrite_a_removed_value_would_stay_in_the_append_only_file()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await using var vault = new RedisVaultStore(store);
        await PutAsync(vault, "persons/a/key", Secret);

        Assert.True(await store.RemoveFromVaultAsync("persons/a/key", Cancellation));

        Assert.NotEqual(0, Occurrences(redis));
    }

    [Fact]
    public async Task A_Redis_that_came_back_with_a_destroyed_value_is_refused()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await using var vault = new RedisVaultStore(store);
        await PutAsync(vault, "persons/a/key", Secret);
        redis.CopyData(File("older"));
        await vault.RemoveAsync("persons/a/key", Cancellation);

        await redis.KillAsync();
        redis.RestoreData(File("older"));
        await redis.StartAgainAsync(Cancellation);
        await UntilAsync(store, StoreState.Refused);

        await RefusedAsync(vault);
    }

    /// <summary>The twin: without the check the destroyed value would be back, and nobody would know.</summary>
    [Fact]
    public async Task Without_the_check_a_destroyed_value_would_come_back()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(Options(redis) with { TrustsAnyStore = true });
        await using var vault = new RedisVaultStore(store);
        await PutAsync(vault, "persons/a/key", Secret);
        redis.CopyData(File("older"));
        await vault.RemoveAsync("persons/a/key", Cancellation);

        await redis.KillAsync();
        redis.RestoreData(File("older"));
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(store);

        Assert.Equal(Secret, (await vault.FindAsync("persons/a/key", Cancellation))!.Value.Text());
    }

    [Fact]
    public async Task A_Redis_that_came_back_empty_is_refused()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await using var vault = new RedisVaultStore(store);
        await PutAsync(vault, "persons/a/key", Secret);

        await redis.CommandAsync("FLUSHALL");

        await RefusedAsync(vault);
        Assert.Equal("0", await redis.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task Events_and_values_of_one_name_do_not_touch_each_other()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        await using var vault = new RedisVaultStore(store);
        await FillAsync(store, "lots/a", 3);
        await PutAsync(vault, "lots/a", "value");

        await vault.RemoveAsync("lots/a", Cancellation);
        Assert.Equal(3, await store.CountEventsAsync("lots/a"));
        await PutAsync(vault, "lots/b", "value");
        Assert.Equal("lots/a", Assert.Single(await store.ListAllAsync("")).Name);
    }

    private static async Task RefusedAsync(RedisVaultStore vault)
    {
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.FindAsync("persons/a/key", Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync(vault, "persons/b/key", "x"));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.RemoveAsync("persons/a/key", Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.ListAsync("", Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync());
    }

    private static async Task PutAsync(RedisVaultStore vault, string name, string text) =>
        Assert.NotNull(await vault.TryPutAsync(name, text.Bytes(), 0, Cancellation));

    /// <summary>How many of Redis' files hold the secret.</summary>
    private static int Occurrences(RedisProcess redis)
    {
        var secret = Encoding.UTF8.GetBytes(Secret);
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(redis.DataFolder, "*", SearchOption.AllDirectories))
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var bytes = new byte[file.Length];
                var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                count += bytes.AsSpan(0, read).IndexOf(secret) >= 0 ? 1 : 0;
            }
            catch (FileNotFoundException)
            {
                // Redis has just put another in its place.
            }
        }

        return count;
    }
}

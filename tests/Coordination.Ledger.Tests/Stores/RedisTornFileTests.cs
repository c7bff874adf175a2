using System.Text;
using Coordination.Ledger.Redis;
using Coordination.Testing;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>
/// A Redis that was killed in the middle of writing an append leaves a transaction without its end in its file, and goes on behind it.
/// </summary>
public sealed class RedisTornFileTests : RedisStoreTests
{
    /// <summary>Commands of the last transaction that are whole: its MULTI and those of the script before the one that is cut.</summary>
    public static TheoryData<int> Cuts => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task An_append_that_was_cut_off_never_comes_back(int whole)
    {
        var redis = await StartAsync();
        await TearAsync(redis, whole);

        var store = await OpenAsync(redis);
        await FillAsync(store, "lots/a", 2);
        await redis.KillAsync();
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(store);

        Assert.Equal(4, await store.CountEventsAsync("lots/a"));
        Assert.Equal(["first", "first", "", ""], (await store.ReadAllAsync("lots/a")).Select(Note));
        Assert.Equal(4, (await store.FindAsync("lots/a", Cancellation))!.Value.Version);
        Assert.Null(store.Condition.Reason);
    }

    /// <summary>The twin: written on behind it, it comes back one restart later in front of what took its place.</summary>
    [Fact]
    public async Task Without_a_new_file_an_append_that_was_cut_off_comes_back_and_tears_the_stream()
    {
        var redis = await StartAsync();
        await TearAsync(redis, whole: 2);

        var store = await OpenAsync(Options(redis) with { LeavesFile = true });
        await FillAsync(store, "lots/a", 2);
        Assert.Equal(4, await store.CountEventsAsync("lots/a")); // All looks right.
        await redis.KillAsync();
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(store);

        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAllAsync("lots/a"));
    }

    [Fact]
    public async Task The_hosts_that_outlived_it_have_the_file_written_anew_too()
    {
        var redis = await StartAsync();
        var (one, other) = (await OpenAsync(redis), await OpenAsync(redis));
        await FillAsync(one, "lots/b", 1);
        await TearAsync(redis, whole: 2);

        await Task.WhenAll(RecoverAsync(one), RecoverAsync(other));
        await FillAsync(one, "lots/a", 1);
        await FillAsync(other, "lots/b", 1);
        await redis.KillAsync();
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(one);

        Assert.Equal(3, await one.CountEventsAsync("lots/a"));
        Assert.Equal(2, await one.CountEventsAsync("lots/b"));
    }

    [Fact]
    public async Task A_Redis_that_writes_no_new_file_is_used_with_a_warning_that_says_what_to_do()
    {
        var redis = await StartAsync(("user", "app on >secret ~* &* +@all -bgrewriteaof"));
        var options = Options(redis) with { Connection = RedisUrl.Parse($"redis://app:secret@127.0.0.1:{redis.Port}"), RenewAgainAfter = TimeSpan.Zero };
        var store = await OpenAsync(options);
        Assert.Null(store.Condition.Reason);

        await redis.KillAsync();
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(store);

        Assert.Contains("`+bgrewriteaof`", store.Condition.Reason, StringComparison.Ordinal);
        Assert.Equal(StoreState.Healthy, store.Condition.State);
        await FillAsync(store, "lots/a", 1);

        // It is asked again: what was in the way may be gone.
        await redis.CommandAsync("ACL", "SETUSER", "app", "+bgrewriteaof");
        await redis.CommandAsync("CLIENT", "KILL", "TYPE", "normal");
        while (store.Condition is not { State: StoreState.Healthy, Reason: null })
            await Task.Delay(50, Cancellation);
        await FillAsync(store, "lots/a", 1);
    }

    /// <summary>Two appends by a host that is gone, and a third one of which only the beginning is in the file.</summary>
    private static async Task TearAsync(RedisProcess redis, int whole)
    {
        await using (var store = await RedisEventStore.OpenAsync(Options(redis), Cancellation))
        {
            var opened = await store.OpenAsync("lots/a", Cancellation);
            for (var i = 0; i < 3; i++)
                await store.AppendAsync(Batch("lots/a", opened.Epoch, i, 1, i < 2 ? "first" : "cut"));
            await redis.KillAsync();
        }

        Cut(Assert.Single(Directory.GetFiles(Path.Combine(redis.DataFolder, "appendonlydir"), "*.incr.aof")), whole);
        await redis.StartAgainAsync(Cancellation);
    }

    /// <summary>Leaves the beginning of the last append's transaction: some whole commands and some bytes of the next.</summary>
    private static void Cut(string file, int whole)
    {
        var text = System.IO.File.ReadAllText(file, Encoding.Latin1);
        var end = text.LastIndexOf("*1\r\n$5\r\nMULTI\r\n", text.LastIndexOf("RPUSH", StringComparison.Ordinal), StringComparison.Ordinal);
        for (var commands = 0; commands < whole; commands++)
            end = text.IndexOf("\r\n*", end + 1, StringComparison.Ordinal) + 2;
        using var stream = System.IO.File.OpenWrite(file);
        stream.SetLength(end + 6);
    }

    private static string Note(EventBatch batch)
    {
        using var document = System.Text.Json.JsonDocument.Parse(batch.Payload);
        return document.RootElement[0].GetProperty("event").GetProperty("note").GetString()!;
    }
}

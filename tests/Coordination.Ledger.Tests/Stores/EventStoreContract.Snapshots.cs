using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Snapshots, lists, names, large payloads and the end of a store.</summary>
public abstract partial class EventStoreContract
{
    [Fact]
    public async Task The_newest_snapshot_is_kept()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.AppendAsync(Batch("lots/a", 1, 0, 10));

        await SnapshotAsync("lots/a", 4, "four");
        Assert.Equal((4, "four"), await SnapshotOfAsync("lots/a"));
        await SnapshotAsync("lots/a", 9, "nine");
        Assert.Equal((9, "nine"), await SnapshotOfAsync("lots/a"));
        await SnapshotAsync("lots/a", 5, "five");
        Assert.Equal((9, "nine"), await SnapshotOfAsync("lots/a"));
    }

    [Fact]
    public async Task A_snapshot_of_the_same_version_takes_the_place_of_the_one_before()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.AppendAsync(Batch("lots/a", 1, 0, 1));

        await SnapshotAsync("lots/a", 1, "old shape");
        await SnapshotAsync("lots/a", 1, "new shape");

        Assert.Equal((1, "new shape"), await SnapshotOfAsync("lots/a"));
    }

    [Fact]
    public async Task A_snapshot_ahead_of_its_stream_is_not_kept()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.AppendAsync(Batch("lots/a", 1, 0, 3));
        await SnapshotAsync("lots/a", 2, "two");

        await SnapshotAsync("lots/a", 4, "from a future that did not happen");
        await SnapshotAsync("lots/unknown", 0, "of nothing");

        Assert.Equal((2, "two"), await SnapshotOfAsync("lots/a"));
        Assert.Null(await SnapshotOfAsync("lots/unknown"));
        Assert.Single(await Store.ListAllAsync(""));
        await SnapshotAsync("lots/a", 3, "three");
        Assert.Equal((3, "three"), await SnapshotOfAsync("lots/a"));
    }

    [Fact]
    public async Task Streams_are_listed_by_prefix_in_the_order_of_their_names()
    {
        string[] names = ["a", "a-b", "a/b", "a/b/c", "a0", "a_b", "a%b", "A/b", "ab", "b", "a/京铁家园", "a/民主村", "a/é", "a'b", "a\"b", "1"];
        foreach (var name in names)
            await Store.OpenAsync(name, Cancellation);

        foreach (var prefix in names.Concat(["", "a/", "a_", "a%", "a/京", "z", "a/b/", "1"]))
        {
            var expected = names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            Assert.Equal(expected, (await Store.ListAllAsync(prefix)).Select(stream => stream.Name));
        }
    }

    [Fact]
    public async Task Long_lists_are_whole_and_in_order()
    {
        var names = Enumerable.Range(0, 1000).Select(n => $"lots/{n:D4}").ToArray();
        await Task.WhenAll(names.Append("los").Append("lots").Append("lotsa").Select(name => Store.OpenAsync(name, Cancellation).AsTask()));

        Assert.Equal(names, (await Store.ListAllAsync("lots/")).Select(stream => stream.Name));
    }

    [Fact]
    public async Task Names_have_1_to_200_characters_of_well_formed_text()
    {
        var longest = new string('园', 200);
        await Store.OpenAsync(longest, Cancellation);
        Assert.Equal(longest, Assert.Single(await Store.ListAllAsync("园")).Name);

        foreach (var name in new[] { "", longest + "x", "half\uD83C", "new\nline", "nul\0" })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.OpenAsync(name, Cancellation));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.AppendAsync(Batch(name, 1, 0, 1)));
        }
    }

    [Fact]
    public async Task Large_and_foreign_payloads_come_back_unchanged()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        var note = string.Concat(Enumerable.Repeat("六里桥街道 🅿️ naïve \\u0000 ", 40_000));
        for (var version = 0; version < 4; version++)
            Assert.Equal(AppendOutcome.Committed, await Store.AppendAsync(Batch("lots/a", 1, version, 1, note)));
        await SnapshotAsync("lots/a", 4, note);

        await ReopenAsync();

        var read = await Store.ReadAllAsync("lots/a");
        Assert.All(read, batch => Assert.True(batch.Payload.Length > 1_000_000));
        Assert.Equal(Enumerable.Range(0, 4).Select(v => Payload(v, 1, note).Text()), read.Select(batch => batch.Payload.Text()));
        Assert.Equal((4, note), await SnapshotOfAsync("lots/a"));
    }

    [Fact]
    public async Task A_payload_in_the_middle_of_a_buffer_is_written_alone()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        var payload = Payload(0, 1);
        var buffer = new byte[payload.Length + 20];
        buffer.AsSpan().Fill((byte)'x');
        payload.CopyTo(buffer.AsMemory(10));

        await Store.AppendAsync(new Append("lots/a", 1, 0, 1, buffer.AsMemory(10, payload.Length)));

        Assert.Equal(payload.Text(), Assert.Single(await Store.ReadAllAsync("lots/a")).Payload.Text());
    }

    [Fact]
    public async Task A_probe_succeeds_and_changes_no_stream()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.ProbeAsync(Cancellation);
        await Store.ProbeAsync(Cancellation);

        Assert.Equal([new StreamInfo("lots/a", 1, 0)], await Store.ListAllAsync(""));
    }

    [Fact]
    public async Task A_disposed_store_says_so()
    {
        await Store.OpenAsync("lots/a", Cancellation);
        await Store.DisposeAsync();
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.OpenAsync("lots/a", Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.AppendAsync(Batch("lots/a", 1, 0, 1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.ReadAllAsync("lots/a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.ProbeAsync(Cancellation));
    }

    private ValueTask SnapshotAsync(string stream, long version, string text) =>
        Store.WriteSnapshotAsync(stream, new StreamSnapshot(version, text.Bytes()), Cancellation);

    private async Task<(long Version, string Text)?> SnapshotOfAsync(string stream) =>
        await Store.ReadSnapshotAsync(stream, Cancellation) is { } snapshot ? (snapshot.Version, snapshot.Payload.Text()) : null;
}

using System.Diagnostics;
using System.Globalization;
using Coordination.Ledger.Sqlite;
using Microsoft.Data.Sqlite;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>A disk that is really full: a file system of 4 MB in memory. Needs the right to mount.</summary>
public sealed class SqliteFullDiskTests : IAsyncLifetime
{
    private static readonly string[] Streams = ["lots/a", "lots/b", "lots/c", "lots/d", "lots/e"];

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _elsewhere = new();
    private bool _mounted;

    private string Disk => _folder.File("disk");

    private string Path => System.IO.Path.Combine(Disk, "events.db");

    private string Filler => System.IO.Path.Combine(Disk, "filler");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Disk);
        _mounted = OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", Disk);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
            await RunAsync("umount", Disk);
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(3_000)]
    [InlineData(60_000)]
    public async Task A_full_disk_loses_nothing_halves_nothing_and_passes(int size)
    {
        SkipWithoutMount();
        await File.WriteAllBytesAsync(Filler, new byte[2 << 20], Cancellation);
        var note = new string('x', size);
        long acknowledged = 0;
        await using (var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path }, Cancellation))
        {
            foreach (var stream in Streams)
                await store.OpenAsync(stream, Cancellation);

            acknowledged = await AppendUntilRefusedAsync(store, acknowledged, note);
            await CheckAsync(store, acknowledged);
            await CheckCopyAsync(acknowledged);

            // Still full: refused again and again, and nothing comes of it.
            for (var i = 0; i < 5; i++)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(
                    async () => await store.AppendAsync(Commit(acknowledged, new string('y', 2 << 20)), Cancellation));
                await CheckAsync(store, acknowledged);
            }

            // Space: the same store goes on, at the same epoch.
            File.Delete(Filler);
            for (var i = 0; i < 5; i++)
            {
                Assert.All(
                    await store.AppendAsync(Commit(acknowledged, note), Cancellation),
                    outcome => Assert.Equal(AppendOutcome.Committed, outcome));
                acknowledged++;
            }

            await CheckAsync(store, acknowledged);
            await CheckCopyAsync(acknowledged);

            acknowledged = await AppendUntilRefusedAsync(store, acknowledged, note);
            await CheckAsync(store, acknowledged);
        }

        // It was closed on a full disk, and opens on another.
        await CheckCopyAsync(acknowledged);
    }

    /// <summary>The twin: rows that are committed one by one stay behind in part.</summary>
    [Fact]
    public async Task Without_one_transaction_a_full_disk_leaves_a_part()
    {
        SkipWithoutMount();
        await (await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path }, Cancellation)).DisposeAsync();
        using var connection = SqliteSchema.Connect(Path, SqliteOpenMode.ReadWrite);
        var counts = new long[Streams.Length];
        try
        {
            while (true)
            {
                for (var i = 0; i < counts.Length; i++)
                {
                    var bytes = i < counts.Length - 1 ? 100 : 200_000; // What fills the disk is the last one.
                    SqliteSchema.Execute(
                        connection,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"INSERT INTO batches VALUES (NULL, {i}, {counts[i] + 1}, 1, hex(zeroblob({bytes})))"));
                    counts[i]++;
                }
            }
        }
        catch (SqliteException)
        {
        }

        Assert.Equal(counts[^1] + 1, counts[0]);
    }

    private static Append[] Commit(long version, string note) =>
        [.. Streams.Select(stream => Batch(stream, 1, version, 1, note))];

    private static async Task<long> AppendUntilRefusedAsync(SqliteEventStore store, long version, string note)
    {
        while (true)
        {
            try
            {
                Assert.All(
                    await store.AppendAsync(Commit(version, note), Cancellation),
                    outcome => Assert.Equal(AppendOutcome.Committed, outcome));
                version++;
            }
            catch (StoreUnavailableException error)
            {
                Assert.Contains("full", error.Message, StringComparison.Ordinal);
                return version;
            }
        }
    }

    /// <summary>Every acknowledged event is there once, and of the refused commit nothing.</summary>
    private static async Task CheckAsync(SqliteEventStore store, long acknowledged)
    {
        foreach (var stream in Streams)
            Assert.Equal(acknowledged, await store.CountEventsAsync(stream));
        Assert.All(await store.ListAllAsync(""), stream => Assert.Equal(acknowledged, stream.Version));
    }

    /// <summary>What a start after a crash at this moment would find.</summary>
    private async Task CheckCopyAsync(long acknowledged)
    {
        var copy = _elsewhere.File("events.db");
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(copy + suffix);
            if (suffix != "-shm" && File.Exists(Path + suffix))
                File.Copy(Path + suffix, copy + suffix);
        }

        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = copy }, Cancellation);
        await CheckAsync(store, acknowledged);
        using var connection = SqliteSchema.Connect(copy, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
    }

    private void SkipWithoutMount() => Assert.SkipUnless(_mounted, "Mounting a small tmpfs is not permitted here (needs Linux and root).");

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}

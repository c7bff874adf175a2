using Coordination.Ledger.Sqlite;
using Microsoft.Data.Sqlite;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>The file itself: what it is set to, what others can read in it, and files that are none.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("events.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commits_are_logged_and_synced()
    {
        using var writer = new SqliteWriter(Path, TimeProvider.System, expected: null);

        Assert.Equal("wal", Query(writer.Connection, "PRAGMA journal_mode"));
        Assert.Equal("2", Query(writer.Connection, "PRAGMA synchronous"));
        using var plain = SqliteSchema.Connect(_folder.File("plain.db"), SqliteOpenMode.ReadWriteCreate);
        Assert.Equal("delete", Query(plain, "PRAGMA journal_mode")); // What it would be otherwise.
    }

    [Fact]
    public async Task Anyone_can_read_single_events()
    {
        await using var store = await OpenAsync();
        await store.OpenAsync("lots/a", Cancellation);
        await store.OpenAsync("lots/b", Cancellation);
        await store.AppendAsync(Batch("lots/a", 1, 0, 2, "园"));
        await store.AppendAsync([Batch("lots/a", 1, 2, 1, "two"), Batch("lots/b", 1, 0, 1)], Cancellation);

        using var connection = SqliteSchema.Connect(Path, SqliteOpenMode.ReadOnly);
        Assert.Equal(
            """
            lots/a|1|2026-05-01T08:00:00+08:00|noted|c1|{"type":"noted","note":"园"}
            lots/a|2|2026-05-01T08:00:00+08:00|noted|c2|{"type":"noted","note":"园"}
            lots/a|3|2026-05-01T08:00:00+08:00|noted|c3|{"type":"noted","note":"two"}
            lots/b|1|2026-05-01T08:00:00+08:00|noted|c1|{"type":"noted","note":""}
            """,
            Query(connection, "SELECT stream, version, recorded_at, type, command_id, event FROM events ORDER BY stream, version"));
        Assert.Equal("text", Query(connection, "SELECT DISTINCT typeof(payload) FROM batches"));
    }

    [Fact]
    public async Task One_stream_is_found_by_an_index()
    {
        await using var store = await OpenAsync();

        using var connection = SqliteSchema.Connect(Path, SqliteOpenMode.ReadOnly);
        var plan = Query(connection, "EXPLAIN QUERY PLAN SELECT * FROM events WHERE stream = 'lots/a' AND version > 5");
        Assert.DoesNotContain("SCAN s", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN b", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_created_and_the_identity_stays()
    {
        var options = new SqliteEventStoreOptions { Path = _folder.File("not/there/yet.db") };
        Guid identity;
        await using (var store = await SqliteEventStore.OpenAsync(options, Cancellation))
            identity = store.Identity;

        await using var again = await SqliteEventStore.OpenAsync(options, Cancellation);
        Assert.Equal(identity, again.Identity);
        Assert.NotEqual(Guid.Empty, identity);
        Assert.Equal(options.Path, again.Path);
    }

    [Fact]
    public async Task A_closed_store_is_one_file_without_a_log()
    {
        await using (var store = await OpenAsync())
            await store.OpenAsync("lots/a", Cancellation);

        Assert.Equal(["events.db", "events.db.lock"], Directory.GetFiles(_folder.Path).Select(System.IO.Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var text = string.Concat(Enumerable.Repeat("these are my notes\n", 500));
        await File.WriteAllTextAsync(Path, text, Cancellation);

        var error = await Assert.ThrowsAsync<StoreFormatException>(OpenAsync);

        Assert.Contains("not a SQLite database", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path, Cancellation));
    }

    [Fact]
    public async Task The_database_of_another_program_is_refused_and_left_as_it_is()
    {
        using (var other = SqliteSchema.Connect(Path, SqliteOpenMode.ReadWriteCreate))
            SqliteSchema.Execute(other, "CREATE TABLE recipes (name TEXT)");
        var before = await File.ReadAllBytesAsync(Path, Cancellation);

        var error = await Assert.ThrowsAsync<StoreFormatException>(OpenAsync);

        Assert.Contains("not a store", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path, Cancellation));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        using (var newer = SqliteSchema.Connect(Path, SqliteOpenMode.ReadWrite))
            SqliteSchema.Execute(newer, "UPDATE meta SET value = '99' WHERE key = 'schemaVersion'");

        var error = await Assert.ThrowsAsync<StoreFormatException>(OpenAsync);
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
        Assert.Contains("99", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreFormatException>(OpenToReadAsync);
    }

    [Fact]
    public async Task A_store_can_be_read_beside_the_process_that_writes_it()
    {
        await using var store = await OpenAsync();
        await using var reader = await OpenToReadAsync();
        await store.OpenAsync("lots/a", Cancellation);
        await store.AppendAsync(Batch("lots/a", 1, 0, 3));

        Assert.Equal(3, await reader.CountEventsAsync("lots/a"));
        Assert.Equal(store.Identity, reader.Identity);
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.AppendAsync(Batch("lots/a", 1, 3, 1)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.OpenAsync("lots/a", Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ProbeAsync(Cancellation));
    }

    [Fact]
    public async Task Reading_only_creates_nothing()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(OpenToReadAsync);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Another_programs_transaction_is_an_error_that_passes()
    {
        await using var store = await OpenAsync();
        await store.OpenAsync("lots/a", Cancellation);
        using (var shell = SqliteSchema.Connect(Path, SqliteOpenMode.ReadWrite))
        {
            SqliteSchema.Execute(shell, "BEGIN IMMEDIATE");
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync(Batch("lots/a", 1, 0, 1)));
            Assert.Contains("another program holds its write lock", error.Message, StringComparison.Ordinal);
            Assert.Empty(await store.ReadAllAsync("lots/a"));
        }

        Assert.Equal(AppendOutcome.Committed, await store.AppendAsync(Batch("lots/a", 1, 0, 1)));
        Assert.Equal(1, await store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task A_probe_notices_that_the_file_was_removed()
    {
        await using var store = await OpenAsync();
        await store.ProbeAsync(Cancellation);
        File.Delete(Path);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ProbeAsync(Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.OpenAsync("lots/a", Cancellation));
    }

    private Task<SqliteEventStore> OpenAsync() => SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path }, Cancellation);

    private Task<SqliteEventStore> OpenToReadAsync() =>
        SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path, ReadOnly = true }, Cancellation);

    private static string Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var lines = new List<string>();
        while (row.Read())
            lines.Add(string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetString)));
        return string.Join('\n', lines);
    }
}

using Coordination.Testing;
using Microsoft.Data.Sqlite;

namespace Coordination.Deployment;

/// <summary><c>backup.sh</c> and <c>restore.sh</c> with a SQLite file that is written to.</summary>
public sealed class SqliteBackupTests
{
    [Fact]
    public async Task A_backup_under_load_has_all_that_was_confirmed_before_it_and_nothing_by_half()
    {
        await Tool.RunOrSkipAsync("sqlite3", "-version");
        using var folder = new TemporaryFolder();
        var path = folder.File("coordination.db");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var counted = new Counted();
        var load = Task.Run(() => Write(path, counted, ending.Token), TestContext.Current.CancellationToken);
        await counted.Warm.Task.WaitAsync(TestContext.Current.CancellationToken);
        var before = Interlocked.Read(ref counted.Confirmed);
        var (code, output) = await Tool.RunAsync("sh", "deploy/backup.sh", path, folder.File("backups"));
        Assert.True(code == 0, output);
        Assert.True(Interlocked.Read(ref counted.Confirmed) > before, "There was no load meanwhile.");

        var backup = output.Trim();
        var (running, told) = await Tool.RunAsync("sh", "deploy/restore.sh", backup, path);
        Assert.NotEqual(0, running);
        Assert.Contains("stop the server first", told, StringComparison.Ordinal);
        await ending.CancelAsync();
        await load;

        var (restored, why) = await Tool.RunAsync("sh", "deploy/restore.sh", backup, path);
        Assert.True(restored == 0, why);
        Assert.InRange(Count(path), before, Interlocked.Read(ref counted.Confirmed));
    }

    /// <summary>Each transaction writes an entry and sets the head: they agree, or something is there by half.</summary>
    private static void Write(string path, Counted counted, CancellationToken ending)
    {
        using var connection = Open(path);
        Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (entry INTEGER PRIMARY KEY) STRICT; CREATE TABLE head (version INTEGER) STRICT; INSERT INTO head VALUES (0);");
        while (!ending.IsCancellationRequested)
        {
            Run(connection, "BEGIN IMMEDIATE; UPDATE head SET version = version + 1; INSERT INTO log SELECT version FROM head; COMMIT;");
            if (Interlocked.Increment(ref counted.Confirmed) == 200)
                counted.Warm.SetResult();
        }
    }

    private static long Count(string path)
    {
        using var connection = Open(path);
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT version FROM head WHERE version = (SELECT count(*) FROM log) AND version = (SELECT max(entry) FROM log)";
        return (long)(query.ExecuteScalar() ?? -1L);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class Counted
    {
        public long Confirmed;

        public TaskCompletionSource Warm { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

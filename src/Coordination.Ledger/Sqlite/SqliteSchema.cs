using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Sqlite;

/// <summary>
/// The tables of a store and how a connection is set up. Readable with any <c>sqlite3</c>: batches are JSON text, and the view
/// <c>events</c> shows them one event per row.
/// </summary>
internal static class SqliteSchema
{
    public const int Version = 1;

    /// <summary>"Coor": tells a store from another program's database.</summary>
    private const int ApplicationId = 0x436F6F72;

    /// <summary>The entry in <c>meta</c> that marks an incomplete copy.</summary>
    public const string ImportKey = "importing";

    /// <summary>Seconds a statement waits for another program's lock, such as an open <c>sqlite3</c> shell, before it is an error.</summary>
    private const int BusySeconds = 1;

    /// <summary>Pages in the log at which a commit also moves them to the main file. More make that pause longer, fewer make it frequent.</summary>
    private const int CheckpointPages = 4000;

    // Batches are kept in the order of their commits, so that a commit to many streams fills a few pages instead of touching one page per
    // stream: clustered by stream, a commit to 100 streams wrote 202 pages instead of 70, and took about a third longer.
    private const string Tables = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, version INTEGER NOT NULL);
        CREATE TABLE batches (
          id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, first_version INTEGER NOT NULL, count INTEGER NOT NULL, payload TEXT NOT NULL,
          UNIQUE (stream, first_version));
        CREATE TABLE snapshots (stream INTEGER PRIMARY KEY, version INTEGER NOT NULL, payload TEXT NOT NULL);
        CREATE VIEW events AS
          SELECT s.name AS stream, b.first_version + e.key AS version, json_extract(e.value, '$.recordedAt') AS recorded_at,
                 json_extract(e.value, '$.event.type') AS type, json_extract(e.value, '$.commandId') AS command_id,
                 json_extract(e.value, '$.event') AS event
          FROM batches b JOIN streams s ON s.id = b.stream JOIN json_each(b.payload) e;
        """;

    /// <param name="path">The database file.</param>
    /// <param name="mode">Only the first opening may create: a store that went missing while in use must not come back empty.</param>
    public static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false, // A connection that failed must really be closed.
            DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {BusySeconds * 1000}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sets up a connection for durable writes, and makes sure that it is.</summary>
    public static void ConfigureWriter(SqliteConnection connection)
    {
        if (Text(connection, "PRAGMA journal_mode = WAL") is not "wal")
            throw new StoreUnavailableException(
                $"The store {connection.DataSource} cannot keep a write-ahead log. It must be on a local disk, not on a network file system.");
        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, "PRAGMA fullfsync = ON"); // macOS: fsync alone does not reach the disk. No effect elsewhere.
        Execute(connection, $"PRAGMA wal_autocheckpoint = {CheckpointPages}");
        Execute(connection, $"PRAGMA journal_size_limit = {4096L * 4 * CheckpointPages}");
        Execute(connection, "PRAGMA cache_size = -32768");
        if (Text(connection, "PRAGMA synchronous") is not "2")
            throw new StoreUnavailableException($"The store {connection.DataSource} does not accept synchronous = FULL.");
    }

    /// <summary>Throws on a file that is another program's, before anything in it is changed.</summary>
    public static void RefuseForeign(SqliteConnection connection)
    {
        if (ReadApplicationId(connection) != ApplicationId && !IsEmpty(connection))
            throw new StoreFormatException($"{connection.DataSource} is a SQLite database, but not a store of this program.");
    }

    /// <summary>Creates the tables in a new file; in one transaction, so that a file is either a whole store or none.</summary>
    public static void CreateIfNew(SqliteConnection connection, TimeProvider time)
    {
        if (!IsEmpty(connection))
            return;
        Execute(connection, $"""
            BEGIN IMMEDIATE;
            {Tables}
            INSERT INTO meta VALUES ('schemaVersion', '{Version}'), ('storeId', '{Guid.NewGuid():D}'), ('createdAt', '{Now(time)}');
            PRAGMA application_id = {ApplicationId};
            COMMIT;
            """);
    }

    /// <summary>Checks that the file is a store of this version.</summary>
    /// <returns>The store's identity.</returns>
    /// <exception cref="StoreFormatException">It is not.</exception>
    public static Guid ReadIdentity(SqliteConnection connection)
    {
        if (ReadApplicationId(connection) != ApplicationId)
            throw new StoreFormatException($"{connection.DataSource} is a SQLite database, but not a store of this program.");
        var version = Text(connection, "SELECT value FROM meta WHERE key = 'schemaVersion'");
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw new StoreFormatException($"The store {connection.DataSource} has the schema version '{version}', which is none.");
        if (number > Version)
            throw new StoreFormatException(
                $"The store {connection.DataSource} was written by a newer version of this program: its schema is {number}, "
                + $"this program knows up to {Version}. Use the newer program.");
        return Guid.TryParse(Text(connection, "SELECT value FROM meta WHERE key = 'storeId'"), out var identity)
            ? identity
            : throw new StoreFormatException($"The store {connection.DataSource} has lost its identity (meta, storeId).");
    }

    /// <summary>Throws on a copy of another store that was not finished.</summary>
    public static void RefuseIncomplete(SqliteConnection connection)
    {
        if (ReadImport(connection) is { } source)
            throw new StoreFormatException(
                $"The store {connection.DataSource} is an incomplete copy of the store {source}. Finish it with `coordination migrate --continue`, or delete it.");
    }

    /// <summary>Of which store this is an incomplete copy; null when it is none.</summary>
    public static string? ReadImport(SqliteConnection connection) =>
        Text(connection, $"SELECT value FROM meta WHERE key = '{ImportKey}'") is { Length: > 0 } source ? source : null;

    /// <summary>Notes who writes; the commit also overwrites what a failed one may have left behind in the log.</summary>
    public static void WriteOwner(SqliteConnection connection, TimeProvider time)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO meta VALUES ('owner', $owner) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        command.Parameters.AddWithValue("$owner", $"process {Environment.ProcessId} on {Environment.MachineName} (opened it at {Now(time)})");
        command.ExecuteNonQuery();
    }

    /// <summary>Who has a store open, by its own note; null when it cannot be told.</summary>
    public static string? DescribeOwner(string path)
    {
        try
        {
            using var connection = Connect(path, SqliteOpenMode.ReadOnly);
            return Text(connection, "SELECT value FROM meta WHERE key = 'owner'");
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    public static string Now(TimeProvider time) => time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static string? Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static int ReadApplicationId(SqliteConnection connection) =>
        int.Parse(Text(connection, "PRAGMA application_id")!, CultureInfo.InvariantCulture);

    public static bool IsEmpty(SqliteConnection connection) => Text(connection, "SELECT count(*) FROM sqlite_schema") is "0";
}

using Coordination.Ledger.Sqlite;
using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Vault;

/// <summary>
/// The connection to the vault's file. Synchronous and for one thread at a time. After any error it is to be disposed and made anew.
/// </summary>
internal sealed class SqliteVaultFile : IDisposable
{
    public const int SchemaVersion = 1;

    /// <summary>Values in one page of a list.</summary>
    public const int PageEntries = 64;

    /// <summary>"CoVa": tells a vault from an event store and from another program's database.</summary>
    private const int ApplicationId = 0x436F5661;

    private const string Tables = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE versions (last INTEGER NOT NULL);
        CREATE TABLE entries (name TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
        INSERT INTO versions VALUES (0);
        """;

    private readonly string path;
    private readonly SqliteConnection connection;

    /// <param name="path">The file.</param>
    /// <param name="time">For the notes in the meta table.</param>
    /// <param name="expected">The identity it must have; null at the first opening, which may also create it.</param>
    public SqliteVaultFile(string path, TimeProvider time, Guid? expected)
    {
        this.path = path;
        if (expected is null)
            CreateUnreadableByOthers(path);
        connection = SqliteSchema.Connect(path, SqliteOpenMode.ReadWrite);
        try
        {
            var isNew = SqliteSchema.IsEmpty(connection);
            if (isNew ? expected is not null : SqliteSchema.ReadApplicationId(connection) != ApplicationId)
                throw new StoreFormatException($"{path} is a SQLite database, but no vault of this program.");
            SqliteSchema.ConfigureWriter(connection);
            // What is removed or replaced is overwritten with zeros.
            SqliteSchema.Execute(connection, "PRAGMA secure_delete = ON");
            if (SqliteSchema.Text(connection, "PRAGMA secure_delete") is not "1")
                throw new StoreUnavailableException($"The vault {path} does not overwrite what is removed (secure_delete).");
            if (isNew)
                Create(time);
            Identity = ReadIdentity();
            if (expected is not null && Identity != expected)
                throw new StoreUnavailableException($"The vault {path} was replaced by another one while in use. Restart to use that one.");
            SqliteSchema.WriteOwner(connection, time);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Guid Identity { get; }

    /// <summary>For looking at its settings.</summary>
    internal SqliteConnection Connection => connection;

    public VaultEntry? Find(string name)
    {
        using var command = Command("SELECT version, value FROM entries WHERE name = $name", ("$name", name));
        using var row = command.ExecuteReader();
        return row.Read() ? new VaultEntry(name, row.GetInt64(0), (byte[])row.GetValue(1)) : null;
    }

    public long? TryPut(string name, byte[] value, long expectedVersion)
    {
        RefuseMissing();
        SqliteSchema.Execute(connection, "BEGIN IMMEDIATE");
        using (var current = Command("SELECT version FROM entries WHERE name = $name", ("$name", name)))
        {
            if ((current.ExecuteScalar() as long? ?? 0) != expectedVersion)
            {
                SqliteSchema.Execute(connection, "ROLLBACK");
                return null;
            }
        }

        long version;
        using (var next = Command("UPDATE versions SET last = last + 1 RETURNING last"))
            version = (long)next.ExecuteScalar()!;
        using (var put = Command(
            """
            INSERT INTO entries VALUES ($name, $version, $value)
            ON CONFLICT (name) DO UPDATE SET version = excluded.version, value = excluded.value
            """,
            ("$name", name), ("$version", version), ("$value", value)))
            put.ExecuteNonQuery();
        SqliteSchema.Execute(connection, "COMMIT");
        return version;
    }

    /// <summary>Removes a value, and empties the log, which still holds it, into the main file, where it is overwritten.</summary>
    public bool Remove(string name)
    {
        RefuseMissing();
        using var remove = Command("DELETE FROM entries WHERE name = $name", ("$name", name));
        var removed = remove.ExecuteNonQuery() > 0;
        EmptyLog();
        return removed;
    }

    /// <summary>The next values behind <paramref name="last"/> whose name begins with the prefix.</summary>
    public List<VaultEntry> ReadPage(string prefix, string last)
    {
        var page = new List<VaultEntry>(PageEntries);
        // No character of a name is as high as DEL.
        using var command = Command(
            $"SELECT name, version, value FROM entries WHERE name >= $prefix AND name < $end AND name > $last ORDER BY name LIMIT {PageEntries}",
            ("$prefix", prefix), ("$end", prefix + '\x7F'), ("$last", last));
        using var row = command.ExecuteReader();
        while (row.Read())
            page.Add(new VaultEntry(row.GetString(0), row.GetInt64(1), (byte[])row.GetValue(2)));
        return page;
    }

    /// <summary>Rolls back what is not committed and closes. Never throws: it is what one does after an error.</summary>
    public void Dispose()
    {
        try
        {
            connection.Dispose(); // Rolls back by closing: no statement is left open.
        }
        catch (SqliteException)
        {
        }
    }

    private void EmptyLog()
    {
        using var checkpoint = Command("PRAGMA wal_checkpoint(TRUNCATE)");
        using var row = checkpoint.ExecuteReader();
        if (!row.Read() || row.GetInt64(0) != 0)
            throw new StoreUnavailableException(
                $"The value is removed from the vault {path}, but its log cannot be emptied while another program reads it. End that program, and remove it again.");
    }

    /// <summary>A file that was removed can still be written to, and is gone at the next start.</summary>
    private void RefuseMissing()
    {
        if (!File.Exists(path))
            throw new StoreUnavailableException($"The vault {path} was removed or its disk unmounted while in use.");
    }

    private void Create(TimeProvider time) =>
        SqliteSchema.Execute(connection, $"""
            BEGIN IMMEDIATE;
            {Tables}
            INSERT INTO meta VALUES ('schemaVersion', '{SchemaVersion}'), ('vaultId', '{Guid.NewGuid():D}'), ('createdAt', '{SqliteSchema.Now(time)}');
            PRAGMA application_id = {ApplicationId};
            COMMIT;
            """);

    private Guid ReadIdentity()
    {
        var version = SqliteSchema.Text(connection, "SELECT value FROM meta WHERE key = 'schemaVersion'");
        if (version != $"{SchemaVersion}")
            throw new StoreFormatException($"The vault {path} has the schema version '{version}', and this program knows {SchemaVersion}. Use the newer program.");
        return Guid.TryParse(SqliteSchema.Text(connection, "SELECT value FROM meta WHERE key = 'vaultId'"), out var identity)
            ? identity
            : throw new StoreFormatException($"The vault {path} has lost its identity (meta, vaultId).");
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static void CreateUnreadableByOthers(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // An empty file is an empty database; SQLite gives the log beside it the same rights.
        new FileStream(path, options).Dispose();
    }
}

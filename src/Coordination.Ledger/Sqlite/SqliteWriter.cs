using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

// What a connection is set to can only be asked on the connection itself.
[assembly: InternalsVisibleTo("Coordination.Ledger.Tests")]

namespace Coordination.Ledger.Sqlite;

/// <summary>
/// The one connection that writes, with its prepared statements. Synchronous and for one thread at a time. After any error it is to be
/// disposed, which leaves no transaction open, and made anew.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Streams whose row is remembered; beyond that all are forgotten and looked up again.</summary>
    private const int MaxRemembered = 100_000;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly SqliteConnection _connection;
    private readonly List<SqliteCommand> _commands = [];
    private readonly Dictionary<string, long> _rows = new(StringComparer.Ordinal);
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _openStream;
    private readonly SqliteCommand _findStream;
    private readonly SqliteCommand _readEpoch;
    private readonly SqliteCommand _advance;
    private readonly SqliteCommand _insertBatch;
    private readonly SqliteCommand _writeSnapshot;
    private readonly SqliteCommand _probe;

    /// <param name="path">The database file.</param>
    /// <param name="time">For the notes in the meta table.</param>
    /// <param name="expected">The identity the store must have; null at the first opening, which may also create it.</param>
    /// <param name="forImport">Takes also an incomplete copy.</param>
    public SqliteWriter(string path, TimeProvider time, Guid? expected, bool forImport = false)
    {
        _path = path;
        _time = time;
        _connection = SqliteSchema.Connect(path, expected is null ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite);
        try
        {
            // Before anything is changed: the file may be somebody else's.
            SqliteSchema.RefuseForeign(_connection);
            SqliteSchema.ConfigureWriter(_connection);
            if (expected is null)
                SqliteSchema.CreateIfNew(_connection, time);
            Identity = SqliteSchema.ReadIdentity(_connection);
            if (expected is not null && Identity != expected)
                throw new StoreUnavailableException($"The store {path} was replaced by another one while in use. Restart to use that one.");
            if (expected is null && !forImport)
                SqliteSchema.RefuseIncomplete(_connection);
            SqliteSchema.WriteOwner(_connection, time);

            _begin = Prepare("BEGIN IMMEDIATE");
            _commit = Prepare("COMMIT");
            _openStream = Prepare(
                """
                INSERT INTO streams (name, epoch, version) VALUES ($name, 1, 0)
                ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1 RETURNING id, epoch, version
                """,
                "$name");
            _findStream = Prepare("SELECT id FROM streams WHERE name = $name", "$name");
            _readEpoch = Prepare("SELECT epoch FROM streams WHERE id = $id", "$id");
            _advance = Prepare(
                "UPDATE streams SET version = version + $count WHERE id = $id AND epoch = $epoch AND version = $version",
                "$id", "$epoch", "$version", "$count");
            _insertBatch = Prepare(
                "INSERT INTO batches (stream, first_version, count, payload) VALUES ($id, $first, $count, CAST($payload AS TEXT))",
                "$id", "$first", "$count", "$payload");
            _writeSnapshot = Prepare(
                """
                INSERT INTO snapshots (stream, version, payload)
                SELECT id, $version, CAST($payload AS TEXT) FROM streams WHERE name = $name AND version >= $version
                ON CONFLICT (stream) DO UPDATE SET version = excluded.version, payload = excluded.payload
                WHERE excluded.version >= snapshots.version
                """,
                "$name", "$version", "$payload");
            _probe = Prepare(
                "INSERT INTO meta VALUES ('probedAt', $now) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                "$now");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Guid Identity { get; }

    /// <summary>For looking at its settings.</summary>
    internal SqliteConnection Connection => _connection;

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    public OpenedStream OpenStream(string name)
    {
        _openStream.Parameters[0].Value = name;
        using var row = _openStream.ExecuteReader();
        row.Read();
        Remember(name, row.GetInt64(0));
        return new OpenedStream(row.GetInt64(1), row.GetInt64(2));
    }

    public AppendOutcome[] Append(IReadOnlyList<Append> appends)
    {
        var outcomes = new AppendOutcome[appends.Count];
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] = Append(appends[i]);
        return outcomes;
    }

    public void WriteSnapshot(string stream, StreamSnapshot snapshot)
    {
        _writeSnapshot.Parameters[0].Value = stream;
        _writeSnapshot.Parameters[1].Value = snapshot.Version;
        _writeSnapshot.Parameters[2].Value = Bytes(snapshot.Payload);
        _writeSnapshot.ExecuteNonQuery();
        _writeSnapshot.Parameters[2].Value = null; // Keeps no large payload alive.
    }

    public void Probe()
    {
        // A file that was removed can still be written to, and is gone at the next start.
        if (!File.Exists(_path))
            throw new StoreUnavailableException($"The store {_path} was removed or its disk unmounted while in use.");
        _probe.Parameters[0].Value = SqliteSchema.Now(_time);
        _probe.ExecuteNonQuery();
    }

    /// <summary>Marks the store as an incomplete copy, or says why it cannot be one.</summary>
    public string? BeginImport(string source, bool mayContinue)
    {
        if (SqliteSchema.ReadImport(_connection) is { } begun)
        {
            return begun != source ? $"The store {_path} is an incomplete copy of another store, {begun}."
                : mayContinue ? null
                : $"The store {_path} is an incomplete copy of this store. Go on with --continue, or delete it.";
        }

        using var any = _connection.CreateCommand();
        any.CommandText = "SELECT count(*) FROM (SELECT 1 FROM streams LIMIT 1)";
        if (any.ExecuteScalar() is not 0L)
            return $"The store {_path} is not empty.";
        using var mark = _connection.CreateCommand();
        mark.CommandText = $"INSERT INTO meta VALUES ('{SqliteSchema.ImportKey}', $source)";
        mark.Parameters.AddWithValue("$source", source);
        mark.ExecuteNonQuery();
        return null;
    }

    public void EndImport() => SqliteSchema.Execute(_connection, $"DELETE FROM meta WHERE key = '{SqliteSchema.ImportKey}'");

    public void RaiseEpoch(string stream, long epoch)
    {
        using var raise = _connection.CreateCommand();
        raise.CommandText = "UPDATE streams SET epoch = max(epoch, $epoch) WHERE name = $name";
        raise.Parameters.AddWithValue("$epoch", epoch);
        raise.Parameters.AddWithValue("$name", stream);
        raise.ExecuteNonQuery();
    }

    /// <summary>Moves the log into the main file as far as readers allow, and empties it when <paramref name="whole"/>.</summary>
    public void Checkpoint(bool whole) =>
        SqliteSchema.Execute(_connection, whole ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(PASSIVE)");

    /// <summary>Rolls back what is not committed and closes. Never throws: it is what one does after an error.</summary>
    public void Dispose()
    {
        try
        {
            // Unfinished statements would keep the connection, and with it the transaction, alive.
            foreach (var command in _commands)
                command.Dispose();
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                SqliteSchema.Execute(_connection, "ROLLBACK");
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
        }

        try
        {
            _connection.Dispose();
        }
        catch (SqliteException)
        {
        }
    }

    private AppendOutcome Append(Append append)
    {
        if (FindStream(append.Stream) is not { } id)
            return AppendOutcome.Fenced; // Never opened, so nobody holds an epoch of it.

        _advance.Parameters[0].Value = id;
        _advance.Parameters[1].Value = append.Epoch;
        _advance.Parameters[2].Value = append.ExpectedVersion;
        _advance.Parameters[3].Value = append.Count;
        if (_advance.ExecuteNonQuery() == 0)
        {
            _readEpoch.Parameters[0].Value = id;
            return (long)_readEpoch.ExecuteScalar()! == append.Epoch ? AppendOutcome.VersionConflict : AppendOutcome.Fenced;
        }

        _insertBatch.Parameters[0].Value = id;
        _insertBatch.Parameters[1].Value = append.ExpectedVersion + 1;
        _insertBatch.Parameters[2].Value = append.Count;
        _insertBatch.Parameters[3].Value = Bytes(append.Payload);
        _insertBatch.ExecuteNonQuery();
        _insertBatch.Parameters[3].Value = null;
        return AppendOutcome.Committed;
    }

    private long? FindStream(string name)
    {
        if (_rows.TryGetValue(name, out var known))
            return known;
        _findStream.Parameters[0].Value = name;
        if (_findStream.ExecuteScalar() is not long id)
            return null;
        Remember(name, id);
        return id;
    }

    /// <summary>Rows never go away, and a row of a transaction that fails is forgotten with this writer.</summary>
    private void Remember(string name, long id)
    {
        if (_rows.Count >= MaxRemembered)
            _rows.Clear();
        _rows[name] = id;
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        _commands.Add(command);
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new SqliteParameter(parameter, null));
        command.Prepare();
        return command;
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();
}

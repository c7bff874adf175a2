using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Sqlite;

/// <summary>A read-only connection with its prepared statements. Synchronous and for one thread at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private const int PageRows = 256;

    /// <summary>A page ends after the batch with which it reaches this many bytes.</summary>
    private const int PageBytes = 1 << 20;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _batches;
    private readonly SqliteCommand _snapshot;
    private readonly SqliteCommand _streams;
    private readonly SqliteCommand _epoch;
    private readonly SqliteCommand _head;

    public SqliteReader(string path, Guid? expected)
    {
        _connection = SqliteSchema.Connect(path, SqliteOpenMode.ReadOnly);
        try
        {
            Identity = SqliteSchema.ReadIdentity(_connection);
            if (expected is null)
                SqliteSchema.RefuseIncomplete(_connection);
            if (expected is not null && Identity != expected)
                throw new StoreUnavailableException($"The store {path} was replaced by another one while in use. Restart to use that one.");

            // Starts at the last batch that begins at or before the version, which may be the one that contains it.
            _batches = Prepare(
                $"""
                SELECT b.first_version, b.count, b.payload FROM streams s JOIN batches b ON b.stream = s.id
                WHERE s.name = $name AND b.first_version + b.count - 1 > $after AND b.first_version >= ifnull(
                  (SELECT max(first_version) FROM batches WHERE stream = s.id AND first_version <= $after), 0)
                ORDER BY b.first_version LIMIT {PageRows}
                """,
                "$name", "$after");
            _snapshot = Prepare(
                "SELECT n.version, n.payload FROM streams s JOIN snapshots n ON n.stream = s.id WHERE s.name = $name",
                "$name");
            _streams = Prepare(
                $"SELECT name, epoch, version FROM streams WHERE name >= $from AND name <> $without ORDER BY name LIMIT {PageRows}",
                "$from", "$without");
            _epoch = Prepare("SELECT epoch FROM streams WHERE name = $name", "$name");
            _head = Prepare("SELECT epoch, version FROM streams WHERE name = $name", "$name");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Guid Identity { get; }

    /// <summary>The next batches with events after a version, and whether there may be more.</summary>
    public (List<EventBatch> Batches, bool More) ReadBatches(string stream, long after)
    {
        _batches.Parameters[0].Value = stream;
        _batches.Parameters[1].Value = after;
        var batches = new List<EventBatch>();
        var bytes = 0;
        using var row = _batches.ExecuteReader();
        while (row.Read())
        {
            var payload = row.GetFieldValue<byte[]>(2);
            batches.Add(new EventBatch(row.GetInt64(0), row.GetInt32(1), payload));
            bytes += payload.Length;
            if (bytes >= PageBytes)
                return (batches, true);
        }

        return (batches, batches.Count == PageRows);
    }

    public StreamSnapshot? ReadSnapshot(string stream)
    {
        _snapshot.Parameters[0].Value = stream;
        using var row = _snapshot.ExecuteReader();
        return row.Read() ? new StreamSnapshot(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>
    /// The next streams with a prefix, and whether there may be more. Names with a prefix stand together in byte order, the prefix
    /// itself first: so no pattern is needed, and nothing in a name can be mistaken for one.
    /// </summary>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="last">The last stream of the page before; empty for the first page.</param>
    public (List<StreamInfo> Streams, bool More) ReadStreams(string prefix, string last)
    {
        _streams.Parameters[0].Value = last.Length == 0 ? prefix : last;
        _streams.Parameters[1].Value = last;
        var streams = new List<StreamInfo>();
        using var row = _streams.ExecuteReader();
        while (row.Read())
        {
            var name = row.GetString(0);
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                return (streams, false);
            streams.Add(new StreamInfo(name, row.GetInt64(1), row.GetInt64(2)));
        }

        return (streams, streams.Count == PageRows);
    }

    /// <summary>Where a stream stands; null when there is none.</summary>
    public StreamInfo? Find(string stream)
    {
        _head.Parameters[0].Value = stream;
        using var row = _head.ExecuteReader();
        return row.Read() ? new StreamInfo(stream, row.GetInt64(0), row.GetInt64(1)) : null;
    }

    /// <summary>The epoch of each stream; 0 of one that does not exist.</summary>
    public long[] ReadEpochs(IReadOnlyList<string> streams)
    {
        var epochs = new long[streams.Count];
        for (var i = 0; i < epochs.Length; i++)
        {
            _epoch.Parameters[0].Value = streams[i];
            epochs[i] = _epoch.ExecuteScalar() as long? ?? 0;
        }

        return epochs;
    }

    public void Dispose()
    {
        _batches?.Dispose();
        _snapshot?.Dispose();
        _streams?.Dispose();
        _epoch?.Dispose();
        _head?.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new SqliteParameter(parameter, null));
        command.Prepare();
        return command;
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Sqlite;

/// <summary>
/// Events in one SQLite file, for a server on one machine. Every commit is synced to the disk before it is acknowledged
/// (write-ahead log, <c>synchronous = FULL</c>). Anyone can read the file with <c>sqlite3</c>: <c>SELECT * FROM events</c>.
/// </summary>
/// <remarks>
/// Ownership: one process, held by a lock on the file <c>.lock</c> beside the store; the system releases it when the process
/// ends, however it ends. Writes are queued and those that wait share a commit; reads use connections of their own and never wait for it.
/// Failure: a full disk or a failing one gives <see cref="StoreUnavailableException"/>; the store tries again at each call and goes on
/// when the disk is back. Stream names have at most 200 characters and no control characters; their order is that of their
/// Unicode code points. A payload has at most 64 MiB.
/// </remarks>
public sealed partial class SqliteEventStore : IEventStore
{
    /// <summary>Bytes in one payload.</summary>
    public const int MaxPayloadBytes = StoreArguments.MaxPayloadBytes;

    private readonly StoreLock? _lock;
    private readonly SqliteCommitLoop? _writes;
    private readonly SqliteReaderPool _reads;
    private int _disposed;

    private SqliteEventStore(string path, Guid identity, StoreLock? @lock, SqliteCommitLoop? writes, SqliteReaderPool reads)
    {
        Path = path;
        Identity = identity;
        _lock = @lock;
        _writes = writes;
        _reads = reads;
    }

    /// <summary>The database file, as a full path with links resolved.</summary>
    public string Path { get; }

    /// <summary>Chosen at random when the store was created, and never changed.</summary>
    public Guid Identity { get; }

    /// <summary>Opens a store, or creates it.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="cancellation">Looked at before anything is done.</param>
    /// <exception cref="StoreLockedException">Another process has it open; the message names it.</exception>
    /// <exception cref="StoreFormatException">The file is no store, or one of a newer version.</exception>
    /// <exception cref="FileNotFoundException">It is to be opened for reading only, and there is none.</exception>
    /// <exception cref="StoreUnavailableException">The disk or its permissions do not allow it.</exception>
    public static Task<SqliteEventStore> OpenAsync(SqliteEventStoreOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Path);
        return Task.Run(() => options.ReadOnly ? OpenToRead(options) : OpenToWrite(options), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        return await Writes.RunAsync(writer => writer.OpenStream(stream), cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Two appends to one stream, a count below 1, or a payload that is empty or too large.</exception>
    public async ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation)
    {
        StoreArguments.Check(appends);
        return appends.Count == 0 ? [] : await Writes.RunAsync(writer => writer.Append(appends), cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<EventBatch> ReadAsync(
        string stream, long afterVersion, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        for (var more = true; more;)
        {
            var after = afterVersion;
            (var batches, more) = await _reads.RunAsync(reader => reader.ReadBatches(stream, after), cancellation);
            foreach (var batch in batches)
            {
                yield return batch;
                afterVersion = batch.FirstVersion + batch.Count - 1;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        return await _reads.RunAsync(reader => reader.ReadSnapshot(stream), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation)
    {
        StoreArguments.Check(stream, snapshot);
        await Writes.RunAsync(
            writer =>
            {
                writer.WriteSnapshot(stream, snapshot);
                return true;
            },
            cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StreamInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StreamNames.CheckPrefix(prefix);
        var last = "";
        for (var more = true; more;)
        {
            var before = last;
            (var streams, more) = await _reads.RunAsync(reader => reader.ReadStreams(prefix, before), cancellation);
            foreach (var stream in streams)
            {
                yield return stream;
                last = stream.Name;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StreamInfo?> FindAsync(string stream, CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        return await _reads.RunAsync(reader => reader.Find(stream), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation)
    {
        StoreArguments.Check(streams);
        return streams.Count == 0 ? [] : await _reads.RunAsync(reader => reader.ReadEpochs(streams), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask ProbeAsync(CancellationToken cancellation) =>
        await Writes.RunAsync(
            writer =>
            {
                writer.Probe();
                return true;
            },
            cancellation);

    /// <summary>Commits what is queued, moves the log into the main file, and lets the next process in.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _reads.DisposeAsync();
        if (_writes is not null)
            await _writes.DisposeAsync();
        _lock?.Dispose();
    }

    private SqliteCommitLoop Writes =>
        _writes ?? throw new InvalidOperationException($"The store {Path} is open for reading only.");

    private static SqliteEventStore OpenToWrite(SqliteEventStoreOptions options)
    {
        var path = CreateFolder(options.Path);
        var @lock = StoreLock.Take(path);
        try
        {
            var writer = Open(path, () => new SqliteWriter(path, options.Time, expected: null, options.ForImport));
            return new SqliteEventStore(
                path, writer.Identity, @lock, new SqliteCommitLoop(path, options.Time, writer), new SqliteReaderPool(path, writer.Identity));
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    private static SqliteEventStore OpenToRead(SqliteEventStoreOptions options)
    {
        var path = Resolve(options.Path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no store at {path}.", path);
        using var reader = Open(path, () => new SqliteReader(path, expected: null));
        return new SqliteEventStore(path, reader.Identity, null, null, new SqliteReaderPool(path, reader.Identity));
    }

    private static T Open<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (SqliteException error) when (SqliteErrors.IsNotADatabase(error))
        {
            throw new StoreFormatException($"{path} is not a SQLite database, so it is no store. Nothing in it was changed.", error);
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Unavailable(path, error);
        }
    }

    internal static string CreateFolder(string path)
    {
        try
        {
            var full = Resolve(path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            return full;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The folder of the store {path} cannot be created: {error.Message}", error);
        }
    }

    /// <summary>One store has one lock file, by whatever link it is reached.</summary>
    private static string Resolve(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }
}

using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Sqlite;

/// <summary>Read connections, opened when needed and kept. Reads run beside commits and never wait for one.</summary>
/// <param name="path">The database file.</param>
/// <param name="identity">The identity every connection must find.</param>
internal sealed class SqliteReaderPool(string path, Guid identity) : IAsyncDisposable
{
    private const int Readers = 4;

    private readonly SemaphoreSlim _free = new(Readers, Readers);
    private readonly ConcurrentBag<SqliteReader> _idle = [];
    private volatile bool _disposed;

    /// <summary>Runs a read on a thread of its own; cancelling leaves it to end by itself.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        return await Task.Run(() => Run(read), CancellationToken.None).WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        for (var i = 0; i < Readers; i++)
            await _free.WaitAsync();
        while (_idle.TryTake(out var reader))
            reader.Dispose();
        _free.Release(Readers); // Late callers are told that the store is closed instead of waiting for ever.
    }

    private T Run<T>(Func<SqliteReader, T> read)
    {
        SqliteReader? reader = null;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteEventStore));
            if (!_idle.TryTake(out reader))
                reader = new SqliteReader(path, identity);
            var result = read(reader);
            _idle.Add(reader);
            reader = null;
            return result;
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Unavailable(path, error);
        }
        finally
        {
            reader?.Dispose(); // One that failed is not used again.
            _free.Release();
        }
    }
}

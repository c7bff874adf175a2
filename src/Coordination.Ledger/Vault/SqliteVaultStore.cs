using System.Runtime.CompilerServices;
using Coordination.Ledger.Sqlite;
using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Vault;

/// <summary>
/// The vault of one machine, in a SQLite file of its own, so that a backup of the events does not bring destroyed values back. Every change
/// is synced to the disk before it is acknowledged; a removed value is overwritten with zeros, and the write-ahead log that held it is emptied.
/// </summary>
/// <remarks>
/// Ownership: one process, held by a lock on the file <c>.lock</c> beside it. One call at a time: values are few and seldom asked for.
/// Failure: a full disk or a failing one gives <see cref="StoreUnavailableException"/>; the vault tries again at each call. What a file system
/// or a disk keeps of blocks that were written before is beyond it: encrypt the disk.
/// </remarks>
public sealed class SqliteVaultStore : IVaultStore, IAsyncDisposable
{
    private readonly StoreLock @lock;
    private readonly TimeProvider time;
    private readonly Guid identity;
    private readonly SemaphoreSlim turn = new(1, 1);
    private SqliteVaultFile? file;
    private volatile bool isDisposed;

    private SqliteVaultStore(string path, StoreLock @lock, TimeProvider time, SqliteVaultFile file)
    {
        Path = path;
        this.@lock = @lock;
        this.time = time;
        this.file = file;
        identity = file.Identity;
    }

    /// <summary>The file, as a full path with links resolved.</summary>
    public string Path { get; }

    /// <summary>Opens a vault, or creates it with its folder. Its file can be read by this user only.</summary>
    /// <param name="path">The file (<c>vault.db</c>), on a local disk. Beside it stand <c>-wal</c>, <c>-shm</c> and <c>.lock</c>.</param>
    /// <param name="time">The clock for the moments noted in it.</param>
    /// <exception cref="StoreLockedException">Another process has it open; the message names it.</exception>
    /// <exception cref="StoreFormatException">The file is no vault, or one of a newer version.</exception>
    /// <exception cref="StoreUnavailableException">The disk or its permissions do not allow it.</exception>
    public static Task<SqliteVaultStore> OpenAsync(string path, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(time);
        return Task.Run(() => Open(SqliteEventStore.CreateFolder(path), time));
    }

    /// <inheritdoc/>
    public async ValueTask<VaultEntry?> FindAsync(string name, CancellationToken cancellation)
    {
        VaultArguments.CheckName(name);
        return await RunAsync(vault => vault.Find(name), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<long?> TryPutAsync(string name, ReadOnlyMemory<byte> value, long expectedVersion, CancellationToken cancellation)
    {
        VaultArguments.CheckPut(name, value, expectedVersion);
        var bytes = value.ToArray();
        return await RunAsync(vault => vault.TryPut(name, bytes, expectedVersion), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(string name, CancellationToken cancellation)
    {
        VaultArguments.CheckName(name);
        return await RunAsync(vault => vault.Remove(name), cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<VaultEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        VaultArguments.CheckPrefix(prefix);
        var last = "";
        while (true)
        {
            var before = last;
            var page = await RunAsync(vault => vault.ReadPage(prefix, before), cancellation);
            foreach (var entry in page)
            {
                yield return entry;
                last = entry.Name;
            }

            if (page.Count < SqliteVaultFile.PageEntries)
                yield break;
        }
    }

    /// <summary>Closes the file, when the call that runs is done, and lets the next process in.</summary>
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (isDisposed)
                return;
            isDisposed = true;
            file?.Dispose();
            @lock.Dispose();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Runs one call on a thread of its own; cancelling leaves it to end by itself.</summary>
    private async Task<T> RunAsync<T>(Func<SqliteVaultFile, T> work, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        return await Task.Run(() => Run(work), CancellationToken.None).WaitAsync(cancellation);
    }

    private T Run<T>(Func<SqliteVaultFile, T> work)
    {
        try
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            file ??= new SqliteVaultFile(Path, time, identity);
            return work(file);
        }
        catch (Exception error) when (error is not ObjectDisposedException)
        {
            file?.Dispose(); // One that failed is not used again, and nothing is retried.
            file = null;
            throw error switch
            {
                StoreUnavailableException => error,
                SqliteException sqlite => SqliteErrors.Unavailable(Path, sqlite),
                _ => new StoreUnavailableException($"The vault {Path} cannot do its work: {error.Message}", error),
            };
        }
        finally
        {
            turn.Release();
        }
    }

    private static SqliteVaultStore Open(string path, TimeProvider time)
    {
        var @lock = StoreLock.Take(path);
        try
        {
            return new SqliteVaultStore(path, @lock, time, new SqliteVaultFile(path, time, expected: null));
        }
        catch (Exception error)
        {
            @lock.Dispose();
            throw error switch
            {
                SqliteException sqlite when SqliteErrors.IsNotADatabase(sqlite) =>
                    new StoreFormatException($"{path} is not a SQLite database, so it is no vault. Nothing in it was changed.", error),
                SqliteException sqlite => SqliteErrors.Unavailable(path, sqlite),
                IOException or UnauthorizedAccessException => new StoreUnavailableException($"The vault {path} cannot be opened: {error.Message}", error),
                _ => error,
            };
        }
    }
}

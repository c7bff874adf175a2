using Coordination.Ledger;
using Coordination.Ledger.Sqlite;

namespace Coordination.Cli.Store;

/// <summary>Opens an event store for reading, beside a running server or without one.</summary>
internal static class OfflineStore
{
    /// <exception cref="UsageException">There is no store at the path.</exception>
    public static async Task<SqliteEventStore> OpenAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            throw new UsageException(Directory.Exists(path)
                ? $"{path} is a directory; name the store's file in it"
                : $"there is no event store at {path}");
        try
        {
            return await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = path, ReadOnly = true }, cancellation);
        }
        catch (Exception error) when (error is StoreFormatException or StoreUnavailableException)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }
}

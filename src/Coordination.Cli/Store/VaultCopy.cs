using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Sqlite;
using Coordination.Ledger.Vault;

namespace Coordination.Cli.Store;

/// <summary>
/// Takes the vault along with an event store: without the keys in it nothing personal in the events can be read. It is <c>vault.db</c> beside a file, and in
/// the same Redis as the events.
/// </summary>
internal static class VaultCopy
{
    /// <summary>Before anything is made: a vault that is there is somebody's.</summary>
    /// <exception cref="UsageException">The target has a vault already.</exception>
    public static void RefuseExisting(StoreAddress from, StoreAddress to)
    {
        if (to.VaultPath != from.VaultPath && File.Exists(to.VaultPath) && (from.IsRedis || File.Exists(from.VaultPath)))
            throw new UsageException($"{to.VaultPath} is there already; name a file in another folder, or leave the vault behind with --without-vault");
    }

    /// <summary>Copies what the target has not yet. Nothing in it is changed or removed: should it be another's vault, it stays as it is.</summary>
    /// <param name="from">Where the events come from.</param>
    /// <param name="source">Open, to be read.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="target">Open, and marked as incomplete.</param>
    /// <param name="cancellation">Stops between two values.</param>
    /// <returns>How many values the target holds, all compared with the source; null when both have one vault, or the source has none.</returns>
    /// <exception cref="InvalidDataException">One cannot be used, or they differ at the end.</exception>
    public static async Task<int?> RunAsync(StoreAddress from, IEventStore source, StoreAddress to, IEventStore target, CancellationToken cancellation)
    {
        if (from.VaultPath is { } ours && (!File.Exists(ours) || ours == to.VaultPath))
            return null;
        var vault = await OpenAsync(from, source);
        await using var closing = vault as IAsyncDisposable;
        var entries = await ListAsync(vault, cancellation);
        if (entries.Count == 0)
            return null;
        var copy = await OpenAsync(to, target);
        await using var closingCopy = copy as IAsyncDisposable;

        foreach (var entry in entries)
            await copy.TryPutAsync(entry.Name, entry.Value, expectedVersion: 0, cancellation);

        // Read again: a server that was not stopped has changed something since, or what was there is another vault.
        var (before, after) = (await ListAsync(vault, cancellation), await ListAsync(copy, cancellation));
        if (!before.Select(Content).SequenceEqual(after.Select(Content)))
            throw new InvalidDataException($"the vault of {to} differs from that of {from}: it is another one, or a server has changed something meanwhile. Stop all servers, and begin again with an empty target");
        return after.Count;
    }

    private static (string Name, string Value) Content(VaultEntry entry) => (entry.Name, Convert.ToBase64String(entry.Value.Span));

    private static async Task<IVaultStore> OpenAsync(StoreAddress address, IEventStore store)
    {
        try
        {
            return address.VaultPath is { } path ? await SqliteVaultStore.OpenAsync(path, TimeProvider.System) : new RedisVaultStore((RedisEventStore)store);
        }
        catch (Exception error) when (error is StoreFormatException or StoreUnavailableException or StoreLockedException)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private static async Task<List<VaultEntry>> ListAsync(IVaultStore vault, CancellationToken cancellation)
    {
        var entries = new List<VaultEntry>();
        await foreach (var entry in vault.ListAsync("", cancellation))
            entries.Add(entry);
        return entries;
    }
}

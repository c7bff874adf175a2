namespace Coordination.Ledger.Vault;

/// <summary>
/// Small values that can be changed and destroyed, beside the event store, which only ever grows: the keys without which a part of the
/// history cannot be read. An implementation must make each member behave as written here; one contract test suite runs against all of them.
/// </summary>
/// <remarks>
/// Names are like paths: 1 to 200 of <c>a-z 0-9 : / _ . -</c>. A value has 1 byte to 64 KiB. Anything else is an <see cref="ArgumentException"/>.
/// Failure: every member throws <see cref="StoreUnavailableException"/> when the store cannot do its work. Of a change that threw nothing is
/// known: it may or may not be durable.
/// </remarks>
public interface IVaultStore
{
    /// <summary>The newest durable value; null when there is none.</summary>
    ValueTask<VaultEntry?> FindAsync(string name, CancellationToken cancellation);

    /// <summary>Sets a value if it is at the version that the caller knows, checked in the same atomic step as the write.</summary>
    /// <param name="name">Name of the value.</param>
    /// <param name="value">1 byte to 64 KiB.</param>
    /// <param name="expectedVersion">The version found; 0 when there must be none.</param>
    /// <param name="cancellation">Cancels the wait, never a change that has begun.</param>
    /// <returns>
    /// The new version, greater than every one this name had before, also one that was removed since; null when it is not at the expected
    /// version, and then nothing was changed. Durable when answered.
    /// </returns>
    ValueTask<long?> TryPutAsync(string name, ReadOnlyMemory<byte> value, long expectedVersion, CancellationToken cancellation);

    /// <summary>
    /// Destroys a value, durably, and overwrites its bytes as far as the store can. After a failure it is to be called again: that also
    /// overwrites what a removal before left behind.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveAsync(string name, CancellationToken cancellation);

    /// <summary>
    /// The values whose name begins with <paramref name="prefix"/> (which may be empty), in the byte order of their names. One that is
    /// changed or removed meanwhile comes as it was or as it is, or not at all.
    /// </summary>
    IAsyncEnumerable<VaultEntry> ListAsync(string prefix, CancellationToken cancellation);
}

/// <summary>A value in the vault.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">From 1; grows with every change of the value.</param>
/// <param name="Value">1 byte to 64 KiB.</param>
public sealed record VaultEntry(string Name, long Version, ReadOnlyMemory<byte> Value);

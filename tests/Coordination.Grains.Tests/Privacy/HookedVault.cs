using Coordination.Ledger.Vault;

namespace Coordination.Grains.Tests.Privacy;

/// <summary>A vault between whose steps something else can happen.</summary>
internal sealed class HookedVault(IVaultStore inner) : IVaultStore
{
    public Func<string, Task>? AfterFind { get; set; }

    public Func<string, Task>? BeforePut { get; set; }

    public Action? BeforeRemove { get; set; }

    public async ValueTask<VaultEntry?> FindAsync(string name, CancellationToken cancellation)
    {
        var entry = await inner.FindAsync(name, cancellation);
        if (AfterFind is not null)
            await AfterFind(name);
        return entry;
    }

    public async ValueTask<long?> TryPutAsync(string name, ReadOnlyMemory<byte> value, long expectedVersion, CancellationToken cancellation)
    {
        if (BeforePut is not null)
            await BeforePut(name);
        return await inner.TryPutAsync(name, value, expectedVersion, cancellation);
    }

    public ValueTask<bool> RemoveAsync(string name, CancellationToken cancellation)
    {
        BeforeRemove?.Invoke();
        return inner.RemoveAsync(name, cancellation);
    }

    public IAsyncEnumerable<VaultEntry> ListAsync(string prefix, CancellationToken cancellation) => inner.ListAsync(prefix, cancellation);
}

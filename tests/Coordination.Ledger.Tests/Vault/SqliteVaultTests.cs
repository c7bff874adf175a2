using Coordination.Ledger.Tests.Stores;
using Coordination.Ledger.Vault;

namespace Coordination.Ledger.Tests.Vault;

/// <summary>The contract, on SQLite.</summary>
public sealed class SqliteVaultTests : VaultContract
{
    private readonly TemporaryFolder _folder = new();
    private SqliteVaultStore? _open;

    protected override async Task<IVaultStore> OpenVaultAsync() => _open = await SqliteVaultStore.OpenAsync(_folder.File("vault.db"), TimeProvider.System);

    protected override ValueTask CloseAsync() => _open!.DisposeAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

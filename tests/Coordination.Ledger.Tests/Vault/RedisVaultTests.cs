using Coordination.Ledger.Redis;
using Coordination.Ledger.Tests.Stores;
using Coordination.Ledger.Vault;

namespace Coordination.Ledger.Tests.Vault;

/// <summary>The contract, on Redis.</summary>
public sealed class RedisVaultTests(SharedRedis redis) : VaultContract, IClassFixture<SharedRedis>
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}";
    private RedisEventStore? _store;
    private RedisVaultStore? _vault;

    protected override async Task<IVaultStore> OpenVaultAsync()
    {
        _store = await RedisEventStore.OpenAsync(new RedisEventStoreOptions
        {
            Connection = RedisUrl.Parse(redis.Process.Url),
            Prefix = _prefix,
            CommandTimeout = TimeSpan.FromSeconds(20), // Nothing here is about time, and the machine may be busy.
        });
        return _vault = new RedisVaultStore(_store);
    }

    protected override async ValueTask CloseAsync()
    {
        await _vault!.DisposeAsync();
        await _store!.DisposeAsync();
    }
}

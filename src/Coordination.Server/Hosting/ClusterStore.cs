using Coordination.Ledger.Redis;
using StackExchange.Redis;

namespace Coordination.Server.Hosting;

/// <summary>Opens the event store of a cluster.</summary>
internal static class ClusterStore
{
    /// <summary>The store, when it is one that can be trusted. A Redis that is not there yet is waited for.</summary>
    /// <exception cref="StoreRefusedException">This Redis must not be written to; the message says why and what to do.</exception>
    public static Task<RedisEventStore> OpenAsync(ConfigurationOptions redis, ServerOptions options) => RedisEventStore.OpenAsync(new RedisEventStoreOptions
    {
        Connection = redis,
        Prefix = options.Cluster.Id,
        Durability = options.Cluster.Durability is StoreDurability.Relaxed ? RedisDurability.Relaxed : RedisDurability.Strict,
        ExpectedIdentity = options.Cluster.StoreId,
        RememberIn = Path.Combine(options.Data, "store-identity.json"),
    });
}

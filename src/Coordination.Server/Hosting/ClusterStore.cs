using Coordination.Ledger;
using Coordination.Ledger.Redis;
using StackExchange.Redis;

namespace Coordination.Server.Hosting;

/// <summary>Opens the event store of a cluster.</summary>
internal static class ClusterStore
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The store, when it is one that can be trusted. A Redis that is not there yet is waited for, for as long as it takes: after a power
    /// failure it may start later than this host.
    /// </summary>
    /// <exception cref="StoreRefusedException">This Redis must not be written to; the message says why and what to do.</exception>
    public static async Task<RedisEventStore> OpenAsync(ConfigurationOptions redis, ServerOptions options)
    {
        var store = new RedisEventStoreOptions
        {
            Connection = redis,
            Prefix = options.Cluster.Id,
            Durability = options.Cluster.Durability is StoreDurability.Relaxed ? RedisDurability.Relaxed : RedisDurability.Strict,
            ExpectedIdentity = options.Cluster.StoreId,
            RememberIn = Path.Combine(options.Data, "store-identity.json"),
        };
        string? told = null;
        while (true)
        {
            try
            {
                return await RedisEventStore.OpenAsync(store);
            }
            catch (StoreUnavailableException unavailable)
            {
                // There is no log yet. Once for each reason, not twice a second.
                if (told != unavailable.Message)
                    await Console.Error.WriteLineAsync($"coordination: {told = unavailable.Message}");
                await Task.Delay(TryAgain);
            }
        }
    }
}

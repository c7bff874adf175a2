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
            Durability = options.Cluster.Durability,
            ExpectedIdentity = options.Cluster.StoreId,
            RememberIn = Path.Combine(options.Data, "store-identity.json"),
            MayCreate = options.Cluster is { CreateStore: true, Role: not HostRole.Edge },
        };
        string? told = null;
        while (true)
        {
            try
            {
                return await RedisEventStore.OpenAsync(store);
            }
            catch (Exception notYet) when (notYet is StoreUnavailableException || (notYet is StoreRefusedException && options.Cluster.Role is HostRole.Edge))
            {
                // An edge may be there before the first host that holds places has made the store. There is no log yet; once for each
                // reason, not twice a second.
                if (told != notYet.Message)
                    await Console.Error.WriteLineAsync($"coordination: {told = notYet.Message}");
                await Task.Delay(TryAgain);
            }
        }
    }
}

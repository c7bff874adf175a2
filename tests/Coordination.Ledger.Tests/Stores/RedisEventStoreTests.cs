using Coordination.Ledger.Redis;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>The contract, on Redis.</summary>
public sealed class RedisEventStoreTests(SharedRedis redis) : EventStoreContract, IClassFixture<SharedRedis>
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}";

    protected override async Task<IEventStore> OpenStoreAsync() =>
        await RedisEventStore.OpenAsync(new RedisEventStoreOptions
        {
            Connection = RedisUrl.Parse(redis.Process.Url),
            Prefix = _prefix,
            CommandTimeout = TimeSpan.FromSeconds(20), // Nothing here is about time, and the machine may be busy.
        });

    protected override ValueTask CleanUpAsync() => ValueTask.CompletedTask; // It goes with the Redis.
}

using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>Finds out which store a Redis holds, and creates one where there is none and that is allowed.</summary>
/// <remarks>
/// The first bucket is created first and says which identity holds, so that of several hosts that create at once all come to one; when all
/// are there, it is marked complete. A creation that was interrupted is finished by the next host. A store that was complete and
/// lacks a bucket has lost it, and nothing is created in its place.
/// </remarks>
internal sealed class RedisFounding(RedisConnection connection, RedisKeys keys, RedisInspection inspection, RedisEventStoreOptions options)
{
    public const int SchemaVersion = 1;

    private const string Identity = "identity";
    private const string Complete = "complete";

    /// <param name="remembered">What this host remembers; null when nothing.</param>
    /// <returns>The store's identity.</returns>
    /// <exception cref="StoreRefusedException">It is not the store that is expected, or there is none and none may be created.</exception>
    public async Task<Guid> FindAsync(Guid? remembered)
    {
        var (_, runs) = await inspection.InspectAsync();

        // The first bucket last: who finds another one before it is created finds it too.
        var found = new RedisValue[RedisKeys.Buckets];
        var isComplete = false;
        for (var bucket = RedisKeys.Buckets - 1; bucket >= 0; bucket--)
        {
            var fields = await connection.ReadAsync(keys.Stores[bucket], Identity, Complete);
            found[bucket] = fields[0];
            isComplete = !fields[1].IsNull;
        }

        if (options.TrustsAnyStore || !isComplete)
            return await CreateAsync(found, remembered, runs);
        return Check(found[0], remembered);
    }

    private async Task<Guid> CreateAsync(RedisValue[] found, Guid? remembered, string[] runs)
    {
        if (found[0].IsNull && found.Any(identity => !identity.IsNull) && !options.TrustsAnyStore)
            throw Refused("has lost a part of its event store. Restore the backup.");
        if (!found[0].IsNull && options.ReadOnly)
            throw Refused("holds an event store that is only half created; the next host that starts finishes it.");
        if (found[0].IsNull && !options.TrustsAnyStore)
        {
            if (remembered is not null)
                throw Refused(
                    $"holds no event store, and this host has used the store {remembered} in it: its data was lost, or this is another Redis. Restore the backup; or "
                    + $"delete {options.RememberIn} to start with an empty store and accept the loss.");
            if (options.ExpectedIdentity is not null)
                throw Refused($"holds no event store, and the store {options.ExpectedIdentity} is expected. Restore the backup; or start without naming a store to create one.");
            if (!options.MayCreate || options.ReadOnly)
                throw Refused("holds no event store, and none may be created.");
        }

        var identity = found[0].IsNull ? Guid.NewGuid() : Check(found[0], remembered);
        var now = options.Time.GetUtcNow().ToString("O");
        for (var bucket = 0; bucket < RedisKeys.Buckets; bucket++)
        {
            var holds = (string)(await connection.EvaluateAsync(
                RedisScripts.Create, [keys.Stores[bucket]], [identity.ToString(), SchemaVersion, runs[bucket], Guid.NewGuid().ToString("N"), now]))!;
            if (bucket == 0)
                identity = Check(holds, remembered);
            else if (Guid.Parse(holds) != identity)
                throw Refused($"holds parts of two event stores, {identity} and {holds}. Restore the backup of one.");
        }

        await connection.WriteAsync(keys.Stores[0], Complete, now);
        return identity;
    }

    private Guid Check(RedisValue found, Guid? remembered)
    {
        if (!Guid.TryParse((string?)found, out var identity))
            throw Refused($"holds an event store whose identity '{found}' is none.");
        if (options.TrustsAnyStore)
            return identity;
        if (options.ExpectedIdentity is { } expected)
            return expected == identity ? identity : throw Refused($"holds the event store {identity}, and {expected} is expected.");
        if (remembered is not null && remembered != identity)
            throw Refused(
                $"holds the event store {identity}, and this host has used {remembered}. Point it to the right Redis; or, to go over to this store, start with its identity "
                + $"as the expected one or delete {options.RememberIn}.");
        return identity;
    }

    private StoreRefusedException Refused(string why) => new($"Redis at {connection.Hosts} {why}");
}

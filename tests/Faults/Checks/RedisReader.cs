using System.Globalization;
using StackExchange.Redis;

namespace Coordination.Faults.Checks;

/// <summary>
/// Reads the places of a cluster from Redis by the key layout of <c>docs/redis.md</c>, with nothing of the product: per bucket the sorted set
/// <c>{prefix:NN}:streams</c>; per stream the hash <c>…:head</c> and the lists <c>…:log:N</c>, whose entries end in a JSON array of events.
/// </summary>
internal static class RedisReader
{
    private const int Buckets = 16;
    private const int EventsPerChunk = 1024;

    /// <summary>The places whose path begins with a text.</summary>
    public static async Task<Dictionary<string, StoredPlace>> ReadAsync(IConnectionMultiplexer redis, string begins, List<string> problems, string prefix = "coordination")
    {
        var database = redis.GetDatabase();
        var found = new Dictionary<string, StoredPlace>(StringComparer.Ordinal);
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            var tag = string.Create(CultureInfo.InvariantCulture, $"{{{prefix}:{bucket:D2}}}:");
            foreach (var name in await database.SortedSetRangeByRankAsync(tag + "streams"))
            {
                if (name.ToString().StartsWith(begins, StringComparison.Ordinal))
                    found.Add(name.ToString(), await ReadPlaceAsync(database, $"{tag}{name}", name.ToString(), problems));
            }
        }
        return found;
    }

    private static async Task<StoredPlace> ReadPlaceAsync(IDatabase database, string key, string name, List<string> problems)
    {
        var place = new StoredPlace(name);
        var version = (long)await database.HashGetAsync(key + ":head", "version");
        for (var chunk = 0; chunk <= (version - 1) / EventsPerChunk; chunk++)
        {
            foreach (var entry in await database.ListRangeAsync(string.Create(CultureInfo.InvariantCulture, $"{key}:log:{chunk}")))
            {
                var bytes = (byte[])entry!;
                var begin = Array.IndexOf(bytes, (byte)'[');
                // Written after the version was read: part of the next look.
                if (place.Version >= version)
                    break;
                place.Add(bytes.AsMemory(begin), problems);
            }
        }
        place.End(version, problems);
        return place;
    }
}

using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>Looks at how a Redis is set up, before it is used: one that may lose what it confirmed is refused.</summary>
/// <param name="connection">The connection.</param>
/// <param name="keys">Names the buckets.</param>
/// <param name="options">What it must guarantee; who only reads asks nothing of it.</param>
internal sealed class RedisInspection(RedisConnection connection, RedisKeys keys, RedisEventStoreOptions options)
{
    private const int OldestVersion = 7;

    /// <summary>Looks at every node that holds a bucket.</summary>
    /// <returns>Per bucket its node, and the run of that: a name that it gives itself at every start.</returns>
    /// <exception cref="StoreRefusedException">One must not hold events; the message names the line of redis.conf.</exception>
    /// <exception cref="StoreUnavailableException">One does not answer, or cannot yet.</exception>
    public async Task<(IServer[] Nodes, string[] Runs)> InspectAsync()
    {
        var servers = await connection.ServersOfAsync(keys.Stores);
        var runs = new Dictionary<EndPoint, string>();
        foreach (var node in servers.DistinctBy(server => server.EndPoint))
            runs[node.EndPoint] = await InspectAsync(node);
        return (servers, [.. servers.Select(server => runs[server.EndPoint])]);
    }

    private async Task<string> InspectAsync(IServer server)
    {
        var name = EndPointCollection.ToString(server.EndPoint);
        var info = Parse(await connection.RunAsync(() => server.InfoRawAsync(), 0, CancellationToken.None) ?? "");
        string Value(string key) => info.GetValueOrDefault(key, "");
        if (Value("loading") is "1")
            throw new StoreUnavailableException($"Redis at {name} is still reading its data after a start. The store goes on by itself when that is done.");
        if (options.ReadOnly)
            return Value("run_id");
        if (!int.TryParse(Value("redis_version").Split('.')[0], CultureInfo.InvariantCulture, out var major) || major < OldestVersion)
            throw Refused(name, $"has version {Value("redis_version")}, and version {OldestVersion}.0 or newer is needed");
        if (Value("role") is not "master")
            throw Refused(name, "is a replica, which can lose what it confirms; point --cluster to the master, or end this with `replicaof no one`");
        if (Value("aof_enabled") is not "1")
            throw Refused(name, "keeps no append-only file, so a restart loses events; set `appendonly yes` in redis.conf");
        if (Value("maxmemory_policy") is not "noeviction")
            throw Refused(name, $"drops data when its memory is full (`maxmemory-policy {Value("maxmemory_policy")}`); set `maxmemory-policy noeviction` in redis.conf");

        var sync = await ConfigAsync(server, name, "appendfsync");
        var pause = await ConfigAsync(server, name, "no-appendfsync-on-rewrite");
        if (sync is "no")
            throw Refused(name, "leaves it to the system when events reach the disk (`appendfsync no`); set `appendfsync always` in redis.conf");
        if (options.Durability is RedisDurability.Relaxed)
            return Value("run_id");
        if (sync is not "always")
            throw Refused(
                name,
                $"confirms before events are on the disk (`appendfsync {sync}`); set `appendfsync always` in redis.conf, or start with "
                + "`--durability relaxed` to accept that a power failure loses the last second");
        if (pause is not "no")
            throw Refused(name, "does not sync while it rewrites its file; set `no-appendfsync-on-rewrite no` in redis.conf");
        return Value("run_id");
    }

    private async Task<string?> ConfigAsync(IServer server, string name, string setting)
    {
        try
        {
            var found = await connection.RunAsync(() => server.ConfigGetAsync(setting), 0, CancellationToken.None);
            return found.Length == 1 ? found[0].Value : null;
        }
        catch (StoreUnavailableException error) when (error.InnerException is RedisServerException or RedisCommandException)
        {
            if (options.Durability is RedisDurability.Relaxed)
                return null;
            throw Refused(
                name,
                $"does not tell how it syncs ({error.InnerException.Message}); allow its user `+config|get` and `+info`, or start with `--durability relaxed` "
                + "to go on without knowing");
        }
    }

    private static StoreRefusedException Refused(string name, string why) => new($"Redis at {name} {why}.");

    /// <summary>What <c>INFO</c> says, by name.</summary>
    public static Dictionary<string, string> Parse(string info)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in info.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                values[line[..colon]] = line[(colon + 1)..].TrimEnd();
        }

        return values;
    }
}

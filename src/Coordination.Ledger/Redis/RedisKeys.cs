using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// The names of the keys. Streams are spread over 16 buckets; the keys of a bucket share a hash tag, so that in a Redis Cluster they lie on
/// one node and a script may touch them together: <c>{coordination:07}:lots/a:head</c>.
/// </summary>
/// <remarks>
/// A key of a stream ends in <c>:head</c>, <c>:snapshot</c> or <c>:log:</c> and a number, one of the vault in <c>:value</c>, and what is
/// between that and the tag is the name, whatever is in it. No key of a bucket itself ends so: no two things can get one key.
/// </remarks>
internal sealed class RedisKeys
{
    /// <summary>How many buckets there are; part of the format, never to be changed.</summary>
    public const int Buckets = 16;

    /// <summary>Versions whose batches share one log chunk: no key grows without bound, and a version tells its chunk.</summary>
    public const int ChunkEvents = 1024;

    private readonly string[] _tags;

    /// <exception cref="ArgumentException">The prefix would break the hash tag or the order of the keys.</exception>
    public RedisKeys(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length is 0 or > 64 || !prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            throw new ArgumentException("The prefix of the keys has 1 to 64 letters, digits, '.', '_' and '-'.", nameof(prefix));
        _tags = [.. Enumerable.Range(0, Buckets).Select(bucket => string.Create(CultureInfo.InvariantCulture, $"{{{prefix}:{bucket:D2}}}:"))];
        Stores = [.. _tags.Select(tag => (RedisKey)(tag + "store"))];
    }

    /// <summary>Per bucket a hash: which store it is and how far. See <c>docs/redis.md</c>.</summary>
    public RedisKey[] Stores { get; }

    /// <summary>The bucket of a stream, or of a value in the vault: FNV-1a over the UTF-8 bytes of its name.</summary>
    public static int BucketOf(string stream)
    {
        Span<byte> bytes = stackalloc byte[StreamNames.MaxLength * 3];
        var hash = 2166136261u;
        foreach (var b in bytes[..Encoding.UTF8.GetBytes(stream, bytes)])
            hash = unchecked((hash ^ b) * 16777619u);
        return (int)((hash ^ (hash >> 16)) % Buckets);
    }

    /// <summary>The chunk in which the batch lies that begins with a version.</summary>
    public static long ChunkOf(long firstVersion) => (firstVersion - 1) / ChunkEvents;

    /// <summary>A list of the lives that ended: one per restart of Redis.</summary>
    public RedisKey Lives(int bucket) => _tags[bucket] + "lives";

    /// <summary>A sorted set of the names of the bucket's streams.</summary>
    public RedisKey Streams(int bucket) => _tags[bucket] + "streams";

    /// <summary>A sorted set of the names of the bucket's values in the vault.</summary>
    public RedisKey Vault(int bucket) => _tags[bucket] + "vault";

    /// <summary>A hash: version and bytes of a value in the vault.</summary>
    public RedisKey VaultValue(int bucket, string name) => _tags[bucket] + name + ":value";

    /// <summary>A hash: epoch and version of a stream.</summary>
    public RedisKey Head(int bucket, string stream) => _tags[bucket] + stream + ":head";

    /// <summary>A hash: version and payload of a stream's snapshot.</summary>
    public RedisKey Snapshot(int bucket, string stream) => _tags[bucket] + stream + ":snapshot";

    /// <summary>A list: the batches that begin in a range of versions.</summary>
    public RedisKey Log(int bucket, string stream, long chunk) =>
        string.Create(CultureInfo.InvariantCulture, $"{_tags[bucket]}{stream}:log:{chunk}");
}

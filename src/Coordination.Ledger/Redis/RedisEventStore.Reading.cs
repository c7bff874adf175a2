using System.Runtime.CompilerServices;
using System.Text;
using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>Reading: the guard of the writes stands before it too, so that an empty or older Redis is never taken for the truth.</summary>
public sealed partial class RedisEventStore
{
    private const int PageEntries = 256;

    /// <summary>A page ends after the batch with which it reaches this many bytes.</summary>
    private const int PageBytes = 1 << 20;

    /// <summary>Chunks looked at in one call for the beginning of a batch that spans several.</summary>
    private const int ChunksBack = 32;

    /// <inheritdoc/>
    public async IAsyncEnumerable<EventBatch> ReadAsync(string stream, long afterVersion, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        // No stream has 2^53 events, and beyond that Lua does not count exactly.
        var after = Math.Clamp(afterVersion, 0, 1L << 53);
        while (true)
        {
            var (version, entries) = await ReadPageAsync(stream, after, cancellation);
            foreach (var entry in entries)
            {
                var batch = RedisEntry.Read(stream, entry);
                if (batch.FirstVersion > after + 1 || batch.FirstVersion + batch.Count - 1 <= after)
                    throw new InvalidDataException($"Stream {stream} has a gap: the batch of version {batch.FirstVersion} comes where {after + 1} is due.");
                yield return batch;
                after = batch.FirstVersion + batch.Count - 1;
            }

            if (after >= version)
                yield break;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        var bucket = RedisKeys.BucketOf(stream);
        var answer = await CallAsync(_scripts.ReadSnapshot, bucket, [_keys.Snapshot(bucket, stream)], [], 0, cancellation);
        return answer.Length == 1 ? null : new StreamSnapshot((long)answer[1], (byte[])answer[2]!);
    }

    /// <inheritdoc/>
    public async ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation)
    {
        StoreArguments.Check(streams);
        return [.. (await ReadHeadsAsync(streams, cancellation)).Select(head => head.Epoch)];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StreamInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StreamNames.CheckPrefix(prefix);
        var buckets = Enumerable.Range(0, RedisKeys.Buckets).Select(bucket => new BucketNames(this, bucket, prefix)).ToArray();
        var page = new List<string>(PageEntries);
        while (true)
        {
            await Task.WhenAll(buckets.Select(bucket => bucket.FillAsync(cancellation)));
            // Of what all have shown so far, the first ones are the first of all.
            page.Clear();
            while (page.Count < PageEntries && buckets.All(bucket => bucket.IsFilled)
                && buckets.Where(bucket => bucket.Next is not null).MinBy(bucket => bucket.Next, RedisNameOrder.Instance) is { } first)
                page.Add(first.Take());
            if (page.Count == 0)
                yield break;
            var heads = await ReadHeadsAsync(page, cancellation);
            for (var i = 0; i < page.Count; i++)
                yield return heads[i];
        }
    }

    private async Task<(long Version, ReadOnlyMemory<byte>[] Entries)> ReadPageAsync(string stream, long after, CancellationToken cancellation)
    {
        var bucket = RedisKeys.BucketOf(stream);
        for (var newest = RedisKeys.ChunkOf(after + 1); newest >= 0; newest -= ChunksBack)
        {
            var keys = new List<RedisKey> { _keys.Head(bucket, stream) };
            for (var chunk = newest; chunk >= 0 && chunk > newest - ChunksBack; chunk--)
                keys.Add(_keys.Log(bucket, stream, chunk));
            var answer = await CallAsync(_scripts.Read, bucket, keys, [after, PageEntries, PageBytes], 0, cancellation);
            var version = (long)answer[1];
            if ((long)answer[2] == 0)
                continue; // The batch began still earlier.
            if (answer.Length == 3 && version > after)
                throw new InvalidDataException($"Stream {stream} has {version} events, and what follows {after} is not there.");
            return (version, [.. answer.Skip(3).Select(entry => (ReadOnlyMemory<byte>)(byte[])entry!)]);
        }

        throw new InvalidDataException($"Stream {stream} has more events than {after}, and what follows is not there.");
    }

    private async Task<StreamInfo[]> ReadHeadsAsync(IReadOnlyList<string> streams, CancellationToken cancellation)
    {
        var heads = new StreamInfo[streams.Count];
        await Task.WhenAll(Enumerable.Range(0, streams.Count)
            .GroupBy(i => RedisKeys.BucketOf(streams[i]))
            .SelectMany(bucket => bucket.Chunk(PageEntries).Select(indices => (Bucket: bucket.Key, Indices: indices)))
            .Select(async call =>
            {
                var answer = await CallAsync(_scripts.Heads, call.Bucket, [.. call.Indices.Select(i => _keys.Head(call.Bucket, streams[i]))], [], 0, cancellation);
                for (var i = 0; i < call.Indices.Length; i++)
                    heads[call.Indices[i]] = new StreamInfo(streams[call.Indices[i]], (long)answer[2 * i + 1], (long)answer[2 * i + 2]);
            })
            .ToArray());
        return heads;
    }

    /// <summary>The names of one bucket, page by page.</summary>
    private sealed class BucketNames(RedisEventStore store, int bucket, string prefix)
    {
        // No byte of UTF-8 is 0xFF: this is behind all that begin with the prefix.
        private readonly byte[] _highest = [(byte)'(', .. Encoding.UTF8.GetBytes(prefix), 0xFF];
        private readonly Queue<string> _names = new();
        private string? _last;
        private bool _more = true;

        /// <summary>Its next name is known, or there is none.</summary>
        public bool IsFilled => _names.Count > 0 || !_more;

        public string? Next => _names.TryPeek(out var name) ? name : null;

        public string Take() => _names.Dequeue();

        public async Task FillAsync(CancellationToken cancellation)
        {
            if (IsFilled)
                return;
            RedisValue lowest = _last is null ? "[" + prefix : "(" + _last;
            var answer = await store.CallAsync(store._scripts.Names, bucket, [store._keys.Streams(bucket)], [lowest, _highest, PageEntries], 0, cancellation);
            for (var i = 1; i < answer.Length; i++)
                _names.Enqueue(_last = (string)answer[i]!);
            _more = answer.Length - 1 == PageEntries;
        }
    }
}

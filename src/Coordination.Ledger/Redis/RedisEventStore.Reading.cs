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

    private const int MaxReads = 16;

    private readonly SemaphoreSlim _reads = new(MaxReads, MaxReads);

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
        for (var largest = PageBytes; ;)
        {
            var answer = await ReadAsync(_scripts.ReadSnapshot, bucket, [_keys.Snapshot(bucket, stream)], [largest], largest, cancellation);
            if (answer.Length == 1)
                return null;
            if (answer.Length == 3)
                return new StreamSnapshot((long)answer[1], (byte[])answer[2]!);
            largest = (int)answer[2];
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StreamInfo?> FindAsync(string stream, CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        var head = (await ReadHeadsAsync([stream], cancellation))[0];
        return head.Epoch > 0 ? head : null;
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
        await foreach (var page in NamesAsync(_keys.Streams, prefix, cancellation))
        {
            foreach (var head in await ReadHeadsAsync(page, cancellation))
                yield return head;
        }
    }

    /// <summary>The names in a sorted set of each bucket that begin with a prefix, in the order of all, page by page.</summary>
    private async IAsyncEnumerable<List<string>> NamesAsync(Func<int, RedisKey> keyOf, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buckets = Enumerable.Range(0, RedisKeys.Buckets).Select(bucket => new BucketNames(this, bucket, keyOf(bucket), prefix)).ToArray();
        while (true)
        {
            await Task.WhenAll(buckets.Select(bucket => bucket.FillAsync(cancellation)));
            // Of what all have shown so far, the first ones are the first of all.
            var page = new List<string>(PageEntries);
            while (page.Count < PageEntries && buckets.All(bucket => bucket.IsFilled)
                && buckets.Where(bucket => bucket.Next is not null).MinBy(bucket => bucket.Next, RedisNameOrder.Instance) is { } first)
                page.Add(first.Take());
            if (page.Count == 0)
                yield break;
            yield return page;
        }
    }

    private async Task<(long Version, ReadOnlyMemory<byte>[] Entries)> ReadPageAsync(string stream, long after, CancellationToken cancellation)
    {
        var bucket = RedisKeys.BucketOf(stream);
        var largest = PageBytes;
        for (var newest = RedisKeys.ChunkOf(after + 1); newest >= 0;)
        {
            var keys = new List<RedisKey> { _keys.Head(bucket, stream) };
            for (var chunk = newest; chunk >= 0 && chunk > newest - ChunksBack; chunk--)
                keys.Add(_keys.Log(bucket, stream, chunk));
            var answer = await ReadAsync(_scripts.Read, bucket, keys, [after, PageEntries, PageBytes, largest], largest, cancellation);
            var (version, found) = ((long)answer[1], (int)answer[2]);
            if (found == 0)
                newest -= ChunksBack; // The batch began still earlier.
            else if (found == 2)
                largest = (int)answer[3]; // Asked for again, with the time that takes.
            else if (answer.Length == 3 && version > after)
                break;
            else
                return (version, [.. answer.Skip(3).Select(entry => (ReadOnlyMemory<byte>)(byte[])entry!)]);
        }

        throw new InvalidDataException($"Stream {stream} has more events than {after}, and what follows is not there.");
    }

    /// <summary>
    /// A call that brings much. Only some at a time: when a thousand streams are opened at once, the last one's time must not begin before
    /// its answer can.
    /// </summary>
    private async Task<RedisResult[]> ReadAsync(RedisScript script, int bucket, List<RedisKey> keys, List<RedisValue> arguments, int bytes, CancellationToken cancellation)
    {
        var began = _options.Time.GetTimestamp();
        await _reads.WaitAsync(cancellation);
        try
        {
            // Those before had no answer: this one had its time too.
            if (_gate.Condition is { State: StoreState.Unreachable, Reason: var reason } && _options.Time.GetElapsedTime(began) >= _options.CommandTimeout)
                throw new StoreUnavailableException(reason ?? "");
            return await CallAsync(script, bucket, keys, arguments, bytes, cancellation, bulk: true);
        }
        finally
        {
            _reads.Release();
        }
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
    private sealed class BucketNames(RedisEventStore store, int bucket, RedisKey names, string prefix)
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
            var answer = await store.CallAsync(store._scripts.Names, bucket, [names], [lowest, _highest, PageEntries], 0, cancellation);
            for (var i = 1; i < answer.Length; i++)
                _names.Enqueue(_last = (string)answer[i]!);
            _more = answer.Length - 1 == PageEntries;
        }
    }
}

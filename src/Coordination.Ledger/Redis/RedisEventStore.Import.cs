using System.Globalization;

namespace Coordination.Ledger.Redis;

/// <summary>Taking over another store.</summary>
public sealed partial class RedisEventStore : IStoreImport
{
    private enum Mark
    {
        Refused,
        Done,
        Already,
    }

    async ValueTask IStoreImport.BeginImportAsync(string source, bool mayContinue, CancellationToken cancellation)
    {
        // The first bucket is marked first and unmarked last: where it has the mark, the others are its copy's whatever is in them.
        var first = await MarkAsync(0, source, mayHoldStreams: false, cancellation);
        if (first == Mark.Refused)
            throw Refused();
        if (first == Mark.Already && !mayContinue)
            throw new InvalidOperationException($"The store at {_connection.Hosts} is an incomplete copy of this store. Go on with --continue, or delete it.");
        if (first == Mark.Done && !await IsEmptyAsync(cancellation))
        {
            await MarkAsync(0, "", mayHoldStreams: true, cancellation);
            throw Refused();
        }

        for (var bucket = 1; bucket < RedisKeys.Buckets; bucket++)
        {
            if (await MarkAsync(bucket, source, mayHoldStreams: first == Mark.Already, cancellation) == Mark.Refused)
                throw Refused();
        }

        InvalidOperationException Refused() => new($"The store at {_connection.Hosts} is not empty, or an incomplete copy of another store.");
    }

    async ValueTask<AppendOutcome[]> IStoreImport.AppendInOrderAsync(IReadOnlyList<Append> appends, CancellationToken cancellation)
    {
        var outcomes = new AppendOutcome[appends.Count];
        foreach (var call in Split(appends))
        {
            cancellation.ThrowIfCancellationRequested();
            await AppendAsync(appends, call, appends.Sum(append => append.Payload.Length), outcomes); // One after the other: they may be of one stream.
        }

        return outcomes;
    }

    async ValueTask IStoreImport.RaiseEpochAsync(string stream, long epoch, CancellationToken cancellation)
    {
        var bucket = RedisKeys.BucketOf(stream);
        await CallAsync(_scripts.RaiseEpoch, bucket, [_keys.Head(bucket, stream)], [epoch], 0, cancellation);
    }

    async ValueTask IStoreImport.EndImportAsync(CancellationToken cancellation)
    {
        for (var bucket = RedisKeys.Buckets - 1; bucket >= 0; bucket--)
            await MarkAsync(bucket, "", mayHoldStreams: true, cancellation);
    }

    private async Task<bool> IsEmptyAsync(CancellationToken cancellation)
    {
        await foreach (var _ in ListAsync("", cancellation))
            return false;
        return true;
    }

    private async Task<Mark> MarkAsync(int bucket, string source, bool mayHoldStreams, CancellationToken cancellation)
    {
        var now = _options.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var answer = await CallAsync(
            _scripts.Import, bucket, [_keys.Lives(bucket), _keys.Streams(bucket)], [source, Guid.NewGuid().ToString("N"), now, mayHoldStreams ? "1" : ""], 0,
            cancellation);
        return (Mark)(int)answer[1];
    }
}

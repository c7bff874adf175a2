using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Coordination.Ledger;

namespace Coordination.Cli.Store;

/// <summary>Whether two stores hold the same, by reading both.</summary>
/// <param name="source">One.</param>
/// <param name="target">The other.</param>
internal sealed class StoreComparison(IEventStore source, IEventStore target) : IDisposable
{
    private readonly IncrementalHash all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StreamVerifier sourceVerifier = new(source);
    private readonly StreamVerifier targetVerifier = new(target);

    public long Events { get; private set; }

    public long Snapshots { get; private set; }

    /// <summary>SHA-256 over every stream's name, batches and snapshot, in the order they were compared.</summary>
    public string Hash => Convert.ToHexStringLower(all.GetCurrentHash());

    /// <summary>Streams that one has and the other has not, or with another version.</summary>
    public static async Task<List<string>> CompareListsAsync(IReadOnlyList<StreamInfo> expected, IEventStore target, CancellationToken cancellation)
    {
        var found = new Dictionary<string, StreamInfo>(StringComparer.Ordinal);
        await foreach (var stream in target.ListAsync("", cancellation))
            found.Add(stream.Name, stream);
        var differences = new List<string>();
        foreach (var stream in expected)
        {
            if (!found.Remove(stream.Name, out var copy))
                differences.Add($"{stream.Name}: the target does not have it");
            else if (copy.Version != stream.Version)
                differences.Add($"{stream.Name}: the source has {stream.Version} events, the target {copy.Version}");
            else if (copy.Epoch < stream.Epoch)
                differences.Add($"{stream.Name}: the epoch of the source is {stream.Epoch}, that of the target {copy.Epoch}");
        }

        differences.AddRange(found.Keys.Select(name => $"{name}: only the target has it"));
        return differences;
    }

    /// <summary>Compares the events, the snapshot and the recomputed state of a stream.</summary>
    /// <returns>What differs; null when nothing does.</returns>
    public async Task<string?> CompareAsync(StreamInfo stream, CancellationToken cancellation)
    {
        var (ours, events, snapshot) = await HashAsync(source, stream.Name, cancellation);
        var (theirs, _, _) = await HashAsync(target, stream.Name, cancellation);
        if (!ours.AsSpan().SequenceEqual(theirs))
            return $"{stream.Name}: the events or the snapshot differ";
        var (before, after) = (await sourceVerifier.CheckAsync(stream, cancellation), await targetVerifier.CheckAsync(stream, cancellation));
        if (before != after)
            return $"{stream.Name}: the recomputed states differ: {before.Difference ?? "none"} before, {after.Difference ?? "none"} after";
        all.AppendData(ours);
        Events += events;
        Snapshots += snapshot ? 1 : 0;
        return null;
    }

    public void Dispose() => all.Dispose();

    private static async Task<(byte[] Hash, long Events, bool Snapshot)> HashAsync(IEventStore store, string stream, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(stream));
        var events = 0L;
        await foreach (var batch in store.ReadAsync(stream, 0, cancellation))
        {
            Add(hash, batch.FirstVersion, batch.Count, batch.Payload);
            events += batch.Count;
        }

        var snapshot = await store.ReadSnapshotAsync(stream, cancellation);
        if (snapshot is not null)
            Add(hash, snapshot.Version, -1, snapshot.Payload);
        return (hash.GetCurrentHash(), events, snapshot is not null);
    }

    private static void Add(IncrementalHash hash, long version, int count, ReadOnlyMemory<byte> payload)
    {
        Span<byte> begin = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(begin, version);
        BinaryPrimitives.WriteInt32LittleEndian(begin[8..], count);
        BinaryPrimitives.WriteInt32LittleEndian(begin[12..], payload.Length);
        hash.AppendData(begin);
        hash.AppendData(payload.Span);
    }
}

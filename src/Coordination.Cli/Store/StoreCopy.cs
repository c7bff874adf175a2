using Coordination.Ledger;

namespace Coordination.Cli.Store;

/// <summary>Copies the streams of a store into another one as they are: versions, batches byte for byte, snapshots; epochs are kept or raised.</summary>
/// <param name="source">From.</param>
/// <param name="target">To; its import has begun.</param>
internal sealed class StoreCopy(IEventStore source, IStoreImport target)
{
    /// <summary>Batches in one commit: more make it faster, and what is read and not yet written lies in memory.</summary>
    private const int MaxBatches = 256;

    private const int MaxBytes = 4 << 20;

    /// <summary>Copies what the target does not have of a stream, from its last whole batch on.</summary>
    /// <exception cref="InvalidDataException">The target holds something else, or somebody writes to it.</exception>
    public async Task CopyAsync(StreamInfo stream, CancellationToken cancellation)
    {
        var opened = await target.OpenAsync(stream.Name, cancellation);
        var version = opened.Version;
        var commit = new List<Append>();
        var bytes = 0;
        await foreach (var batch in source.ReadAsync(stream.Name, version, cancellation))
        {
            if (batch.FirstVersion != version + 1)
                throw new InvalidDataException($"{stream.Name}: the target holds {opened.Version} events, and the source has no batch that ends there");
            commit.Add(new Append(stream.Name, opened.Epoch, version, batch.Count, batch.Payload));
            version += batch.Count;
            bytes += batch.Payload.Length;
            if (commit.Count < MaxBatches && bytes < MaxBytes)
                continue;
            await CommitAsync(stream.Name, commit, cancellation);
            bytes = 0;
        }

        await CommitAsync(stream.Name, commit, cancellation);
        if (await source.ReadSnapshotAsync(stream.Name, cancellation) is { } snapshot)
            await target.WriteSnapshotAsync(stream.Name, snapshot, cancellation);
        await target.RaiseEpochAsync(stream.Name, stream.Epoch, cancellation);
    }

    private async Task CommitAsync(string stream, List<Append> commit, CancellationToken cancellation)
    {
        if (commit.Count == 0)
            return;
        var outcomes = await target.AppendInOrderAsync(commit, cancellation);
        if (outcomes.Any(outcome => outcome != AppendOutcome.Committed))
            throw new InvalidDataException($"{stream}: somebody else writes to the target");
        commit.Clear();
    }
}

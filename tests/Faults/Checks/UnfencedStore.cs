using Coordination.Ledger;

namespace Coordination.Faults.Checks;

/// <summary>
/// For the twin of a safety test only: a store that lies. It takes every append for one of the newest owner at the right version, as a
/// store without epochs and versions would.
/// </summary>
internal sealed class UnfencedStore(IEventStore real) : IEventStore
{
    public async ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation)
    {
        var epochs = await real.ReadEpochsAsync([.. appends.Select(append => append.Stream)], cancellation);
        var forged = new List<Append>();
        foreach (var append in appends)
        {
            await foreach (var stream in real.ListAsync(append.Stream, cancellation))
            {
                if (stream.Name == append.Stream)
                    forged.Add(append with { Epoch = epochs[forged.Count], ExpectedVersion = stream.Version });
            }
        }
        return await real.AppendAsync(forged, cancellation);
    }

    public ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation) => real.OpenAsync(stream, cancellation);

    public IAsyncEnumerable<EventBatch> ReadAsync(string stream, long afterVersion, CancellationToken cancellation) => real.ReadAsync(stream, afterVersion, cancellation);

    public ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation) => real.ReadSnapshotAsync(stream, cancellation);

    public ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation) => real.WriteSnapshotAsync(stream, snapshot, cancellation);

    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellation) => real.ListAsync(prefix, cancellation);

    public ValueTask<StreamInfo?> FindAsync(string stream, CancellationToken cancellation) => real.FindAsync(stream, cancellation);

    public ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation) => real.ReadEpochsAsync(streams, cancellation);

    public ValueTask ProbeAsync(CancellationToken cancellation) => real.ProbeAsync(cancellation);

    public ValueTask DisposeAsync() => real.DisposeAsync();
}

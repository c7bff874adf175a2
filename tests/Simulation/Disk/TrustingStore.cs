using Coordination.Ledger;

namespace Coordination.Simulation.Disk;

/// <summary>For a twin: what came along with a place hides what the store has beyond it.</summary>
internal sealed class TrustingStore(IEventStore store, long trusted) : IEventStore
{
    public async ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation) =>
        await store.OpenAsync(stream, cancellation) with { Version = trusted };

    public async IAsyncEnumerable<EventBatch> ReadAsync(string stream, long afterVersion, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in store.ReadAsync(stream, afterVersion, cancellation))
        {
            if (batch.FirstVersion + batch.Count - 1 <= trusted)
                yield return batch;
        }
    }

    public ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation) => store.AppendAsync(appends, cancellation);

    public ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation) => ValueTask.FromResult<StreamSnapshot?>(null);

    public ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation) =>
        store.WriteSnapshotAsync(stream, snapshot, cancellation);

    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    public ValueTask<StreamInfo?> FindAsync(string stream, CancellationToken cancellation) => store.FindAsync(stream, cancellation);

    public ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation) => store.ReadEpochsAsync(streams, cancellation);

    public ValueTask ProbeAsync(CancellationToken cancellation) => store.ProbeAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

namespace Coordination.Ledger.Tests.Engine;

/// <summary>A real store behind a door that a test can close: commits wait, fail before they are durable, or fail after.</summary>
internal sealed class FaultyStore(IEventStore real) : IEventStore
{
    private TaskCompletionSource? door;
    private TaskCompletionSource? readDoor;

    public enum Fault
    {
        None,
        BeforeDurable,
        AfterDurable,
    }

    public Fault Next { get; set; }

    public bool FailsToOpen { get; set; }

    public List<IReadOnlyList<Append>> Commits { get; } = [];

    public List<long> ReadFrom { get; } = [];

    public int SnapshotsRead { get; private set; }

    /// <summary>Completes when a commit waits at the closed door.</summary>
    public TaskCompletionSource Arrived { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when reading a snapshot waits for <see cref="ReleaseReads"/>.</summary>
    public TaskCompletionSource ReadArrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void HoldReads() => readDoor = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReleaseReads() => readDoor?.SetResult();

    public void Close()
    {
        Arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        door = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Open()
    {
        door?.SetResult();
        door = null;
    }

    public ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation) =>
        FailsToOpen ? throw new StoreUnavailableException("The door is closed.") : real.OpenAsync(stream, cancellation);

    public async ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation)
    {
        Commits.Add(appends);
        Arrived.TrySetResult();
        if (door is { } closed)
            await closed.Task;
        if (Next == Fault.BeforeDurable)
            throw new StoreUnavailableException("Failed before it was durable.");
        var outcomes = await real.AppendAsync(appends, cancellation);
        return Next == Fault.AfterDurable ? throw new StoreUnavailableException("Failed after it was durable.") : outcomes;
    }

    public IAsyncEnumerable<EventBatch> ReadAsync(string stream, long afterVersion, CancellationToken cancellation)
    {
        ReadFrom.Add(afterVersion);
        return real.ReadAsync(stream, afterVersion, cancellation);
    }

    public async ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation)
    {
        SnapshotsRead++;
        if (readDoor is { } held)
        {
            ReadArrived.TrySetResult();
            await held.Task;
        }
        return await real.ReadSnapshotAsync(stream, cancellation);
    }

    public ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation) =>
        real.WriteSnapshotAsync(stream, snapshot, cancellation);

    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellation) => real.ListAsync(prefix, cancellation);

    public ValueTask<StreamInfo?> FindAsync(string stream, CancellationToken cancellation) => real.FindAsync(stream, cancellation);

    public ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation) => real.ReadEpochsAsync(streams, cancellation);

    public ValueTask ProbeAsync(CancellationToken cancellation) => real.ProbeAsync(cancellation);

    public ValueTask DisposeAsync() => real.DisposeAsync();
}

using Coordination.Ledger;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Disk;

/// <summary>
/// What is durable. It belongs to the simulation, not to a host: hosts come and go. An operation takes effect at one moment,
/// between its call and its answer; it may fail before or after that moment, and one that is on its way when its host dies may
/// still take effect.
/// </summary>
/// <param name="world">Time and chance.</param>
/// <param name="weather">How often it fails.</param>
/// <param name="isFenced">False for a twin: appends are taken whatever their epoch and version say.</param>
internal sealed class SimulatedDisk(World world, Weather weather, bool isFenced)
{
    private readonly SortedDictionary<string, DiskStream> streams = new(StringComparer.Ordinal);

    /// <summary>Told of each batch at the moment it is durable.</summary>
    public required Action<string, EventBatch> Appended { get; init; }

    /// <summary>Told of each snapshot that is to be written.</summary>
    public required Action<string, StreamSnapshot> SnapshotWritten { get; init; }

    public sealed class DiskStream
    {
        public long Epoch { get; set; }

        public long Version { get; set; }

        public List<EventBatch> Batches { get; } = [];

        public StreamSnapshot? Snapshot { get; set; }
    }

    public IEnumerable<string> Names => streams.Keys;

    public DiskStream? Find(string name) => streams.GetValueOrDefault(name);

    /// <summary>Does something for a host, at a moment and with an end that the seed chooses.</summary>
    public Task<T> RunAsync<T>(Func<bool> hostIsDead, string what, bool writes, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fails = world.Happens(weather.StoreFails);
        var failsAfter = fails && world.Happens(weather.StoreFailsAfter);
        var outlivesItsHost = world.Happens(0.5);
        world.After(weather.StoreLatency(), () =>
        {
            if (hostIsDead() && !outlivesItsHost)
                return;
            if ((fails && !failsAfter) || (writes && world.Now < weather.OutageUntil))
            {
                world.Trace($"disk: {what} fails before");
                world.After(weather.StoreLatency(), () => done.TrySetException(new StoreUnavailableException("The simulated disk failed.")));
                return;
            }
            var result = work();
            if (failsAfter)
                world.Trace($"disk: {what} fails after");
            world.After(weather.StoreLatency(), () =>
            {
                if (failsAfter)
                    done.TrySetException(new StoreUnavailableException("The simulated disk failed."));
                else
                    done.TrySetResult(result);
            });
        });
        return done.Task;
    }

    public OpenedStream Open(string name)
    {
        if (!streams.TryGetValue(name, out var stream))
            streams.Add(name, stream = new DiskStream());
        stream.Epoch++;
        world.Trace($"disk: {name} opened as epoch {stream.Epoch} at version {stream.Version}");
        return new OpenedStream(stream.Epoch, stream.Version);
    }

    public AppendOutcome[] Append(IReadOnlyList<Append> appends) => [.. appends.Select(Append)];

    private AppendOutcome Append(Append append)
    {
        var stream = Find(append.Stream);
        var outcome = stream is null || append.Epoch != stream.Epoch ? AppendOutcome.Fenced
            : append.ExpectedVersion != stream.Version ? AppendOutcome.VersionConflict
            : AppendOutcome.Committed;
        world.Trace($"disk: {append.Stream} append {append.ExpectedVersion}+{append.Count} by epoch {append.Epoch}: {outcome}");
        if (stream is null || (outcome != AppendOutcome.Committed && isFenced))
            return outcome;
        // Without the fence whoever writes last wins, as in a store without conditions.
        stream.Batches.RemoveAll(batch => batch.FirstVersion > append.ExpectedVersion);
        var written = new EventBatch(append.ExpectedVersion + 1, append.Count, append.Payload.ToArray());
        stream.Batches.Add(written);
        stream.Version = append.ExpectedVersion + append.Count;
        Appended(append.Stream, written);
        return AppendOutcome.Committed;
    }

    public void Write(string name, StreamSnapshot snapshot)
    {
        world.Trace($"disk: {name} snapshot of version {snapshot.Version}");
        SnapshotWritten(name, snapshot);
        if (Find(name) is { } stream && snapshot.Version <= stream.Version && !(stream.Snapshot?.Version > snapshot.Version))
            stream.Snapshot = snapshot with { Payload = snapshot.Payload.ToArray() };
    }
}

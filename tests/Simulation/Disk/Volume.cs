using Coordination.Ledger;

namespace Coordination.Simulation.Disk;

/// <summary>What is kept in one place: the store as it ought to be, one that lost its tail, or an empty one.</summary>
internal sealed class Volume(int identity)
{
    private readonly SortedDictionary<string, DiskStream> streams = new(StringComparer.Ordinal);

    public sealed class DiskStream
    {
        public long Epoch { get; set; }

        public long Version { get; set; }

        public List<EventBatch> Batches { get; init; } = [];

        public StreamSnapshot? Snapshot { get; set; }
    }

    /// <summary>Given when it was made.</summary>
    public int Identity { get; } = identity;

    /// <summary>Grows with everything that is written and that somebody may rely on: events, and epochs too.</summary>
    public long Mark { get; private set; }

    public IEnumerable<string> Names => streams.Keys;

    public DiskStream? Find(string name) => streams.GetValueOrDefault(name);

    public OpenedStream Open(string name)
    {
        if (!streams.TryGetValue(name, out var stream))
            streams.Add(name, stream = new DiskStream());
        stream.Epoch++;
        Mark++;
        return new OpenedStream(stream.Epoch, stream.Version);
    }

    public EventBatch Append(Append append)
    {
        var stream = streams[append.Stream];
        // Without the fence whoever writes last wins, as in a store without conditions.
        stream.Batches.RemoveAll(batch => batch.FirstVersion > append.ExpectedVersion);
        var written = new EventBatch(append.ExpectedVersion + 1, append.Count, append.Payload.ToArray());
        stream.Batches.Add(written);
        stream.Version = append.ExpectedVersion + append.Count;
        Mark++;
        return written;
    }

    public void Write(string name, StreamSnapshot snapshot)
    {
        if (Find(name) is { } stream && snapshot.Version <= stream.Version && !(stream.Snapshot?.Version > snapshot.Version))
            stream.Snapshot = snapshot with { Payload = snapshot.Payload.ToArray() };
    }

    /// <summary>The same, as it is now.</summary>
    public Volume Copy()
    {
        var copy = new Volume(Identity) { Mark = Mark };
        foreach (var (name, stream) in streams)
            copy.streams.Add(name, new DiskStream { Epoch = stream.Epoch, Version = stream.Version, Batches = [.. stream.Batches], Snapshot = stream.Snapshot });
        return copy;
    }
}

using System.Runtime.CompilerServices;
using Coordination.Ledger;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Disk;

/// <summary>The event store of one host, on the disk that all hosts share.</summary>
/// <param name="world">Time and chance.</param>
/// <param name="disk">The disk.</param>
/// <param name="host">The host; null for an observer, whose operations take no time and never fail.</param>
internal sealed class DiskStore(World world, SimulatedDisk disk, Host? host) : IEventStore
{
    public async ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation) =>
        await RunAsync($"{stream} open", writes: true, volume => disk.Open(volume, stream));

    public async ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation) =>
        await RunAsync($"append to {appends.Count}", writes: true, volume => disk.Append(volume, appends));

    public async IAsyncEnumerable<EventBatch> ReadAsync(string stream, long afterVersion, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var (after, most) = (afterVersion, world.Chance.Next(1, 20));
            var page = await RunAsync($"{stream} read", writes: false, volume =>
                volume.Find(stream)?.Batches.Where(batch => batch.FirstVersion + batch.Count - 1 > after).Take(most).ToArray() ?? []);
            foreach (var batch in page)
                yield return batch;
            if (page.Length < most)
                yield break;
            afterVersion = page[^1].FirstVersion + page[^1].Count - 1;
        }
    }

    public async ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation) =>
        await RunAsync($"{stream} read snapshot", writes: false, volume => volume.Find(stream)?.Snapshot);

    public async ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation) =>
        await RunAsync($"{stream} snapshot", writes: true, volume =>
        {
            disk.Write(volume, stream, snapshot);
            return true;
        });

    public async IAsyncEnumerable<StreamInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var found = await RunAsync($"{prefix} list", writes: false, volume => volume.Names
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => new StreamInfo(name, volume.Find(name)!.Epoch, volume.Find(name)!.Version)).ToArray());
        foreach (var stream in found)
            yield return stream;
    }

    public async ValueTask<StreamInfo?> FindAsync(string stream, CancellationToken cancellation) =>
        await RunAsync($"{stream} find", writes: false, volume =>
            volume.Find(stream) is { } found ? new StreamInfo(stream, found.Epoch, found.Version) : (StreamInfo?)null);

    public async ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation) =>
        await RunAsync($"read {streams.Count} epochs", writes: false, volume => streams.Select(stream => volume.Find(stream)?.Epoch ?? 0).ToArray());

    public async ValueTask ProbeAsync(CancellationToken cancellation) =>
        await RunAsync("probe", writes: true, _ => true);

    private Task<T> RunAsync<T>(string what, bool writes, Func<Volume, T> work) =>
        host is null ? Task.FromResult(work(disk.Right)) : disk.RunAsync(host, what, writes, work);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

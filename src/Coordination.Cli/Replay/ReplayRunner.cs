using System.Runtime.CompilerServices;
using Coordination.Client;

namespace Coordination.Cli.Replay;

/// <summary>How a run goes about it.</summary>
internal sealed record ReplayOptions
{
    public ReplaySpeed Speed { get; init; } = ReplaySpeed.Max;
    public int ChunkLines { get; init; } = 2_000;
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>Which input this is; see <see cref="ReplayInput.Fingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Where the checkpoint is kept.</summary>
    public required string CheckpointPath { get; init; }

    /// <summary>The checkpoint to go on from; null to start at the beginning.</summary>
    public Checkpoint? ResumeFrom { get; init; }
    public Action<ReplayProgress>? OnProgress { get; init; }
    public Action<IngestRetry>? OnRetry { get; init; }
}

/// <summary>How far a run is.</summary>
/// <param name="PlacesDone">Places created or brought up to date.</param>
/// <param name="ItemsDone">Items of the plan that are done, those of the run before included.</param>
internal readonly record struct ReplayProgress(int PlacesDone, int ItemsDone);

/// <summary>Sends a plan to a server: the places first, then every line, and keeps a checkpoint on the way.</summary>
internal sealed class ReplayRunner(ReplayPlan plan, CoordinationClient client, ReplayOptions options, TimeProvider time)
{
    private const string Device = "replay";
    private const int Parallel = 8;

    /// <summary>Items that may be sent between two checkpoints.</summary>
    private const int Window = 20_000;
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly int[] order = ReplayOrder.Of(plan, options.Speed.Order);
    private readonly int[] done = options.ResumeFrom?.Done ?? new int[plan.Places.Count];
    private readonly ReplayTally tally = options.ResumeFrom?.Tally ?? new ReplayTally();
    private int mayHaveBeenSent;
    private int uncertainBelow;
    private int itemsDone = options.ResumeFrom?.Done.Sum() ?? 0;
    private long started;
    private long lastSaved;
    private (long Started, DateTimeOffset When)? pace;

    /// <summary>Runs to the end of the plan. Whatever happens, a checkpoint is left behind.</summary>
    /// <exception cref="CoordinationException">The server refused a place, or was out of reach for longer than the patience.</exception>
    public async Task<ReplaySummary> RunAsync(CancellationToken cancellation)
    {
        started = lastSaved = time.GetTimestamp();
        // A run in another order may have sent anything.
        mayHaveBeenSent = uncertainBelow = options.ResumeFrom is not { } from ? 0
            : from.Order == options.Speed.Order ? from.MayHaveBeenSent : order.Length;
        await PutPlacesAsync(cancellation);
        try
        {
            var positions = Remaining();
            for (var i = 0; i < positions.Count;)
            {
                var end = i;
                var operations = Item(positions[i]).IsOperation;
                while (end < positions.Count && Item(positions[end]).IsOperation == operations)
                    end++;
                var batch = positions.GetRange(i, end - i);
                if (operations)
                    await SetOperationsAsync(batch, cancellation);
                else
                    await SendAsync(batch, cancellation);
                i = end;
            }
        }
        finally
        {
            Save();
        }
        return ReplaySummary.Of(plan, tally, tally.Seconds + time.GetElapsedTime(started).TotalSeconds);
    }

    private ReplayItem Item(int position) => plan.Items[order[position]];

    /// <summary>Positions of the order that are not done, in their order.</summary>
    private List<int> Remaining()
    {
        var skip = (int[])done.Clone();
        var positions = new List<int>(order.Length);
        for (var position = 0; position < order.Length; position++)
        {
            if (skip[Item(position).Place]-- <= 0)
                positions.Add(position);
        }
        return positions;
    }

    private async Task PutPlacesAsync(CancellationToken cancellation)
    {
        var put = 0;
        var all = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation };
        await System.Threading.Tasks.Parallel.ForEachAsync(plan.Places, all, async (place, ct) =>
        {
            await client.PutPlaceAsync(place.Path, place.Profile, ct);
            options.OnProgress?.Invoke(new ReplayProgress(Interlocked.Increment(ref put), itemsDone));
        });
    }

    private async Task SendAsync(List<int> positions, CancellationToken cancellation)
    {
        var ingest = new IngestOptions { ChunkLines = options.ChunkLines, Retry = options.Retry, OnRetry = options.OnRetry };
        var next = 0;
        await foreach (var result in client.IngestAsync(LinesOf(positions, cancellation), ingest, cancellation))
        {
            var position = positions[next++];
            var item = Item(position);
            lock (gate)
            {
                tally.Take(item, plan.Places[item.Place], result, position < uncertainBelow);
                Done(item);
            }
            SaveNowAndThen();
        }
    }

    private async IAsyncEnumerable<IngestLine> LinesOf(List<int> positions, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var position in positions)
        {
            var item = Item(position);
            if (Wait(item) is { Ticks: > 0 } wait)
                await Task.Delay(wait, time, cancellation);
            Announce(position);
            var place = plan.Places[item.Place];
            yield return new IngestLine
            {
                Place = place.Path,
                Type = "reading",
                DeviceId = Device,
                Sequence = item.Sequence,
                At = item.At,
                Occupied = place.CountsFree ? null : item.Value,
                Free = place.CountsFree ? item.Value : null,
            };
        }
    }

    private async Task SetOperationsAsync(List<int> positions, CancellationToken cancellation)
    {
        // One after the other for a place, places side by side.
        var byPlace = positions.GroupBy(position => Item(position).Place);
        var all = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation };
        await System.Threading.Tasks.Parallel.ForEachAsync(byPlace, all, async (group, ct) =>
        {
            foreach (var position in group)
            {
                var item = Item(position);
                if (Wait(item) is { Ticks: > 0 } wait)
                    await Task.Delay(wait, time, ct);
                var (operation, reason) = item.ClosedBecause is { Length: > 0 } because ? ("closed", because) : ("open", "正常");
                await client.SetOperationAsync(plan.Places[item.Place].Path, operation, Device, reason, cancellation: ct);
                lock (gate)
                    Done(item);
                SaveNowAndThen();
            }
        });
    }

    /// <summary>How long until an item is due at the speed of this run, which begins with its first item.</summary>
    private TimeSpan Wait(in ReplayItem item)
    {
        if (options.Speed.Factor is not { } factor)
            return TimeSpan.Zero;
        lock (gate)
        {
            pace ??= (time.GetTimestamp(), item.When);
            return (item.When - pace.Value.When) / factor - time.GetElapsedTime(pace.Value.Started);
        }
    }

    private void Done(in ReplayItem item)
    {
        done[item.Place]++;
        itemsDone++;
        options.OnProgress?.Invoke(new ReplayProgress(plan.Places.Count, itemsDone));
    }

    /// <summary>Writes down that items up to here may be sent, before the first of them is.</summary>
    private void Announce(int position)
    {
        if (position < Volatile.Read(ref mayHaveBeenSent))
            return;
        lock (gate)
        {
            mayHaveBeenSent = Math.Min(position + Window, order.Length);
            Save();
        }
    }

    private void SaveNowAndThen()
    {
        if (time.GetElapsedTime(lastSaved) >= CheckpointEvery)
            Save();
    }

    private void Save()
    {
        lock (gate)
        {
            lastSaved = time.GetTimestamp();
            var before = tally.Seconds;
            tally.Seconds += time.GetElapsedTime(started).TotalSeconds;
            var checkpoint = new Checkpoint
            {
                Fingerprint = options.Fingerprint,
                Order = options.Speed.Order,
                Done = done,
                MayHaveBeenSent = mayHaveBeenSent,
                Tally = tally,
            };
            Checkpoint.Write(options.CheckpointPath, checkpoint.ToBytes());
            tally.Seconds = before;
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Coordination.LoadTests.Measure;

namespace Coordination.LoadTests.Scenarios;

using Place = LedgerStream<OccupancyState, OccupancyCommand, OccupancyEvent, Rejection>;

/// <summary>What the chain of links costs: durable readings per second through the engine into SQLite, with it over without it.</summary>
internal sealed class ChainScenario : IScenario
{
    private static readonly RecordedBy Gate = new("devices/gate-north-1");

    public string Name => "chain";

    public string Title => "durable readings/s into SQLite with the chain of links, over without";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var (places, callers) in ((int, int)[])[(1, 1), (1, 1000), (100, 1), (100, 10)])
        {
            var lasting = options.Lasting(2);
            await PerSecondAsync(places, callers, chained: true, lasting);
            await PerSecondAsync(places, callers, chained: false, lasting);
            var series = await Series.AlternateAsync(
                options.Rounds(9),
                () => PerSecondAsync(places, callers, chained: false, lasting),
                () => PerSecondAsync(places, callers, chained: true, lasting));
            stop.ThrowIfCancellationRequested();
            yield return series.ToFigure(
                string.Create(CultureInfo.InvariantCulture, $"{places:N0} {(places == 1 ? "place" : "places")}, {callers:N0} {(callers == 1 ? "caller" : "callers")} each"), "readings/s", note:
                "without grains: the engine of a place, the group commit and the store");
        }
    }

    private static async Task<double> PerSecondAsync(int places, int callers, bool chained, TimeSpan lasting)
    {
        var folder = Directory.CreateTempSubdirectory("coordination-load-");
        try
        {
            await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path.Combine(folder.FullName, "coordination.db") });
            await using var commits = new GroupCommit(store);
            var settings = LedgerStreamOptions.Default with { WithoutChain = !chained };
            var (done, began) = (0L, Stopwatch.GetTimestamp());
            // One at a time on each place, as in its grain.
            await Task.WhenAll(Enumerable.Range(0, places).Select(n => Task.Factory.StartNew(
                async () => Interlocked.Add(ref done, await RecordAsync(new Place($"parking-lots/load-{n}", OccupancyModel.Instance, store, commits, TimeProvider.System, settings), callers, began, lasting)),
                CancellationToken.None, TaskCreationOptions.DenyChildAttach, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap()));
            return done / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<long> RecordAsync(Place place, int callers, long began, TimeSpan lasting)
    {
        await place.OpenAsync();
        await place.Submit(new DefinePlace(new ParkingLotProfile { Name = "停车场", Capacity = 1000 })).Commit;
        var sequence = 0L;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(began) < lasting)
            {
                var input = new OccupancyInput { DeviceId = "gate-north-1", Sequence = ++sequence, At = TimeProvider.System.GetUtcNow(), Occupied = (int)(sequence % 1000) };
                if (await place.Submit(new RecordInput(input), by: Gate).Commit != CommitOutcome.Committed)
                    throw new InvalidOperationException("A reading was not taken.");
            }
        }));
        return sequence;
    }
}

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
            await RunAsync(places, callers, chained: true, lasting);
            await RunAsync(places, callers, chained: false, lasting);
            var (perSecond, processor) = (new Series(), new Series());
            for (var round = 0; round < options.Rounds(9); round++)
            {
                stop.ThrowIfCancellationRequested();
                var first = await RunAsync(places, callers, chained: round % 2 == 0, lasting);
                var second = await RunAsync(places, callers, chained: round % 2 != 0, lasting);
                var (without, with) = round % 2 == 0 ? (second, first) : (first, second);
                perSecond.Add(without.PerSecond, with.PerSecond);
                processor.Add(without.Microseconds, with.Microseconds);
            }
            var name = string.Create(CultureInfo.InvariantCulture, $"{places:N0} {(places == 1 ? "place" : "places")}, {callers:N0} {(callers == 1 ? "caller" : "callers")} each");
            yield return perSecond.ToFigure(name, "readings/s", note: "without grains: the engine of a place, the group commit and the store");
            yield return processor.ToFigure(name + ": processor", "µs/reading");
        }
    }

    private static async Task<(double PerSecond, double Microseconds)> RunAsync(int places, int callers, bool chained, TimeSpan lasting)
    {
        var folder = Directory.CreateTempSubdirectory("coordination-load-");
        try
        {
            await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path.Combine(folder.FullName, "coordination.db") });
            await using var commits = new GroupCommit(store);
            var settings = LedgerStreamOptions.Default with { WithoutChain = !chained };
            using var process = Process.GetCurrentProcess();
            var (done, used, began) = (0L, process.TotalProcessorTime, Stopwatch.GetTimestamp());
            // One at a time on each place, as in its grain.
            await Task.WhenAll(Enumerable.Range(0, places).Select(n => Task.Factory.StartNew(
                async () => Interlocked.Add(ref done, await RecordAsync(new Place($"parking-lots/load-{n}", OccupancyModel.Instance, store, commits, TimeProvider.System, settings), callers, began, lasting)),
                CancellationToken.None, TaskCreationOptions.DenyChildAttach, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap()));
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            process.Refresh();
            return (done / seconds, (process.TotalProcessorTime - used).TotalMicroseconds / done);
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

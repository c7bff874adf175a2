using System.Diagnostics;
using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;
using Orleans.Core.Internal;

namespace Coordination.LoadTests.Silo;

/// <summary>Time from a call to the answer of a place that sleeps: one with many events, restored from its snapshot, beside a new one.</summary>
internal static class Activation
{
    private const int InputsPerCall = 1000;

    /// <summary>Time between two readings: spreads 100,000 of them over a month, so that all kept minutes have a figure.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(26);

    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(30);

    public static async Task<SiloMeasurement> MeasureAsync(LoadSilo silo, int events, int rounds)
    {
        var (empty, full) = (await silo.DefineAsync("empty"), await silo.DefineAsync("full"));
        await FillAsync(full, events);
        var management = silo.Grains.GetGrain<IManagementGrain>(0);
        await WakeAsync(management, empty);
        await WakeAsync(management, full);
        var (baseline, subject) = (new double[rounds], new double[rounds]);
        for (var i = 0; i < rounds; i++)
        {
            baseline[i] = await WakeAsync(management, empty);
            subject[i] = await WakeAsync(management, full);
        }
        return new SiloMeasurement(baseline, subject);
    }

    private static async Task FillAsync(IOccupancyGrain place, int events)
    {
        var at = TimeProvider.System.GetUtcNow() - Step * events;
        for (var sequence = 0; sequence < events;)
        {
            var inputs = Enumerable.Range(sequence, Math.Min(InputsPerCall, events - sequence)).Select(next => new OccupancyInput
            {
                DeviceId = $"gate-{next % 8}", Sequence = next, At = at + Step * next, Occupied = next % 1000,
            });
            var receipt = await place.Record([.. inputs]);
            if (receipt.Unavailable || receipt.Overloaded || receipt.Outcomes.Any(outcome => outcome.Status != InputStatus.Accepted))
                throw new InvalidOperationException("A reading was not taken.");
            sequence += receipt.Outcomes.Length;
        }
    }

    /// <summary>Puts a place to sleep, waits until it does, and measures its first answer, in milliseconds.</summary>
    private static async Task<double> WakeAsync(IManagementGrain management, IOccupancyGrain place)
    {
        var awake = await AwakeAsync(management);
        await place.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        var began = Stopwatch.GetTimestamp();
        while (await AwakeAsync(management) >= awake)
        {
            if (Stopwatch.GetElapsedTime(began) > MostPatience)
                throw new InvalidOperationException("The place did not go to sleep.");
            await Task.Delay(5);
        }
        began = Stopwatch.GetTimestamp();
        var view = await place.GetView();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return view is null ? throw new InvalidOperationException("The place is gone.") : elapsed;
    }

    private static async Task<int> AwakeAsync(IManagementGrain management) => (await management.GetSimpleGrainStatistics())
        .Where(statistic => statistic.GrainType.Contains("ParkingLot", StringComparison.Ordinal)).Sum(statistic => statistic.ActivationCount);
}

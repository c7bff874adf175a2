using System.Collections.Immutable;
using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;

namespace Coordination.Server.Simulation;

/// <summary>
/// Gives a place that starts without a past the hours of the same weekdays before and the minutes of today, so that its screen can
/// show today against the usual. Simulated like everything else here.
/// </summary>
internal sealed class Backfill(IOccupancyGrain grain, OccupancyView view, Random random)
{
    private static readonly int[] Weeks = [3, 2, 1];

    /// <returns>The last sequence number used.</returns>
    public async Task<long> RunAsync(long last, DateTimeOffset now)
    {
        // Only after what is known already: older figures would be late and show nothing.
        var from = view.CountedAt ?? DateTimeOffset.MinValue;
        var inputs = ImmutableArray.CreateBuilder<OccupancyInput>();
        foreach (var week in Weeks)
        {
            for (var at = now.AddDays(-7 * week - 1); at < now.AddDays(-7 * week + 1); at = at.AddMinutes(30))
                Add(at);
        }
        for (var at = now.AddHours(-24); at < now; at = at.AddMinutes(10))
            Add(at);
        await grain.Record(inputs.ToImmutable());
        return last;

        void Add(DateTimeOffset at)
        {
            if (at <= from)
                return;
            foreach (var (zone, _, capacity) in DayCurve.ZonesOf(view))
            {
                if (capacity is not > 0)
                    continue;
                var share = Math.Clamp(DayCurve.ShareAt(view, at) * (0.94 + 0.12 * random.NextDouble()), 0, 1);
                inputs.Add(Simulator.Input(at, zone, ref last) with { Occupied = (int)(capacity.Value * share) });
            }
        }
    }
}

using Coordination.Domain.Occupancy;

namespace Coordination.Simulation.Checks;

/// <summary>What holds for every view, whatever happened before it.</summary>
internal static class RulesOfViews
{
    /// <summary>The first rule that is broken; null when all hold.</summary>
    public static string? Broken(OccupancyView view)
    {
        if (Free(view.Free, view.Capacity) is { } broken)
            return broken;
        foreach (var zone in view.Zones)
        {
            if (Free(zone.Free, zone.Capacity) is { } inZone)
                return $"zone {zone.Id}: {inZone}";
            if (zone.Occupied < 0)
                return $"zone {zone.Id}: a negative count";
        }
        if (view.Occupied < 0)
            return "a negative count";
        if (view.OverCapacity != (view.Occupied > view.Capacity))
            return "over capacity is not what the figures say";
        if (view.Zones.IsEmpty && view is { Occupied: { } inside, Capacity: { } places } && view.Free != Math.Max(0, places - inside))
            return "free is not capacity minus occupied";
        if (!view.Zones.IsEmpty && view.Free != view.Zones.Sum(zone => zone.Free) && view.Zones.All(zone => zone.Free is not null))
            return "free is not the sum of the zones";
        return view.State is PlaceState.Open or PlaceState.Stale && view.CountedAt is null ? "a figure that was never counted" : null;
    }

    private static string? Free(int? free, int? capacity) =>
        free < 0 ? "free is negative" : free > capacity ? "free is above the capacity" : null;
}

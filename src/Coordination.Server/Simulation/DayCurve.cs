using Coordination.Domain;
using Coordination.Domain.Occupancy;

namespace Coordination.Server.Simulation;

/// <summary>How full a simulated place is over the day: car parks of homes at night, scenic areas around noon and when they are open.</summary>
internal static class DayCurve
{
    /// <summary>The zones to simulate; a place without zones is one.</summary>
    public static IEnumerable<(string? Zone, int? Occupied, int? Capacity)> ZonesOf(OccupancyView view) => view.Zones.IsEmpty
        ? [(null, view.Occupied, view.Capacity)]
        : view.Zones.Select(zone => ((string?)zone.Id, zone.Occupied, zone.Capacity));

    /// <summary>Share of the capacity, 0 to 1. Each place has its own height, so that a wall of them shows every level.</summary>
    public static double ShareAt(OccupancyView view, DateTimeOffset instant)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(view.TimeZone);
        var hour = TimeZoneInfo.ConvertTime(instant, zone).TimeOfDay.TotalHours;
        var height = 0.55 + 0.45 * (view.Id.Sum(c => c * 31) % 100 / 99.0);
        if (view.Kind == PlaceKind.ParkingLot)
            return height * (0.55 + 0.43 * Math.Cos((hour - 2.0) / 24 * 2 * Math.PI));
        if (view.OpeningHours is { } hours && !hours.IsOpenAt(instant, zone))
            return 0;
        return height * Math.Exp(-Math.Pow((hour - 13.0) / 3.6, 2));
    }
}

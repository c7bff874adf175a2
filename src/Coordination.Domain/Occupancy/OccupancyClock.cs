using System.Collections.Immutable;

namespace Coordination.Domain.Occupancy;

/// <summary>What time alone does to a place: opening, closing, going stale, changes that fall due.</summary>
public static class OccupancyClock
{
    /// <summary>The state as it is at <paramref name="now"/>, with nothing having happened since.</summary>
    public static OccupancyState Refresh(OccupancyState state, DateTimeOffset now)
    {
        if (state.Profile is null)
            return state;
        var staleAfter = state.Profile.EffectiveRules.StaleAfter;
        state = WithScheduleAt(state, now);
        var zones = state.Zones;
        for (var i = 0; i < zones.Length; i++)
        {
            var stale = zones[i].CountedAt is { } at && now - at >= staleAfter;
            if (stale != zones[i].Stale)
                zones = zones.SetItem(i, zones[i] with { Stale = stale });
        }
        var next = StateOf(state, zones);
        return next == state.State && zones == state.Zones ? state : state with { State = next, Zones = zones };
    }

    private static PlaceState StateOf(OccupancyState state, ImmutableArray<ZoneCount> zones)
    {
        if (state.Operation == Operation.Closed)
            return PlaceState.Closed;
        var (unknown, fresh, freshPeople) = (zones.IsEmpty, false, false);
        foreach (var zone in zones)
        {
            unknown |= zone.CountedAt is null;
            fresh |= zone is { CountedAt: not null, Stale: false };
            freshPeople |= zone is { Occupied: > 0, Stale: false };
        }
        // A fresh positive count is stronger than the schedule.
        if (state.Operation != Operation.Open && !state.Schedule!.Open && !freshPeople)
            return PlaceState.Closed;
        if (unknown)
            return PlaceState.Unknown;
        return fresh ? PlaceState.Open : PlaceState.Stale;
    }

    /// <summary>The next instant after <paramref name="now"/> at which time alone may change something; null if it never will.</summary>
    /// <remarks>An instant at which nothing changes after all is possible and harmless: ask again then.</remarks>
    public static DateTimeOffset? NextDeadline(OccupancyState state, DateTimeOffset now)
    {
        if (state.Profile is null)
            return null;
        if (WithScheduleAt(state, now) is var current && !ReferenceEquals(Refresh(current, now), current))
            return now;
        DateTimeOffset? next = current.Schedule!.Until;
        if (!state.Scheduled.IsEmpty)
            Consider(state.Scheduled[0].EffectiveAt);
        foreach (var zone in state.Zones)
        {
            if (zone is { Stale: false, CountedAt: { } at })
                Consider(at + state.Profile.EffectiveRules.StaleAfter);
        }
        return next < now ? now : next;

        void Consider(DateTimeOffset candidate)
        {
            if (next is null || candidate < next)
                next = candidate;
        }
    }

    private static OccupancyState WithScheduleAt(OccupancyState state, DateTimeOffset now) =>
        state.Schedule is { } window && window.Covers(now) ? state : state with { Schedule = ScheduleWindow.At(state.Profile!, now) };
}

/// <summary>
/// What the opening hours say, and the stretch of time for which they say it: asking a calendar and a time zone for every
/// input would cost more than all the other rules together.
/// </summary>
internal sealed record ScheduleWindow(bool Open, DateTimeOffset From, DateTimeOffset? Until)
{
    public bool Covers(DateTimeOffset instant) => instant >= From && (Until is null || instant < Until);

    public static ScheduleWindow At(PlaceProfile profile, DateTimeOffset now)
    {
        if (profile.OpeningHours is not { } hours)
            return new ScheduleWindow(true, DateTimeOffset.MinValue, null);
        var zone = profile.Zone;
        // Without a boundary in sight, look again in a week: the next exception may lie beyond what was searched.
        return new ScheduleWindow(hours.IsOpenAt(now, zone), now, hours.NextBoundaryAfter(now, zone) ?? now.AddDays(7));
    }
}

using System.Collections.Immutable;

namespace Coordination.Domain.Occupancy;

/// <summary>What an event does to the state of a place that is counted. Pure, total, and never refuses: the event has happened.</summary>
public static class OccupancyEvolution
{
    /// <summary>The state after <paramref name="event"/>, which was decided at <paramref name="recordedAt"/>.</summary>
    public static OccupancyState Apply(OccupancyState state, OccupancyEvent @event, DateTimeOffset recordedAt)
    {
        var next = @event switch
        {
            ReadingRecorded reading => Read(state, reading, recordedAt),
            MovementRecorded movement => Move(state, movement, recordedAt),
            PlaceDefined { Profile: var profile } => Define(state, profile, recordedAt),
            CountCorrected correction => Correct(state, correction, recordedAt),
            CapacityChangeScheduled change => Schedule(state, new ScheduledChange(change.EffectiveAt, change.Zone, change.Capacity, null)),
            RulesChangeScheduled change => Schedule(state, new ScheduledChange(change.EffectiveAt, null, null, change.Rules)),
            CapacityChanged change => ChangeCapacity(state, change),
            RulesChanged change => Relevel(Unschedule(state, change.ScheduledFor) with { Profile = state.Profile! with { Rules = change.Rules } }),
            OperationSet set => state with { Operation = set.Operation, OperationReason = set.Operation == Operation.Automatic ? null : set.Reason },
            StateRefreshed => state,
            RefusalsNoted note => Note(state, note),
            _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "Not an event of a place that is counted."),
        };
        return OccupancyClock.Refresh(next, recordedAt);
    }

    private static OccupancyState Define(OccupancyState state, PlaceProfile profile, DateTimeOffset recordedAt)
    {
        var isNew = state.Profile is null;
        var zones = profile.CountedZones.Select(zone => state.IndexOf(zone.Id) is >= 0 and var index
            ? state.Zones[index]
            : isNew && profile.InitialOccupied is { } initial
                ? new ZoneCount(zone.Id, initial, CountedAt: recordedAt)
                : new ZoneCount(zone.Id));
        return Relevel(state with { Profile = profile, Zones = [.. zones], Schedule = null });
    }

    private static OccupancyState Read(OccupancyState state, ReadingRecorded reading, DateTimeOffset recordedAt)
    {
        var device = state.Devices.GetValueOrDefault(reading.DeviceId, DeviceRecord.New);
        device = Took(device, reading.Sequence, reading.Late, recordedAt) with
        {
            LastReadingAt = reading.Late ? device.LastReadingAt : reading.At,
            LastDrift = reading.Drift ?? device.LastDrift,
            TotalDrift = device.TotalDrift + Math.Abs(reading.Drift ?? 0),
            Moved = reading.Late ? device.Moved : 0,
        };
        var devices = state.Devices.SetItem(reading.DeviceId, device);
        var index = state.IndexOf(reading.Zone ?? PlaceProfile.WholePlace);
        if (index < 0)
            return state with { Devices = devices }; // The zone is gone since; the device's record stays true.
        if (reading.Late)
            return RememberLate(state with { Devices = devices }, index, reading.Occupied, reading.At);
        var zone = state.Zones[index] with
        {
            Occupied = reading.Occupied,
            FreeOnly = reading.Occupied is null && reading.Free is { } free ? Math.Max(0, free) : null,
            CountedAt = reading.At,
        };
        return Present(state, index, zone, reading.At, reading.Simulated, devices);
    }

    private static OccupancyState Move(OccupancyState state, MovementRecorded movement, DateTimeOffset recordedAt)
    {
        var device = state.Devices.GetValueOrDefault(movement.DeviceId, DeviceRecord.New);
        device = Took(device, movement.Sequence, movement.Late, recordedAt);
        if (!movement.Late)
            device = device with { Moved = device.Moved + movement.Count, TotalMoved = device.TotalMoved + movement.Count };
        var devices = state.Devices.SetItem(movement.DeviceId, device);
        var index = state.IndexOf(movement.Zone ?? PlaceProfile.WholePlace);
        // Never read: a movement on top of an unknown count is still unknown.
        if (index < 0 || movement.Late || state.Zones[index] is not { CountedAt: not null } zone)
            return state with { Devices = devices };
        var change = movement.Direction == Direction.In ? movement.Count : -movement.Count;
        zone = zone with
        {
            // An exit nobody was inside for is the counter's drift; a count is never negative.
            Occupied = zone.Occupied is { } occupied ? (int)Math.Clamp((long)occupied + change, 0, int.MaxValue) : null,
            FreeOnly = zone.FreeOnly is { } free ? (int)Math.Clamp((long)free - change, 0, int.MaxValue) : null,
            CountedAt = movement.At > zone.CountedAt ? movement.At : zone.CountedAt,
        };
        zone = Settled(zone, state.CapacityOf(zone.Id));
        // At the time of the figure, not of the movement: an earlier minute must not end with a later figure.
        return Present(state, index, zone, zone.CountedAt ?? movement.At, movement.Simulated, devices);
    }

    private static OccupancyState Correct(OccupancyState state, CountCorrected correction, DateTimeOffset recordedAt)
    {
        var index = state.IndexOf(correction.Zone ?? PlaceProfile.WholePlace);
        return index < 0
            ? state
            : Present(state, index, state.Zones[index] with { Occupied = correction.Occupied, FreeOnly = null, CountedAt = recordedAt }, recordedAt, simulated: false);
    }

    private static OccupancyState ChangeCapacity(OccupancyState state, CapacityChanged change)
    {
        state = Unschedule(state, change.ScheduledFor);
        var profile = state.Profile!;
        var target = change.Zone ?? PlaceProfile.WholePlace;
        if (state.IndexOf(target) < 0)
            return state; // Scheduled for a zone that is gone since: it must not fall on another.
        profile = target == PlaceProfile.WholePlace
            ? profile with { Capacity = change.Capacity }
            : profile with
            {
                Zones = [.. profile.Zones.Select(zone => zone.Id == target
                    ? zone with { Capacity = change.Capacity, AreaSquareMetres = null, SquareMetresPerVisitor = null }
                    : zone)],
            };
        return Relevel(state with { Profile = profile });
    }

    private static OccupancyState Schedule(OccupancyState state, ScheduledChange change)
    {
        var position = state.Scheduled.Length;
        while (position > 0 && state.Scheduled[position - 1].EffectiveAt > change.EffectiveAt)
            position--;
        return state with { Scheduled = state.Scheduled.Insert(position, change) };
    }

    private static OccupancyState Unschedule(OccupancyState state, DateTimeOffset? scheduledFor) =>
        // Changes fall due in their order, so the one that was due is the first.
        scheduledFor is null || state.Scheduled.IsEmpty ? state : state with { Scheduled = state.Scheduled.RemoveAt(0) };

    private static OccupancyState Note(OccupancyState state, RefusalsNoted note)
    {
        var device = state.Devices.GetValueOrDefault(note.DeviceId, DeviceRecord.New);
        var refused = device.Refused ?? ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
        refused = refused.SetItem(note.Code, refused.GetValueOrDefault(note.Code) + note.Count);
        return state with { Devices = state.Devices.SetItem(note.DeviceId, device with { Refused = refused, LastRefusedAt = note.LastAt }) };
    }

    private static DeviceRecord Took(DeviceRecord device, long sequence, bool late, DateTimeOffset recordedAt) => device with
    {
        Seen = device.Seen.Add(sequence),
        Late = late ? device.Late.Add(sequence) : device.Late,
        LastSequence = Math.Max(device.LastSequence, sequence),
        LastSeenAt = recordedAt,
        Inputs = device.Inputs + 1,
        LateInputs = device.LateInputs + (late ? 1 : 0),
    };

    /// <summary>A zone has a new present.</summary>
    /// <remarks>One new state for all of it: this is what nearly every event does.</remarks>
    private static OccupancyState Present(
        OccupancyState state, int index, ZoneCount zone, DateTimeOffset at, bool simulated, ImmutableDictionary<string, DeviceRecord>? devices = null)
    {
        var rules = state.Profile!.EffectiveRules.Thresholds;
        zone = zone with { Level = zone.Occupied is { } occupied ? rules.Next(zone.Level, occupied, state.CapacityOf(zone.Id)) : null };
        var zones = state.Zones.SetItem(index, zone);
        var total = OccupancyState.SumOf(zones);
        return state with
        {
            Devices = devices ?? state.Devices,
            Zones = zones,
            Simulated = simulated,
            Level = total is { } inside ? rules.Next(state.Level, inside, state.Capacity) : null,
            Minutes = total is { } minute ? state.Minutes.Record(at, minute, late: false) : state.Minutes,
            Hours = total is { } hour ? state.Hours.Record(at, hour, late: false) : state.Hours,
        };
    }

    private static OccupancyState Relevel(OccupancyState state)
    {
        var rules = state.Profile!.EffectiveRules.Thresholds;
        var zones = state.Zones;
        for (var i = 0; i < zones.Length; i++)
        {
            var (zone, capacity) = (zones[i], state.CapacityOf(zones[i].Id));
            zone = Settled(zone, capacity);
            zones = zones.SetItem(i, zone with { Level = zone.Occupied is { } occupied ? rules.Next(zone.Level, occupied, capacity) : null });
        }
        state = state with { Zones = zones };
        return state with { Level = state.Occupied is { } total ? rules.Next(state.Level, total, state.Capacity) : null };
    }

    /// <summary>Free places of a capacity that is known since are a count, unless the two contradict each other.</summary>
    private static ZoneCount Settled(ZoneCount zone, int? capacity) =>
        zone.FreeOnly is { } free && capacity is { } known && free <= known
            ? zone with { Occupied = known - free, FreeOnly = null }
            : zone;

    /// <summary>
    /// Puts a late figure into the history. One of several zones says nothing about the total then, so it stays in the event store
    /// only.
    /// </summary>
    private static OccupancyState RememberLate(OccupancyState state, int index, int? zoneOccupied, DateTimeOffset at) =>
        state.Zones.Length == 1 && index == 0 && zoneOccupied is { } occupied
            ? state with { Minutes = state.Minutes.Record(at, occupied, late: true), Hours = state.Hours.Record(at, occupied, late: true) }
            : state;
}

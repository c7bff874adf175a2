namespace Coordination.Domain.Occupancy;

/// <summary>
/// The rules of places that are counted: what a command makes happen, given the state and the time. Pure; see
/// <see cref="OccupancyEvolution"/> for what an event does to the state.
/// </summary>
public static class OccupancyDecider
{
    /// <summary>How far a device's clock may be ahead of the server's.</summary>
    public static readonly TimeSpan MaxClockAhead = TimeSpan.FromMinutes(10);

    /// <summary>How far ahead a change may be scheduled.</summary>
    public static readonly TimeSpan MaxScheduleAhead = TimeSpan.FromDays(400);

    /// <summary>Input older than this is refused: no device of ours has counted that long.</summary>
    public static readonly DateTimeOffset Oldest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const long MaxSequence = (1L << 53) - 1;

    /// <summary>Events that follow from <paramref name="command"/>, those that fell due before it first; or a rejection.</summary>
    public static Decision<OccupancyEvent> Decide(OccupancyState state, OccupancyCommand command, DateTimeOffset now)
    {
        var due = DueChanges(state, now);
        foreach (var change in due)
            state = OccupancyEvolution.Apply(state, change, now);
        var decision = DecideNow(state, command, now);
        return due.Count == 0 || decision.Rejection is not null ? decision : new([.. due, .. decision.Events], null);
    }

    private static Decision<OccupancyEvent> DecideNow(OccupancyState state, OccupancyCommand command, DateTimeOffset now) => command switch
    {
        RecordInput { Input: var input } => state.Profile is null ? Missing : Record(state, input, now),
        DefinePlace define => Define(state, define),
        _ when state.Profile is null => command is PassTime ? Decision<OccupancyEvent>.Nothing : Missing,
        PassTime => Refresh(state, now),
        CorrectCount correct => Correct(state, correct),
        ChangeCapacity change => Change(state, change, now),
        ChangeRules change => Change(state, change, now),
        SetOperation set => Set(state, set),
        NoteRefusals note => Note(state, note),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of a place that is counted."),
    };

    private static readonly Rejection Missing = new(RejectionKind.NotFound, "place-not-found", "There is no such place.");

    private static Decision<OccupancyEvent> Define(OccupancyState state, DefinePlace define)
    {
        if (define.ExpectedVersion is 0 && state.Profile is not null)
            return Rejection.Conflict("place-exists", "The place exists already.");
        if (define.Profile is null)
            return Rejection.Malformed("profile", "A place needs a profile.");
        if (define.Profile.Validate() is { } invalid)
            return invalid;
        if (state.Profile is { } existing && existing.Kind != define.Profile.Kind)
            return Rejection.Conflict("kind-differs", "A place keeps its kind.");
        if (define.Profile.Equals(state.Profile))
            return Decision<OccupancyEvent>.Nothing;
        return Decision<OccupancyEvent>.Of(new PlaceDefined(define.Profile));
    }

    private static Decision<OccupancyEvent> Record(OccupancyState state, OccupancyInput input, DateTimeOffset now)
    {
        if (ValidateKey(input) is { } malformed)
            return malformed;
        state.Devices.TryGetValue(input.DeviceId, out var device);
        var membership = device?.Seen.Find(input.Sequence);
        // Before all else: a retry gets its first outcome, even if its zone is gone or the clock was set back since.
        if (membership == SequenceSet.Membership.Seen)
            return Decision<OccupancyEvent>.Nothing;
        if (ValidateInput(state, input, now, out var zoneIndex) is { } refused)
            return refused;
        switch (membership)
        {
            case SequenceSet.Membership.TooOld:
                return Rejection.Refused("sequence-too-old", "This sequence number is below those the place still remembers; send it with a new one.", "sequence");
            case null when state.Devices.Count >= OccupancyState.MaxDevices:
                return Rejection.Refused("too-many-devices", $"At most {OccupancyState.MaxDevices} devices may send input to one place.", "deviceId");
        }
        var late = device?.LastReadingAt is { } lastReading && input.At < lastReading;
        var zone = state.Zones[zoneIndex];
        if (input.Direction is { } direction)
            return Decision<OccupancyEvent>.Of(new MovementRecorded(input.DeviceId, input.Sequence, input.At, direction, input.Count, input.Zone, late, input.Simulated));
        var occupied = input.Occupied;
        if (input.Free is { } free && state.CapacityOf(zone.Id) is { } capacity)
        {
            if (free > capacity)
                return Rejection.Refused("free-above-capacity", "More places are said to be free than there are.", "free");
            occupied = capacity - free;
        }
        var drift = late || occupied is null || zone.Occupied is null ? null : occupied - zone.Occupied;
        return Decision<OccupancyEvent>.Of(new ReadingRecorded(
            input.DeviceId, input.Sequence, input.At, occupied, input.Free, input.Zone, late, drift, input.Simulated));
    }

    private static Rejection? ValidateKey(OccupancyInput input) =>
        !IsDeviceId(input.DeviceId) ? Rejection.Malformed("deviceId", "Letters, digits and . _ : - , 1 to 64 characters.")
        : input.Sequence is < 0 or > MaxSequence ? Rejection.Malformed("sequence", "A whole number from 0 to 2^53 − 1.")
        : null;

    private static Rejection? ValidateInput(OccupancyState state, OccupancyInput input, DateTimeOffset now, out int zoneIndex)
    {
        zoneIndex = -1;
        if (input.At < Oldest)
            return Rejection.Refused("time-out-of-range", "Before the year 2000: check the device's clock.", "at");
        if (input.At > now + MaxClockAhead)
            return Rejection.Refused("time-in-future", "More than 10 minutes ahead of the server: check the device's clock.", "at");
        if (input.Direction is { } direction)
        {
            if (input.Occupied is not null || input.Free is not null)
                return Rejection.Malformed("occupied", "A movement has a direction and a count, a reading has a number occupied or free.");
            if (!Enum.IsDefined(direction))
                return Rejection.Malformed("direction", "in or out.");
            if (input.Count is < 1 or > OccupancyInput.MaxMovement)
                return Rejection.Malformed("count", "1 to 100,000.");
        }
        else if (input.Occupied is null == input.Free is null)
            return Rejection.Malformed("occupied", "A reading has either occupied or free.");
        else if (input.Occupied is < 0)
            return Rejection.Refused("negative-count", "A count is never negative.", "occupied");
        else if (input.Occupied is > PlaceProfile.MaxCount || input.Free is > PlaceProfile.MaxCount or < -PlaceProfile.MaxCount)
            return Rejection.Malformed("occupied", "At most 10,000,000.");
        return FindZone(state, input.Zone, out zoneIndex);
    }

    private static Rejection? FindZone(OccupancyState state, string? zone, out int index)
    {
        index = state.IndexOf(zone ?? PlaceProfile.WholePlace);
        if (index >= 0)
            return null;
        return zone is null
            ? Rejection.Refused("zone-required", "This place is counted by zone; name one.", "zone")
            : Rejection.Refused("zone-unknown", "The place has no such zone.", "zone");
    }

    private static bool IsDeviceId(string? id)
    {
        if (id is not { Length: > 0 and <= OccupancyInput.MaxDeviceIdLength })
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or ':' or '-'))
                return false;
        }
        return true;
    }

    private static Decision<OccupancyEvent> Correct(OccupancyState state, CorrectCount correct)
    {
        if (ValidatePerson(correct.By, correct.Reason) is { } invalid)
            return invalid;
        if (correct.Occupied is < 0)
            return Rejection.Refused("negative-count", "A count is never negative.", "occupied");
        if (correct.Occupied > PlaceProfile.MaxCount)
            return Rejection.Malformed("occupied", "At most 10,000,000.");
        if (FindZone(state, correct.Zone, out var index) is { } unknown)
            return unknown;
        return Decision<OccupancyEvent>.Of(new CountCorrected(
            correct.Zone, correct.Occupied, correct.Occupied - state.Zones[index].Occupied, correct.By, correct.Reason));
    }

    private static Decision<OccupancyEvent> Change(OccupancyState state, ChangeCapacity change, DateTimeOffset now)
    {
        if (change.Capacity is < 0 or > PlaceProfile.MaxCount)
            return Rejection.Malformed("capacity", "0 to 10,000,000.");
        if (FindZone(state, change.Zone, out _) is { } unknown)
            return unknown;
        if (change.EffectiveAt is not { } at || at <= now)
            return Decision<OccupancyEvent>.Of(new CapacityChanged(change.Zone, change.Capacity));
        return CheckSchedule(state, at, now) is { } no ? no : Decision<OccupancyEvent>.Of(new CapacityChangeScheduled(change.Zone, change.Capacity, at));
    }

    private static Decision<OccupancyEvent> Change(OccupancyState state, ChangeRules change, DateTimeOffset now)
    {
        if (change.Rules is null)
            return Rejection.Malformed("rules", "A change of the rules needs the rules.");
        if (change.Rules.Validate("rules") is { } invalid)
            return invalid;
        if (change.EffectiveAt is not { } at || at <= now)
            return Decision<OccupancyEvent>.Of(new RulesChanged(change.Rules));
        return CheckSchedule(state, at, now) is { } no ? no : Decision<OccupancyEvent>.Of(new RulesChangeScheduled(change.Rules, at));
    }

    private static Rejection? CheckSchedule(OccupancyState state, DateTimeOffset at, DateTimeOffset now)
    {
        if (at > now + MaxScheduleAhead)
            return Rejection.Refused("time-in-future", "A change may be scheduled at most 400 days ahead.", "effectiveAt");
        return state.Scheduled.Length >= OccupancyState.MaxScheduled
            ? Rejection.Refused("too-many-scheduled", $"At most {OccupancyState.MaxScheduled} changes may wait.", "effectiveAt")
            : null;
    }

    private static Decision<OccupancyEvent> Set(OccupancyState state, SetOperation set)
    {
        if (!Enum.IsDefined(set.Operation))
            return Rejection.Malformed("operation", "automatic, open or closed.");
        if (ValidatePerson(set.By, set.Reason) is { } invalid)
            return invalid;
        return set.Operation == state.Operation && (set.Operation == Operation.Automatic || set.Reason == state.OperationReason)
            ? Decision<OccupancyEvent>.Nothing
            : Decision<OccupancyEvent>.Of(new OperationSet(set.Operation, set.By, set.Reason));
    }

    private static Rejection? ValidatePerson(string by, string reason)
    {
        if (string.IsNullOrWhiteSpace(by) || by.Length > 80)
            return Rejection.Malformed("by", "Who did it, 1 to 80 characters.");
        return string.IsNullOrWhiteSpace(reason) || reason.Length > 200
            ? Rejection.Malformed("reason", "Why, 1 to 200 characters.")
            : null;
    }

    private static Decision<OccupancyEvent> Note(OccupancyState state, NoteRefusals note) =>
        // Also of a device that never sent anything good, which is the one to mend; as many as may send input, and no more.
        note.Count > 0 && (state.Devices.ContainsKey(note.DeviceId) || (IsDeviceId(note.DeviceId) && state.Devices.Count < OccupancyState.MaxDevices))
            ? Decision<OccupancyEvent>.Of(new RefusalsNoted(note.DeviceId, note.Code, note.Count, note.LastAt))
            : Decision<OccupancyEvent>.Nothing;

    private static Decision<OccupancyEvent> Refresh(OccupancyState state, DateTimeOffset now)
    {
        var refreshed = OccupancyClock.Refresh(state, now);
        return refreshed.State == state.State && refreshed.Zones.SameAs(state.Zones)
            ? Decision<OccupancyEvent>.Nothing
            : Decision<OccupancyEvent>.Of(new StateRefreshed(refreshed.State));
    }

    private static List<OccupancyEvent> DueChanges(OccupancyState state, DateTimeOffset now)
    {
        if (state.Scheduled.IsEmpty || state.Scheduled[0].EffectiveAt > now)
            return None;
        return [.. state.Scheduled.TakeWhile(change => change.EffectiveAt <= now).Select(change => change.Rules is { } rules
            ? (OccupancyEvent)new RulesChanged(rules, change.EffectiveAt)
            : new CapacityChanged(change.Zone, change.Capacity, change.EffectiveAt))];
    }

    private static readonly List<OccupancyEvent> None = [];

    /// <summary>The answer to an input, from what was decided in the state before it.</summary>
    public static InputOutcome OutcomeOf(OccupancyState before, OccupancyInput input, in Decision<OccupancyEvent> decision, long version)
    {
        if (decision.Rejection is { } rejection)
            return new InputOutcome(InputStatus.Refused, rejection);
        return (decision.Events is { Count: > 0 } events ? events[^1] : null) switch
        {
            ReadingRecorded { Late: false } reading => new(InputStatus.Accepted, null, version,
                reading.Occupied > CapacityAfterDue(before, decision.Events, reading.Zone ?? PlaceProfile.WholePlace)),
            MovementRecorded { Late: false } => new(InputStatus.Accepted, null, version),
            ReadingRecorded or MovementRecorded => new(InputStatus.Late, null, version),
            _ => new(InputStatus.Duplicate, null, version, false, FirstOutcome(before, input)),
        };
    }

    // Null when it is so long ago that the place no longer remembers whether it was late.
    private static InputStatus? FirstOutcome(OccupancyState before, OccupancyInput input) =>
        before.Devices.GetValueOrDefault(input.DeviceId)?.Late.Find(input.Sequence) switch
        {
            SequenceSet.Membership.Seen => InputStatus.Late,
            SequenceSet.Membership.New => InputStatus.Accepted,
            _ => null,
        };

    private static int? CapacityAfterDue(OccupancyState before, IReadOnlyList<OccupancyEvent> events, string zone)
    {
        var capacity = before.CapacityOf(zone);
        foreach (var decided in events)
        {
            if (decided is CapacityChanged change && (change.Zone ?? PlaceProfile.WholePlace) == zone)
                capacity = change.Capacity;
        }
        return capacity;
    }
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Occupancy;

/// <summary>Whether a figure can be believed and the place entered.</summary>
public enum PlaceState
{
    /// <summary>Never read: there is no figure.</summary>
    Unknown,

    /// <summary>Open, and the figure is fresh.</summary>
    Open,

    /// <summary>Closed by the schedule or by hand.</summary>
    Closed,

    /// <summary>No input for longer than the rules allow: the figure is the last one known.</summary>
    Stale,
}

/// <summary>The count of one zone.</summary>
/// <param name="Id">The zone; empty for the only zone of a place without zones.</param>
/// <param name="Occupied">How many are inside; null when never read, or when only free places are known.</param>
/// <param name="FreeOnly">Free places as read, where the capacity is not known.</param>
/// <param name="CountedAt">When the newest input was counted.</param>
/// <param name="Level">With the memory that hysteresis needs.</param>
/// <param name="Stale">No input for longer than the rules allow.</param>
public sealed record ZoneCount(
    string Id,
    int? Occupied = null,
    int? FreeOnly = null,
    DateTimeOffset? CountedAt = null,
    Level? Level = null,
    bool Stale = false);

/// <summary>What is known of a device that sends input.</summary>
/// <param name="Seen">Sequence numbers it has used.</param>
/// <param name="Late">Those of them that were late.</param>
/// <param name="LastSequence">The highest of them.</param>
/// <param name="LastReadingAt">When its newest reading was counted; older input is late.</param>
/// <param name="LastSeenAt">When the server last took input from it.</param>
/// <param name="Inputs">Inputs taken, late ones included.</param>
/// <param name="LateInputs">Late inputs.</param>
/// <param name="Moved">Cars or people its movements counted since its last reading.</param>
/// <param name="LastDrift">The correction its last reading made.</param>
/// <param name="TotalDrift">All corrections added up without their sign.</param>
/// <param name="TotalMoved">All movements added up.</param>
/// <param name="Refused">Inputs refused, by code.</param>
/// <param name="LastRefusedAt">When the last was refused.</param>
public sealed record DeviceRecord(
    SequenceSet Seen,
    SequenceSet Late,
    long LastSequence = -1,
    DateTimeOffset? LastReadingAt = null,
    DateTimeOffset? LastSeenAt = null,
    long Inputs = 0,
    long LateInputs = 0,
    long Moved = 0,
    int? LastDrift = null,
    long TotalDrift = 0,
    long TotalMoved = 0,
    [property: JsonConverter(typeof(OrdinalSortedDictionaryJson<long>))] ImmutableSortedDictionary<string, long>? Refused = null,
    DateTimeOffset? LastRefusedAt = null)
{
    public static DeviceRecord New { get; } = new(SequenceSet.Empty, SequenceSet.Empty);
}

/// <summary>A change that waits for its instant: of a capacity or, when <paramref name="Rules"/> is set, of the rules.</summary>
public sealed record ScheduledChange(DateTimeOffset EffectiveAt, string? Zone, int? Capacity, OccupancyRules? Rules);

/// <summary>
/// Everything a place that is counted remembers. Immutable: applying an event shares what did not change, so a snapshot can be
/// written while the place goes on.
/// </summary>
public sealed record OccupancyState
{
    /// <summary>Most devices that may send input to one place.</summary>
    public const int MaxDevices = 512;

    /// <summary>Most changes that may wait for their instant.</summary>
    public const int MaxScheduled = 64;

    public static OccupancyState Empty { get; } = new();

    /// <summary>What people say about it; null while it does not exist.</summary>
    public PlaceProfile? Profile { get; init; }

    /// <summary>One per zone of the profile, in its order.</summary>
    public ImmutableArray<ZoneCount> Zones { get => field.OrEmpty(); init; }

    public PlaceState State { get; init; }

    /// <summary>Level of the whole place, with the memory that hysteresis needs.</summary>
    public Level? Level { get; init; }

    /// <summary>Whether the schedule decides, or a person did.</summary>
    public Operation Operation { get; init; }

    /// <summary>Why it was opened or closed by hand.</summary>
    public string? OperationReason { get; init; }

    /// <summary>The newest figure comes from the built-in simulator.</summary>
    public bool Simulated { get; init; }

    [JsonConverter(typeof(OrdinalDictionaryJson<DeviceRecord>))]
    public ImmutableDictionary<string, DeviceRecord> Devices { get => field ?? ImmutableDictionary<string, DeviceRecord>.Empty; init; }

    /// <summary>Ordered by instant.</summary>
    public ImmutableArray<ScheduledChange> Scheduled { get => field.OrEmpty(); init; }

    public BucketSeries Minutes { get => field ?? BucketSeries.Minutes; init; }

    public BucketSeries Hours { get => field ?? BucketSeries.Hours; init; }

    /// <summary>A cache of what the opening hours say; derived, so never stored.</summary>
    [JsonIgnore]
    internal ScheduleWindow? Schedule { get; init; }

    /// <summary>How many are inside in all; null as long as a zone was never read.</summary>
    [JsonIgnore]
    public int? Occupied => SumOf(Zones);

    /// <summary>When the newest input of any zone was counted.</summary>
    [JsonIgnore]
    public DateTimeOffset? CountedAt
    {
        get
        {
            DateTimeOffset? newest = null;
            foreach (var zone in Zones)
            {
                if (zone.CountedAt is { } at && (newest is null || at > newest))
                    newest = at;
            }
            return newest;
        }
    }

    /// <summary>Places in all; null as long as that of a zone is not known.</summary>
    [JsonIgnore]
    public int? Capacity
    {
        get
        {
            if (Profile is null)
                return null;
            if (Profile.Zones.IsDefaultOrEmpty)
                return Profile.Capacity;
            long sum = 0;
            foreach (var zone in Profile.Zones)
            {
                if (zone.EffectiveCapacity is not { } capacity)
                    return null;
                sum += capacity;
            }
            return (int)Math.Min(sum, int.MaxValue);
        }
    }

    internal int? CapacityOf(string zone) => Profile switch
    {
        null => null,
        { Zones.IsDefaultOrEmpty: true } => Profile.Capacity,
        _ => Profile.Zones.FirstOrDefault(candidate => candidate.Id == zone)?.EffectiveCapacity,
    };

    internal int IndexOf(string zone)
    {
        for (var i = 0; i < Zones.Length; i++)
        {
            if (Zones[i].Id == zone)
                return i;
        }
        return -1;
    }

    /// <summary>How many are inside zones in all; null as long as one of them was never read, and of none.</summary>
    internal static int? SumOf(ImmutableArray<ZoneCount> zones)
    {
        long sum = 0;
        foreach (var zone in zones)
        {
            if (zone.Occupied is not { } value)
                return null;
            sum += value;
        }
        return zones.IsEmpty ? null : (int)Math.Min(sum, int.MaxValue);
    }
}

using System.Collections.Immutable;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Domain.Occupancy;

/// <summary>What everybody may see of a zone.</summary>
/// <param name="Id">Slug of the zone.</param>
/// <param name="Name">In Chinese.</param>
/// <param name="NameEn">In English.</param>
/// <param name="Purpose">What it is kept for.</param>
/// <param name="Capacity">Places; null is unknown.</param>
/// <param name="Occupied">Inside; null is unknown.</param>
/// <param name="Free">Free places, never below 0 nor above the capacity; null is unknown.</param>
/// <param name="Level">How busy; null is unknown.</param>
/// <param name="CountedAt">When the figure was counted.</param>
/// <param name="Stale">No input for longer than the rules allow.</param>
[GenerateSerializer, Immutable]
public sealed record ZoneView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string? NameEn,
    [property: Id(3)] ZonePurpose Purpose,
    [property: Id(4)] int? Capacity,
    [property: Id(5)] int? Occupied,
    [property: Id(6)] int? Free,
    [property: Id(7)] Level? Level,
    [property: Id(8)] DateTimeOffset? CountedAt,
    [property: Id(9)] bool Stale);

/// <summary>A change that waits for its instant, as everybody may see it.</summary>
[GenerateSerializer, Immutable]
public sealed record ScheduledChangeView(
    [property: Id(0)] DateTimeOffset EffectiveAt,
    [property: Id(1)] string? Zone,
    [property: Id(2)] int? Capacity,
    [property: Id(3)] OccupancyRules? Rules);

/// <summary>
/// What everybody may see of a place that is counted. A function of the committed state alone, whole and small: any one view is
/// enough to show the place, and the highest (epoch, version) is the newest.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record OccupancyView
{
    /// <summary>Topic on the live feed and path under <c>/api</c>.</summary>
    [Id(0)] public required string Topic { get; init; }
    [Id(1)] public required PlaceKind Kind { get; init; }
    [Id(2)] public required string Id { get; init; }

    /// <summary>How often the place was opened for writing; with <see cref="Version"/> it orders views.</summary>
    [Id(3)] public required long Epoch { get; init; }

    /// <summary>Events committed.</summary>
    [Id(4)] public required long Version { get; init; }
    [Id(5)] public required string Name { get; init; }
    [Id(6)] public string? NameEn { get; init; }
    [Id(7)] public required string TimeZone { get; init; }
    [Id(8)] public string? Address { get; init; }
    [Id(9)] public string? City { get; init; }
    [Id(10)] public string? District { get; init; }
    [Id(11)] public string? Street { get; init; }
    [Id(12)] public string? Community { get; init; }

    /// <summary>Whether the figure can be believed and the place entered.</summary>
    [Id(13)] public required PlaceState State { get; init; }

    /// <summary>Whether the schedule decides, or a person did.</summary>
    [Id(14)] public Operation Operation { get; init; }
    [Id(15)] public string? OperationReason { get; init; }

    /// <summary>How busy; null when the figure or the capacity is unknown.</summary>
    [Id(16)] public Level? Level { get; init; }

    /// <summary>People or cars inside; null is unknown, and unknown is not zero.</summary>
    [Id(17)] public int? Occupied { get; init; }

    /// <summary>Places in all; null is unknown.</summary>
    [Id(18)] public int? Capacity { get; init; }

    /// <summary>Free places, the sum of the zones', never below 0 nor above the capacity; null is unknown.</summary>
    [Id(19)] public int? Free { get; init; }

    /// <summary>Occupied ÷ capacity in whole percent, rounded down; above 100 when over capacity; null is unknown.</summary>
    [Id(20)] public int? Percent { get; init; }

    /// <summary>More are inside than there are places: real, and shown.</summary>
    [Id(21)] public bool OverCapacity { get; init; }

    /// <summary>When the newest figure was counted; the age of the figure is now minus this.</summary>
    [Id(22)] public DateTimeOffset? CountedAt { get; init; }

    /// <summary>The figure comes from the built-in simulator, not from real life.</summary>
    [Id(23)] public bool Simulated { get; init; }
    [Id(24)] public ImmutableArray<ZoneView> Zones { get => field.OrEmpty(); init; }
    [Id(25)] public OpeningHours? OpeningHours { get; init; }
    [Id(26)] public required OccupancyRules Rules { get; init; }
    [Id(27)] public ImmutableArray<ScheduledChangeView> Scheduled { get => field.OrEmpty(); init; }

    /// <summary>Scenic areas: grade such as 5A.</summary>
    [Id(28)] public string? Grade { get; init; }

    /// <summary>Scenic areas: ways in and out.</summary>
    [Id(29)] public ImmutableArray<Gate> Gates { get => field.OrEmpty(); init; }

    /// <summary>Scenic areas: visitors in a day, as given or computed.</summary>
    [Id(30)] public int? DailyCapacity { get; init; }

    /// <summary>Car parks: clearance in centimetres.</summary>
    [Id(31)] public int? MaxHeightCentimetres { get; init; }

    /// <summary>The view of a state that exists; null of one that does not.</summary>
    public static OccupancyView? Of(PlaceId place, OccupancyState state, long epoch, long version)
    {
        if (state.Profile is not { } profile)
            return null;
        var scenic = profile as ScenicAreaProfile;
        var (occupied, capacity) = (state.Occupied, state.Capacity);
        return new OccupancyView
        {
            Topic = place.ToString(),
            Kind = place.Kind,
            Id = place.Slug,
            Epoch = epoch,
            Version = version,
            Name = profile.Name,
            NameEn = profile.NameEn,
            TimeZone = profile.TimeZone,
            Address = profile.Address,
            City = profile.City,
            District = profile.District,
            Street = profile.Street,
            Community = profile.Community,
            State = state.State,
            Operation = state.Operation,
            OperationReason = state.OperationReason,
            Level = state.Level,
            Occupied = occupied,
            Capacity = capacity,
            Free = FreeOfZones(state),
            Percent = occupied is { } inside && capacity is > 0 ? (int)Math.Min(inside * 100L / capacity.Value, int.MaxValue) : null,
            OverCapacity = occupied > capacity,
            CountedAt = state.CountedAt,
            Simulated = state.Simulated,
            Zones = profile.Zones.IsDefaultOrEmpty ? [] : [.. profile.Zones.Select((zone, i) => ZoneOf(zone, state.Zones[i]))],
            OpeningHours = profile.OpeningHours,
            Rules = profile.EffectiveRules,
            Scheduled = [.. state.Scheduled.Select(change => new ScheduledChangeView(change.EffectiveAt, change.Zone, change.Capacity, change.Rules))],
            Grade = scenic?.Grade,
            Gates = scenic?.Gates.OrEmpty() ?? [],
            DailyCapacity = scenic?.EffectiveDailyCapacity,
            MaxHeightCentimetres = (profile as ParkingLots.ParkingLotProfile)?.MaxHeightCentimetres,
        };
    }

    private static ZoneView ZoneOf(ZoneProfile zone, ZoneCount count) => new(
        zone.Id, zone.Name, zone.NameEn, zone.Purpose, zone.EffectiveCapacity, count.Occupied,
        FreeOf(count.Occupied, zone.EffectiveCapacity, count.FreeOnly), count.Level, count.CountedAt, count.Stale);

    private static int? FreeOf(int? occupied, int? capacity, int? freeOnly) =>
        occupied is { } inside && capacity is { } places ? Math.Max(0, places - inside)
        : freeOnly > capacity ? null // The source and the capacity contradict each other: unknown until the next reading.
        : freeOnly;

    // The place is the sum of its zones: cars too many in one do not take the free places of another, and one zone that is not known
    // makes the sum unknown.
    private static int? FreeOfZones(OccupancyState state)
    {
        long sum = 0;
        foreach (var zone in state.Zones)
        {
            if (FreeOf(zone.Occupied, state.CapacityOf(zone.Id), zone.FreeOnly) is not { } free)
                return null;
            sum += free;
        }
        return (int)Math.Min(sum, int.MaxValue);
    }
}

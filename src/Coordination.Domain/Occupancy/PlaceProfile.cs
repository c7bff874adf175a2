using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Domain.Occupancy;

/// <summary>A part of a place with a count of its own: a level of a car park, a section of a park.</summary>
/// <param name="Id">Slug, unique within the place.</param>
/// <param name="Name">In Chinese, 1 to 80 characters.</param>
/// <param name="NameEn">In English, if there is one.</param>
/// <param name="Capacity">Places in this zone; null when it is not known.</param>
/// <param name="Purpose">What it is kept for: <c>general</c>, <c>accessible</c>, <c>charging</c> or <c>family</c>.</param>
/// <param name="AreaSquareMetres">Area open to visitors, from which the capacity is computed when it is not given.</param>
/// <param name="SquareMetresPerVisitor">Area each visitor needs (LB/T 034-2014).</param>
[GenerateSerializer, Immutable]
public sealed record ZoneProfile(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string? NameEn = null,
    [property: Id(3)] int? Capacity = null,
    [property: Id(4)] ZonePurpose Purpose = ZonePurpose.General,
    [property: Id(5)] double? AreaSquareMetres = null,
    [property: Id(6)] double? SquareMetresPerVisitor = null)
{
    /// <summary>The capacity as given, or area ÷ area per visitor, rounded down; null when neither is known.</summary>
    [JsonIgnore]
    public int? EffectiveCapacity => Capacity ??
        (AreaSquareMetres is { } area && SquareMetresPerVisitor is { } each ? (int)Math.Floor(area / each) : null);
}

/// <summary>What a zone is kept for.</summary>
public enum ZonePurpose
{
    General,
    Accessible,
    Charging,
    Family,
}

/// <summary>
/// What people say about a place: everything that is not counted. Each kind of place adds its own.
/// </summary>
[GenerateSerializer, Immutable]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ParkingLotProfile), "parkingLot")]
[JsonDerivedType(typeof(ScenicAreaProfile), "scenicArea")]
public abstract record PlaceProfile
{
    /// <summary>Most zones in a place.</summary>
    public const int MaxZones = 64;

    /// <summary>Largest capacity and count, in places or people.</summary>
    public const int MaxCount = 10_000_000;

    /// <summary>Time zone of a place that names none.</summary>
    public const string DefaultTimeZone = "Asia/Shanghai";

    // JSON that leaves a property out sets it to null or to a default array, past any initializer: hence the getters that fill in.

    /// <summary>In Chinese (or the local language), 1 to 80 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>In English, if there is one, at most 120 characters.</summary>
    [Id(1)] public string? NameEn { get; init; }

    /// <summary>IANA time zone of the place.</summary>
    [Id(2)] public string TimeZone { get => field ?? DefaultTimeZone; init; }

    /// <summary>Street address, at most 200 characters.</summary>
    [Id(3)] public string? Address { get; init; }

    /// <summary>City, at most 80 characters.</summary>
    [Id(4)] public string? City { get; init; }

    /// <summary>District 区, at most 80 characters.</summary>
    [Id(5)] public string? District { get; init; }

    /// <summary>Street 街道, at most 80 characters.</summary>
    [Id(6)] public string? Street { get; init; }

    /// <summary>Slug of the community it belongs to.</summary>
    [Id(7)] public string? Community { get; init; }

    /// <summary>Places in all, 0 to 10,000,000; null when not known. A place with zones has the sum of theirs.</summary>
    [Id(8)] public int? Capacity { get; init; }

    /// <summary>Zones, each with its own count; none means that the place is counted as one.</summary>
    [Id(9)] public ImmutableArray<ZoneProfile> Zones { get => field.OrEmpty(); init; }

    /// <summary>Hours; null means always open.</summary>
    [Id(10)] public OpeningHours? OpeningHours { get; init; }

    /// <summary>Numbers of the rules; null means the defaults.</summary>
    [Id(11)] public OccupancyRules? Rules { get; init; }

    /// <summary>
    /// The count a new place starts with, usually 0 for one that opens empty; null means unknown until the first reading.
    /// Only looked at when the place is first put.
    /// </summary>
    [Id(12)] public int? InitialOccupied { get; init; }

    /// <summary>Which kind of place this describes.</summary>
    [JsonIgnore]
    public abstract PlaceKind Kind { get; }

    internal OccupancyRules EffectiveRules => Rules ?? OccupancyRules.Default;

    internal TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>The zones to count; a place without zones is counted as one zone with an empty id.</summary>
    internal ImmutableArray<ZoneProfile> CountedZones =>
        Zones.IsDefaultOrEmpty ? [new ZoneProfile(WholePlace, Name, NameEn, Capacity)] : Zones;

    /// <summary>Id of the only zone of a place without zones.</summary>
    public const string WholePlace = "";

    /// <summary>Null when everything is within its limits, otherwise the first thing that is not.</summary>
    public virtual Rejection? Validate()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 80)
            return Rejection.Malformed("name", "A name has 1 to 80 characters.");
        if (NameEn is { Length: > 120 })
            return Rejection.Malformed("nameEn", "At most 120 characters.");
        if (Address is { Length: > 200 })
            return Rejection.Malformed("address", "At most 200 characters.");
        foreach (var (field, value) in new[] { ("city", City), ("district", District), ("street", Street) })
        {
            if (value is { Length: > 80 })
                return Rejection.Malformed(field, "At most 80 characters.");
        }
        if (Community is not null && !PlaceId.IsSlug(Community))
            return Rejection.Malformed("community", "A community is named by its slug.");
        if (!TimeZones.IsKnown(TimeZone))
            return Rejection.Malformed("timeZone", "An IANA time zone such as Asia/Shanghai.");
        if (Capacity is < 0 or > MaxCount)
            return Rejection.Malformed("capacity", "0 to 10,000,000.");
        if (InitialOccupied is < 0 or > MaxCount || (InitialOccupied > 0 && Zones.CountOrZero() > 0))
            return Rejection.Malformed("initialOccupied", "0 to 10,000,000; a place with zones can only start empty.");
        return ValidateZones() ?? OpeningHours?.Validate("openingHours") ?? Rules?.Validate("rules");
    }

    private Rejection? ValidateZones()
    {
        if (Zones.CountOrZero() > MaxZones)
            return Rejection.Malformed("zones", $"At most {MaxZones} zones.");
        if (Zones.CountOrZero() > 0 && Capacity is not null)
            return Rejection.Malformed("capacity", "The capacity of a place with zones is the sum of theirs; leave it out.");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var zone in Zones.OrEmpty())
        {
            if (zone is null || !PlaceId.IsSlug(zone.Id) || !ids.Add(zone.Id))
                return Rejection.Malformed("zones", "Each zone has a slug of its own.");
            if (string.IsNullOrWhiteSpace(zone.Name) || zone.Name.Length > 80 || zone.NameEn is { Length: > 120 })
                return Rejection.Malformed("zones", "A zone's name has 1 to 80 characters.");
            if (zone.Capacity is < 0 or > MaxCount)
                return Rejection.Malformed("zones", "A zone's capacity is 0 to 10,000,000.");
            if (!Enum.IsDefined(zone.Purpose))
                return Rejection.Malformed("zones", "A zone's purpose is general, accessible, charging or family.");
            if (zone.AreaSquareMetres is not (null or (> 0 and <= 1e9)) || zone.SquareMetresPerVisitor is not (null or (>= 0.1 and <= 1e6))
                || zone.EffectiveCapacity is < 0 or > MaxCount)
                return Rejection.Malformed("zones", "An area is over 0, an area per visitor at least 0.1 square metres.");
        }
        return null;
    }
}

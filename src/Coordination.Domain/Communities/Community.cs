using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Communities;

/// <summary>A residential building of a community.</summary>
[GenerateSerializer, Immutable]
public sealed record Building([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] string? NameEn = null);

/// <summary>A community 社区: its buildings, where it belongs, and the places that belong to it.</summary>
[GenerateSerializer, Immutable]
public sealed record CommunityProfile
{
    public const int MaxBuildings = 500;
    public const int MaxPlaces = 200;

    /// <summary>In Chinese, 1 to 80 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>In English, at most 120 characters.</summary>
    [Id(1)] public string? NameEn { get; init; }

    /// <summary>IANA time zone.</summary>
    [Id(2)] public string TimeZone { get => field ?? PlaceProfile.DefaultTimeZone; init; }

    /// <summary>City, at most 80 characters.</summary>
    [Id(3)] public string? City { get; init; }

    /// <summary>District 区, at most 80 characters.</summary>
    [Id(4)] public string? District { get; init; }

    /// <summary>Street 街道, at most 80 characters.</summary>
    [Id(5)] public string? Street { get; init; }

    /// <summary>At most 500.</summary>
    [Id(6)] public ImmutableArray<Building> Buildings { get => field.OrEmpty(); init; }

    /// <summary>Places that belong to it, as paths such as <c>parking-lots/jingtie-north</c>; at most 200, no communities.</summary>
    [Id(7)] public ImmutableArray<string> Places { get => field.OrEmpty(); init; }

    /// <summary>Other things residents find here, such as a canteen or a postal station; at most 50, for display.</summary>
    [Id(8)] public ImmutableArray<Facility> Facilities { get => field.OrEmpty(); init; }

    public Rejection? Validate()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 80)
            return Rejection.Malformed("name", "A name has 1 to 80 characters.");
        if (NameEn is { Length: > 120 })
            return Rejection.Malformed("nameEn", "At most 120 characters.");
        foreach (var (field, value) in new[] { ("city", City), ("district", District), ("street", Street) })
        {
            if (value is { Length: > 80 })
                return Rejection.Malformed(field, "At most 80 characters.");
        }
        if (!TimeZones.IsKnown(TimeZone))
            return Rejection.Malformed("timeZone", "An IANA time zone such as Asia/Shanghai.");
        if (Buildings.CountOrZero() > MaxBuildings
            || Buildings.OrEmpty().Any(building => building is null || !PlaceId.IsSlug(building.Id) || string.IsNullOrWhiteSpace(building.Name) || building.Name.Length > 80 || building.NameEn is { Length: > 120 })
            || Buildings.OrEmpty().Select(building => building.Id).Distinct(StringComparer.Ordinal).Count() != Buildings.CountOrZero())
            return Rejection.Malformed("buildings", $"At most {MaxBuildings} buildings, each with a slug of its own and a name.");
        if (Facilities.CountOrZero() > 50 || Facilities.OrEmpty().Any(facility => facility is null || string.IsNullOrWhiteSpace(facility.Name) || facility.Name.Length > 80 || facility.NameEn is { Length: > 120 } || facility.Type is not { Length: > 0 and <= 40 }))
            return Rejection.Malformed("facilities", "At most 50 facilities, each with a type and a name.");
        return Places.CountOrZero() <= MaxPlaces
            && Places.OrEmpty().All(path => PlaceId.TryParse(path, out var place) && place.Kind != PlaceKind.Community)
            && Places.OrEmpty().Distinct(StringComparer.Ordinal).Count() == Places.CountOrZero()
            ? null
            : Rejection.Malformed("places", $"At most {MaxPlaces} paths such as parking-lots/jingtie-north, each once.");
    }

    public bool Equals(CommunityProfile? other) =>
        other is not null && Name == other.Name && NameEn == other.NameEn && TimeZone == other.TimeZone && City == other.City
        && District == other.District && Street == other.Street && Buildings.SameAs(other.Buildings) && Places.SameAs(other.Places)
        && Facilities.SameAs(other.Facilities);

    public override int GetHashCode() => HashCode.Combine(Name, Buildings.CountOrZero(), Places.CountOrZero());
}

/// <summary>Something residents find in their community that is not counted live.</summary>
[GenerateSerializer, Immutable]
public sealed record Facility([property: Id(0)] string Type, [property: Id(1)] string Name, [property: Id(2)] string? NameEn = null);

/// <summary>What can be asked of a community.</summary>
[GenerateSerializer, Immutable]
public abstract record CommunityCommand;

/// <summary>Creates the community or replaces what is said about it; see <see cref="DefinePlace"/>.</summary>
[GenerateSerializer, Immutable]
public sealed record DefineCommunity([property: Id(0)] CommunityProfile Profile, [property: Id(1)] long? ExpectedVersion = null) : CommunityCommand;

/// <summary>What happened to a community. Stored: a property may be added, never renamed, removed or given another meaning.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CommunityDefined), "communityDefined")]
public abstract record CommunityEvent;

/// <summary>The community was created or its profile replaced.</summary>
public sealed record CommunityDefined(CommunityProfile Profile) : CommunityEvent;

/// <summary>Everything a community remembers.</summary>
public sealed record CommunityState(CommunityProfile? Profile = null)
{
    public static CommunityState Empty { get; } = new();
}

/// <summary>The rules of a community.</summary>
public static class CommunityDecider
{
    public static Decision<CommunityEvent> Decide(CommunityState state, CommunityCommand command) => command switch
    {
        DefineCommunity { ExpectedVersion: 0 } when state.Profile is not null => Rejection.Conflict("place-exists", "The community exists already."),
        DefineCommunity { Profile: null } => Rejection.Malformed("profile", "A community needs a profile."),
        DefineCommunity { Profile: var profile } => profile.Validate() is { } invalid ? invalid
            : profile.Equals(state.Profile) ? Decision<CommunityEvent>.Nothing
            : Decision<CommunityEvent>.Of(new CommunityDefined(profile)),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of a community."),
    };

    public static CommunityState Apply(CommunityState state, CommunityEvent @event) => @event switch
    {
        CommunityDefined { Profile: var profile } => state with { Profile = profile },
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "Not an event of a community."),
    };
}

using System.Collections.Immutable;
using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Communities;

/// <summary>One place of a community or of a list, small: what a tile on an overview shows.</summary>
[GenerateSerializer, Immutable]
public sealed record PlaceSummary(
    [property: Id(0)] string Topic,
    [property: Id(1)] PlaceKind Kind,
    [property: Id(2)] string Id,
    [property: Id(3)] long Epoch,
    [property: Id(4)] long Version,
    [property: Id(5)] string Name,
    [property: Id(6)] string? NameEn,
    [property: Id(7)] string? City,
    [property: Id(8)] string? District,
    [property: Id(9)] string? Street,
    [property: Id(10)] string? Community,
    [property: Id(11)] PlaceState State,
    [property: Id(12)] Level? Level,
    [property: Id(13)] int? Occupied,
    [property: Id(14)] int? Capacity,
    [property: Id(15)] int? Free,
    [property: Id(16)] int? Percent,
    [property: Id(17)] bool OverCapacity,
    [property: Id(18)] DateTimeOffset? CountedAt,
    [property: Id(19)] bool Simulated)
{
    public static PlaceSummary Of(OccupancyView view) => new(
        view.Topic, view.Kind, view.Id, view.Epoch, view.Version, view.Name, view.NameEn, view.City, view.District, view.Street,
        view.Community, view.State, view.Level, view.Occupied, view.Capacity, view.Free, view.Percent, view.OverCapacity,
        view.CountedAt, view.Simulated);

    public static PlaceSummary Of(CommunityView view) => new(
        view.Topic, PlaceKind.Community, view.Id, view.Epoch, view.Version, view.Name, view.NameEn, view.City, view.District, view.Street,
        null, view.ParkingLots.Reporting + view.ScenicAreas.Reporting > 0 ? PlaceState.Open : PlaceState.Unknown,
        null, null, null, null, null, false, null, view.Simulated);
}

/// <summary>The live sum of the places of one kind in a community.</summary>
/// <param name="Places">How many belong to the community.</param>
/// <param name="Reporting">How many of them are open with a fresh figure and a known capacity; only these are added up.</param>
/// <param name="Occupied">Inside, in the reporting places.</param>
/// <param name="Capacity">Places in all, in the reporting places.</param>
/// <param name="Free">Free, in the reporting places.</param>
[GenerateSerializer, Immutable]
public sealed record OccupancySum(
    [property: Id(0)] int Places,
    [property: Id(1)] int Reporting,
    [property: Id(2)] long Occupied,
    [property: Id(3)] long Capacity,
    [property: Id(4)] long Free)
{
    /// <summary>
    /// Adds up open places with a fresh figure. Unknown, stale and closed ones are counted, not added: unknown is not zero, and
    /// what is free behind a closed gate is of no use to anybody.
    /// </summary>
    public static OccupancySum Of(IEnumerable<PlaceSummary> places)
    {
        var (count, reporting, occupied, capacity, free) = (0, 0, 0L, 0L, 0L);
        foreach (var place in places)
        {
            count++;
            if (place is not { State: PlaceState.Open, Occupied: { } inside, Capacity: { } size })
                continue;
            reporting++;
            occupied += inside;
            capacity += size;
            free += place.Free ?? 0;
        }
        return new OccupancySum(count, reporting, occupied, capacity, free);
    }
}

/// <summary>What everybody may see of a community: what is said about it, the list of its places and their live sum.</summary>
[GenerateSerializer, Immutable]
public sealed record CommunityView
{
    [Id(0)] public required string Topic { get; init; }
    [Id(1)] public required string Id { get; init; }
    [Id(2)] public required long Epoch { get; init; }

    /// <summary>Grows within an epoch with every change of the community or of one of its places.</summary>
    [Id(3)] public required long Version { get; init; }
    [Id(4)] public required string Name { get; init; }
    [Id(5)] public string? NameEn { get; init; }
    [Id(6)] public required string TimeZone { get; init; }
    [Id(7)] public string? City { get; init; }
    [Id(8)] public string? District { get; init; }
    [Id(9)] public string? Street { get; init; }
    [Id(10)] public ImmutableArray<Building> Buildings { get => field.OrEmpty(); init; }
    [Id(11)] public ImmutableArray<Facility> Facilities { get => field.OrEmpty(); init; }

    /// <summary>In the order of the profile; a place that does not exist yet is left out.</summary>
    [Id(12)] public ImmutableArray<PlaceSummary> Places { get => field.OrEmpty(); init; }
    [Id(13)] public required OccupancySum ParkingLots { get; init; }
    [Id(14)] public required OccupancySum ScenicAreas { get; init; }

    /// <summary>At least one of the figures comes from the built-in simulator.</summary>
    [Id(15)] public bool Simulated { get; init; }

    /// <summary>Places it names that do not exist yet.</summary>
    [Id(16)] public ImmutableArray<string> MissingPlaces { get => field.OrEmpty(); init; }

    /// <summary>Puts a community and its places together; null when the community does not exist.</summary>
    /// <param name="place">The community.</param>
    /// <param name="state">Its committed state.</param>
    /// <param name="summaries">The newest summary of each of its places that exists, by topic.</param>
    /// <param name="epoch">Epoch of the community's activation.</param>
    /// <param name="version">Grows with every change of what went in.</param>
    public static CommunityView? Of(PlaceId place, CommunityState state, IReadOnlyDictionary<string, PlaceSummary> summaries, long epoch, long version)
    {
        if (state.Profile is not { } profile)
            return null;
        var places = profile.Places.OrEmpty().Select(path => summaries.GetValueOrDefault(path)).OfType<PlaceSummary>().ToImmutableArray();
        return new CommunityView
        {
            Topic = place.ToString(),
            Id = place.Slug,
            Epoch = epoch,
            Version = version,
            Name = profile.Name,
            NameEn = profile.NameEn,
            TimeZone = profile.TimeZone,
            City = profile.City,
            District = profile.District,
            Street = profile.Street,
            Buildings = profile.Buildings.OrEmpty(),
            Facilities = profile.Facilities.OrEmpty(),
            Places = places,
            ParkingLots = OccupancySum.Of(places.Where(summary => summary.Kind == PlaceKind.ParkingLot)),
            ScenicAreas = OccupancySum.Of(places.Where(summary => summary.Kind == PlaceKind.ScenicArea)),
            Simulated = places.Any(summary => summary.Simulated),
            MissingPlaces = [.. profile.Places.OrEmpty().Where(path => !summaries.ContainsKey(path))],
        };
    }
}

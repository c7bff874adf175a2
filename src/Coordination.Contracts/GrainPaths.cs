using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;

namespace Coordination.Contracts;

/// <summary>Which grain stands for which place.</summary>
public static class GrainPaths
{
    /// <summary>The grain of a place that is counted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is not counted.</exception>
    public static IOccupancyGrain OccupancyGrain(this IGrainFactory grains, PlaceId place) => place.Kind switch
    {
        PlaceKind.ParkingLot => grains.GetGrain<IParkingLotGrain>(place.Slug),
        PlaceKind.ScenicArea => grains.GetGrain<IScenicAreaGrain>(place.Slug),
        _ => throw new ArgumentOutOfRangeException(nameof(place), place, "Not a place that is counted."),
    };

    /// <summary>The grain whose views a topic shows.</summary>
    public static IWatchable WatchableGrain(this IGrainFactory grains, PlaceId place) =>
        place.Kind == PlaceKind.Community ? grains.GetGrain<ICommunityGrain>(place.Slug) : grains.OccupancyGrain(place);

    /// <summary>The list of places of a kind.</summary>
    public static IPlaceDirectoryGrain DirectoryGrain(this IGrainFactory grains, PlaceKind kind) =>
        grains.GetGrain<IPlaceDirectoryGrain>(PlaceId.PathOf(kind));
}

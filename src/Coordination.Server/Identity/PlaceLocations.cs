using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;

namespace Coordination.Server.Identity;

/// <summary>Where places are, as their profiles say now.</summary>
internal sealed class PlaceLocations(IGrainFactory grains)
{
    /// <summary>Where a place is; null when there is no such place.</summary>
    public async ValueTask<PlaceLocation?> FindAsync(PlaceId place)
    {
        if (place.Kind == PlaceKind.Community)
            return await grains.GetGrain<ICommunityGrain>(place.Slug).GetProfile() is { } community ? Of(place, community) : null;
        return await grains.OccupancyGrain(place).GetView() is { } view
            ? await WithCommunityAsync(new PlaceLocation(place.ToString(), view.City, view.District, view.Street, view.Community))
            : null;
    }

    /// <summary>Where a counted place would be with a profile.</summary>
    public ValueTask<PlaceLocation> OfAsync(PlaceId place, PlaceProfile profile) =>
        WithCommunityAsync(new PlaceLocation(place.ToString(), profile.City, profile.District, profile.Street, profile.Community));

    /// <summary>Where a community would be with a profile.</summary>
    public static PlaceLocation Of(PlaceId community, CommunityProfile profile) =>
        new(community.ToString(), profile.City, profile.District, profile.Street, community.Slug);

    /// <summary>Where a scope lies; of a community or a place its profile says the rest.</summary>
    public async ValueTask<PlaceLocation> OfAsync(AccessScope scope)
    {
        var location = scope.Location;
        return location.Path is { } path && PlaceId.TryParse(path, out var place) && await FindAsync(place) is { } known
            ? known with { Building = location.Building }
            : location;
    }

    /// <summary>A place that does not say its street lies in that of its community.</summary>
    private async ValueTask<PlaceLocation> WithCommunityAsync(PlaceLocation location)
    {
        if (location.Community is not { } community || (location.City is not null && location.District is not null && location.Street is not null))
            return location;
        return await grains.GetGrain<ICommunityGrain>(community).GetProfile() is not { } profile ? location : location with
        {
            City = location.City ?? profile.City,
            District = location.District ?? profile.District,
            Street = location.Street ?? profile.Street,
        };
    }
}

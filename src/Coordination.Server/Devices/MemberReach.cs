using System.Collections.Immutable;
using Coordination.Contracts;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Server.Identity;

namespace Coordination.Server.Devices;

/// <summary>Which lists of members somebody may read: those of the scopes where a permission holds, and of what lies in them.</summary>
internal sealed class MemberReach(IGrainFactory grains, AccessGate gate, PlaceLocations locations, TimeProvider time)
{
    /// <summary>Places of a street or district that are looked through, at most.</summary>
    private const int MaxPlaces = 2000;

    /// <summary>Keys of the lists; null when the caller may not read that of the scope that is asked for.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="permission">What is needed there.</param>
    /// <param name="asked">The scope that is asked for; null for all that the caller covers.</param>
    public async Task<ImmutableArray<string>?> FindAsync(Caller caller, Permission permission, AccessScope? asked)
    {
        if (asked is not null)
        {
            if (!gate.May(caller, permission, await locations.OfAsync(asked)))
                return null;
            return await BelowAsync(asked);
        }
        var (roles, keys) = (AccessRules.RolesWith(permission), ImmutableArray.CreateBuilder<string>());
        foreach (var grant in caller.Grants.Where(grant => roles.Contains(grant.Role) && grant.HoldsAt(time.GetUtcNow())))
            keys.AddRange(await BelowAsync(grant.Scope));
        return [.. keys.Distinct()];
    }

    private async Task<ImmutableArray<string>> BelowAsync(AccessScope scope)
    {
        var keys = ImmutableArray.CreateBuilder<string>();
        switch (scope.Kind)
        {
            case ScopeKind.Everywhere:
                return [""];
            case ScopeKind.District or ScopeKind.Street:
                keys.Add(MemberKeys.Of(scope));
                var (city, district, street) = (scope.Location.City, scope.Location.District, scope.Location.Street);
                foreach (var place in await PlacesAsync(new PlaceFilter { City = city, District = district, Street = street }, Enum.GetValues<PlaceKind>()))
                    keys.Add(KeyOf(place));
                break;
            case ScopeKind.Community:
                keys.Add(MemberKeys.Of(scope));
                foreach (var place in await PlacesAsync(new PlaceFilter { Community = scope.Location.Community }, [PlaceKind.ParkingLot, PlaceKind.ScenicArea]))
                    keys.Add(KeyOf(place));
                break;
            default:
                keys.Add(MemberKeys.Of(scope));
                break;
        }
        return keys.ToImmutable();
    }

    private static string KeyOf(string path) => AccessScope.TryParse(path, out var scope) ? MemberKeys.Of(scope) : "nowhere/";

    private async Task<List<string>> PlacesAsync(PlaceFilter filter, PlaceKind[] kinds)
    {
        var found = new List<string>();
        foreach (var kind in kinds)
        {
            for (var page = 1; found.Count < MaxPlaces; page++)
            {
                var places = await grains.DirectoryGrain(kind).List(filter with { Page = page, PageSize = PlaceFilter.MaxPageSize });
                found.AddRange(places.Items.Select(place => place.Topic));
                if (page * (long)PlaceFilter.MaxPageSize >= places.Total)
                    break;
            }
        }
        return found;
    }
}

namespace Coordination.Domain.Occupancy;

/// <summary>Value equality of what every profile has; records compare immutable arrays by reference, which would make two equal profiles differ.</summary>
internal static class ProfileEquality
{
    public static bool Same(PlaceProfile left, PlaceProfile? right) =>
        right is not null && left.Kind == right.Kind
        && left.Name == right.Name && left.NameEn == right.NameEn && left.TimeZone == right.TimeZone && left.Address == right.Address
        && left.City == right.City && left.District == right.District && left.Street == right.Street && left.Community == right.Community
        && left.Capacity == right.Capacity && left.Zones.SameAs(right.Zones) && Equals(left.OpeningHours, right.OpeningHours)
        && Equals(left.Rules, right.Rules) && left.InitialOccupied == right.InitialOccupied;

    public static int Hash(PlaceProfile profile) => HashCode.Combine(profile.Kind, profile.Name, profile.Capacity, profile.Zones.CountOrZero());
}

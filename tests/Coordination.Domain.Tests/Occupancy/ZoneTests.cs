using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class ZoneTests
{
    [Fact]
    public void A_place_is_the_sum_of_its_zones()
    {
        var place = TestPlace.Zoned(100, 200);
        place.Read(50, 1, "a");
        place.Read(130, 2, "b");
        Assert.True(place.View is { Occupied: 180, Capacity: 300, Free: 120, Percent: 60, Level: Level.Busy });
        Assert.Equal([50, 70], place.View.Zones.Select(zone => zone.Free));
    }

    [Fact]
    public void A_zone_that_was_never_read_makes_the_sum_unknown()
    {
        var place = TestPlace.Zoned(100, 200);
        place.Read(50, 1, "a");
        Assert.True(place.View is { Occupied: null, Free: null, Level: null, State: PlaceState.Unknown, Capacity: 300 });
        Assert.Equal(50, place.View.Zones[0].Occupied);
        Assert.Null(place.View.Zones[1].Occupied);
    }

    [Fact]
    public void A_zone_of_unknown_capacity_makes_the_capacity_unknown()
    {
        var place = TestPlace.Zoned(100, null);
        place.Read(50, 1, "a");
        place.Read(30, 2, "b");
        Assert.True(place.View is { Occupied: 80, Capacity: null, Free: null, Level: null });
    }

    [Fact]
    public void Input_without_a_zone_is_refused_by_a_place_with_zones() =>
        Assert.Equal("zone-required", TestPlace.Zoned(100).Read(1, 1).Rejection?.Code);

    [Fact]
    public void Input_for_a_zone_that_does_not_exist_is_refused()
    {
        Assert.Equal("zone-unknown", TestPlace.Zoned(100).Read(1, 1, "z").Rejection?.Code);
        Assert.Equal("zone-unknown", TestPlace.Lot(100).Read(1, 1, "a").Rejection?.Code);
    }

    [Fact]
    public void One_zone_over_its_capacity_has_none_free_and_leaves_the_others_theirs()
    {
        var place = TestPlace.Zoned(100, 100);
        Assert.True(place.Read(110, 1, "a").OverCapacity);
        place.Read(50, 2, "b");
        Assert.Equal([0, 50], place.View.Zones.Select(zone => zone.Free));
        Assert.True(place.View is { Occupied: 160, Free: 50, OverCapacity: false });
    }

    [Fact]
    public void Redefined_zones_keep_their_counts_by_id()
    {
        var place = TestPlace.Zoned(100, 200);
        place.Read(50, 1, "a");
        place.Read(80, 2, "b");
        var zones = place.State.Profile!.Zones;
        place.Do(new DefinePlace(place.State.Profile with { Zones = [zones[1] with { Capacity = 100 }, new("c", "新", Capacity: 10), zones[0]] }));
        Assert.Equal([80, null, 50], place.View.Zones.Select(zone => zone.Occupied));
        Assert.Equal(Level.Warning, place.View.Zones[0].Level);
        Assert.Equal(PlaceState.Unknown, place.View.State);
        place.Read(5, 3, "c");
        Assert.True(place.View is { Occupied: 135, Capacity: 210, State: PlaceState.Open });
    }

    [Fact]
    public void A_place_redefined_without_its_zones_is_unknown_again()
    {
        var place = TestPlace.Zoned(100);
        place.Read(50, 1, "a");
        place.Do(new DefinePlace(new ParkingLotProfile { Name = "北停车场", Capacity = 100 }));
        Assert.True(place.View is { Occupied: null, State: PlaceState.Unknown });
    }

    [Fact]
    public void Purposes_are_shown_with_their_zones()
    {
        var place = TestPlace.Of(new ParkingLotProfile
        {
            Name = "p",
            Zones = [new("acc", "无障碍", Capacity: 4, Purpose: ZonePurpose.Accessible), new("ev", "充电", Capacity: 6, Purpose: ZonePurpose.Charging), new("fam", "家庭", Capacity: 2, Purpose: ZonePurpose.Family)],
        });
        Assert.Equal([ZonePurpose.Accessible, ZonePurpose.Charging, ZonePurpose.Family], place.View.Zones.Select(zone => zone.Purpose));
    }

    [Fact]
    public void The_history_of_a_place_with_zones_is_that_of_its_sum()
    {
        var place = TestPlace.Zoned(100, 100);
        place.Read(10, 1, "a");
        Assert.Empty(place.State.Minutes.Between(place.Now.AddHours(-1), place.Now.AddHours(1)));
        place.Read(20, 2, "b");
        Assert.Equal(30, Assert.Single(place.State.Minutes.Between(place.Now.AddHours(-1), place.Now.AddHours(1))).Last);
    }
}

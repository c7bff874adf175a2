using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class FreeReadingTests
{
    [Fact]
    public void With_a_known_capacity_free_places_become_a_count()
    {
        var place = TestPlace.Lot(100);
        Assert.Equal(InputStatus.Accepted, place.ReadFree(30, 1).Status);
        Assert.True(place.View is { Occupied: 70, Free: 30, Level: Level.Busy });
        Assert.True(place.History[^1].Event is ReadingRecorded { Occupied: 70, Free: 30 });
    }

    [Fact]
    public void More_free_places_than_there_are_is_refused()
    {
        var place = TestPlace.Lot(100);
        Assert.Equal(InputStatus.Accepted, place.ReadFree(100, 1).Status);
        var refused = place.ReadFree(101, 2);
        Assert.Equal((InputStatus.Refused, "free-above-capacity"), (refused.Status, refused.Rejection?.Code));
        Assert.Equal(0, place.State.Occupied);
    }

    [Fact]
    public void Below_zero_free_is_over_capacity_and_shown_as_none_free()
    {
        var place = TestPlace.Lot(100);
        Assert.True(place.ReadFree(-7, 1) is { Status: InputStatus.Accepted, OverCapacity: true });
        Assert.True(place.View is { Occupied: 107, Free: 0, OverCapacity: true, Level: Level.Full });
    }

    [Fact]
    public void Without_a_capacity_free_places_are_shown_and_nothing_is_made_up()
    {
        var place = TestPlace.Lot(null);
        Assert.Equal(InputStatus.Accepted, place.ReadFree(30, 1).Status);
        Assert.True(place.View is { Occupied: null, Free: 30, Capacity: null, Level: null, State: PlaceState.Open });
        place.Move(+4, 2);
        Assert.Equal(26, place.View.Free);
        place.Move(-6, 3);
        Assert.Equal(32, place.View.Free);
        place.ReadFree(-3, 4);
        Assert.Equal(0, place.View.Free);
    }

    [Fact]
    public void A_capacity_that_becomes_known_turns_free_places_into_a_count()
    {
        var place = TestPlace.Lot(null);
        place.ReadFree(30, 1);
        place.Do(new ChangeCapacity(null, 100, null));
        Assert.True(place.View is { Occupied: 70, Free: 30, Level: Level.Busy });
    }

    [Fact]
    public void Free_places_above_a_capacity_set_later_are_unknown_not_above_it()
    {
        var place = TestPlace.Lot(null);
        place.ReadFree(30, 1);
        place.Do(new ChangeCapacity(null, 20, null));
        Assert.True(place.View is { Occupied: null, Free: null, Capacity: 20, Level: null });
        place.Move(+12, 2);
        Assert.True(place.View is { Occupied: 2, Free: 18 });
    }

    [Fact]
    public void A_capacity_that_becomes_unknown_keeps_the_count_and_drops_the_level()
    {
        var place = TestPlace.Lot(100);
        place.ReadFree(30, 1);
        place.Do(new ChangeCapacity(null, null, null));
        Assert.True(place.View is { Occupied: 70, Free: null, Capacity: null, Level: null });
    }

    [Fact]
    public void The_free_places_of_zones_without_capacity_add_up()
    {
        var place = TestPlace.Zoned(100, null);
        place.Read(60, 1, "a");
        Assert.Null(place.View.Free);
        place.ReadFree(5, 2, "b");
        Assert.True(place.View is { Free: 45, Occupied: null, Capacity: null, Level: null });
    }

    [Fact]
    public void A_zone_of_unknown_capacity_is_judged_by_its_own_capacity_only()
    {
        var place = TestPlace.Of(new ParkingLotProfile { Name = "p", Zones = [new("a", "a", Capacity: 10), new("b", "b")] });
        Assert.Equal("free-above-capacity", place.ReadFree(11, 1, "a").Rejection?.Code);
        Assert.Equal(InputStatus.Accepted, place.ReadFree(11, 1, "b").Status);
    }
}

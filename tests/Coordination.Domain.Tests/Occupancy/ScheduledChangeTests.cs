using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class ScheduledChangeTests
{
    [Fact]
    public void Eight_hundred_new_spaces_open_at_once()
    {
        var place = TestPlace.Lot(200);
        place.Read(200, 1);
        Assert.Equal(Level.Full, place.View.Level);
        place.Do(new ChangeCapacity(null, 1000, null));
        Assert.True(place.View is { Capacity: 1000, Free: 800, Level: Level.Comfortable, Percent: 20 });
    }

    [Fact]
    public void A_capacity_changes_at_its_instant_and_not_before()
    {
        var place = TestPlace.Lot(200);
        place.Read(100, 1);
        var at = place.Now.AddMinutes(10);
        place.Do(new ChangeCapacity(null, 1000, at));
        Assert.True(place.View is { Capacity: 200, Scheduled: [{ Capacity: 1000 }] });
        Assert.Equal(at, place.NextDeadline);
        place.Pass(at - place.Now - TimeSpan.FromTicks(1));
        Assert.Equal(200, place.View.Capacity);
        place.Pass(TimeSpan.FromTicks(1));
        Assert.True(place.View is { Capacity: 1000, Scheduled: [] });
        Assert.True(place.History[^1].Event is CapacityChanged { Capacity: 1000, ScheduledFor: { } scheduled } && scheduled == at);
    }

    [Fact]
    public void Input_after_the_instant_meets_the_new_capacity_even_if_nobody_passed_time()
    {
        var place = TestPlace.Lot(200);
        place.Do(new ChangeCapacity(null, 1000, place.Now.AddMinutes(10)));
        place.Now = place.Now.AddMinutes(11);
        Assert.True(place.ReadFree(900, 1) is { Status: InputStatus.Accepted, OverCapacity: false });
        Assert.Equal(100, place.State.Occupied);
        Assert.Equal(2, place.History.Count(entry => entry.At == place.Now));
    }

    [Fact]
    public void A_reading_in_the_same_step_as_a_due_change_is_over_the_new_capacity_only()
    {
        var place = TestPlace.Lot(200);
        place.Do(new ChangeCapacity(null, 1000, place.Now.AddMinutes(10)));
        place.Now = place.Now.AddMinutes(11);
        Assert.False(place.Read(500, 1).OverCapacity);

        var shrinking = TestPlace.Lot(1000);
        shrinking.Do(new ChangeCapacity(null, 200, shrinking.Now.AddMinutes(10)));
        shrinking.Now = shrinking.Now.AddMinutes(11);
        Assert.True(shrinking.Read(500, 1).OverCapacity);
    }

    [Fact]
    public void A_duplicate_in_the_same_step_as_a_due_change_is_a_duplicate()
    {
        var place = TestPlace.Lot(200);
        place.Read(5, 1);
        place.Do(new ChangeCapacity(null, 1000, place.Now.AddMinutes(10)));
        place.Now = place.Now.AddMinutes(11);
        Assert.Equal(InputStatus.Duplicate, place.Read(5, 1).Status);
        Assert.Equal(1000, place.View.Capacity);
    }

    [Fact]
    public void A_refused_command_leaves_what_is_due_for_the_next()
    {
        var place = TestPlace.Lot(200);
        place.Do(new ChangeCapacity(null, 1000, place.Now.AddMinutes(10)));
        place.Now = place.Now.AddMinutes(11);
        place.Read(-1, 1);
        Assert.Equal(200, place.State.Capacity);
        Assert.Equal(place.Now, place.NextDeadline);
        place.Do(PassTime.Instance);
        Assert.Equal(1000, place.State.Capacity);
    }

    [Fact]
    public void Changes_fall_due_in_the_order_of_their_instants()
    {
        var place = TestPlace.Lot(1);
        place.Do(new ChangeCapacity(null, 30, place.Now.AddMinutes(30)));
        place.Do(new ChangeCapacity(null, 10, place.Now.AddMinutes(10)));
        place.Do(new ChangeCapacity(null, 20, place.Now.AddMinutes(20)));
        Assert.Equal([10, 20, 30], place.View.Scheduled.Select(change => change.Capacity));
        place.Pass(TimeSpan.FromMinutes(25));
        Assert.Equal(20, place.View.Capacity);
        place.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(30, place.View.Capacity);
    }

    [Fact]
    public void A_change_of_a_zone_that_is_gone_falls_on_no_other()
    {
        var place = TestPlace.Zoned(100, 200);
        place.Do(new ChangeCapacity("b", 999, place.Now.AddMinutes(10)));
        place.Do(new DefinePlace(new ParkingLotProfile { Name = "北停车场", Capacity = 50 }));
        place.Pass(TimeSpan.FromMinutes(10));
        Assert.True(place.View is { Capacity: 50, Scheduled: [] });
        Assert.True(place.NextDeadline is null || place.NextDeadline > place.Now);
    }

    [Fact]
    public void A_given_capacity_replaces_one_computed_from_the_area()
    {
        var place = TestPlace.Of(new ParkingLotProfile { Name = "p", Zones = [new("a", "a", AreaSquareMetres: 100, SquareMetresPerVisitor: 2)] });
        Assert.Equal(50, place.View.Capacity);
        place.Do(new ChangeCapacity("a", null, null));
        Assert.Null(place.View.Capacity);
    }

    [Theory]
    [InlineData(-1, "malformed")]
    [InlineData(PlaceProfile.MaxCount + 1, "malformed")]
    public void A_capacity_has_limits(int capacity, string code) =>
        Assert.Equal(code, TestPlace.Lot(1).Do(new ChangeCapacity(null, capacity, null)).Rejection?.Code);

    [Fact]
    public void A_change_is_scheduled_at_most_400_days_ahead_and_64_at_once()
    {
        var place = TestPlace.Lot(1);
        Assert.Equal("time-in-future", place.Do(new ChangeCapacity(null, 1, place.Now.AddDays(401))).Rejection?.Code);
        for (var i = 0; i < OccupancyState.MaxScheduled; i++)
            Assert.Null(place.Do(new ChangeCapacity(null, i, place.Now.AddDays(1))).Rejection);
        Assert.Equal("too-many-scheduled", place.Do(new ChangeRules(OccupancyRules.Default, place.Now.AddDays(1))).Rejection?.Code);
    }

    [Fact]
    public void Rules_change_at_their_instant_and_the_level_with_them()
    {
        var place = TestPlace.Lot(100);
        place.Read(50, 1);
        place.Do(new ChangeRules(new OccupancyRules(new LevelThresholds(20, 30, 40, 50)), place.Now.AddMinutes(10)));
        Assert.Equal(Level.Comfortable, place.View.Level);
        place.Pass(TimeSpan.FromMinutes(10));
        Assert.True(place.View is { Level: Level.Full, Rules.Levels.Full: 50, Scheduled: [] });
    }

    [Fact]
    public void Rules_without_an_instant_change_now_and_the_levels_of_zones_with_them()
    {
        var place = TestPlace.Zoned(100);
        place.Read(50, 1, "a");
        place.Do(new ChangeRules(new OccupancyRules(new LevelThresholds(20, 30, 40, 50)), null));
        Assert.Equal(Level.Full, place.View.Zones[0].Level);
        Assert.Equal(Level.Full, place.View.Level);
    }

    [Theory]
    [InlineData(80, 60, 90, 100, 2)]
    [InlineData(0, 60, 90, 100, 0)]
    [InlineData(60, 80, 90, 201, 2)]
    [InlineData(60, 80, 90, 100, -1)]
    [InlineData(60, 80, 90, 100, 21)]
    public void Thresholds_must_rise_within_their_limits(int busy, int warning, int critical, int full, int hysteresis) =>
        Assert.Equal("rules.levels", TestPlace.Lot(1).Do(new ChangeRules(new OccupancyRules(new LevelThresholds(busy, warning, critical, full, hysteresis)), null)).Rejection?.Field);

    [Fact]
    public void A_change_of_rules_needs_rules() =>
        Assert.Equal("rules", TestPlace.Lot(1).Do(new ChangeRules(null!, null)).Rejection?.Field);
}

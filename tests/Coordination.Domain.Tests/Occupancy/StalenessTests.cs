using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class StalenessTests
{
    [Fact]
    public void A_place_goes_stale_thirty_minutes_after_its_last_figure()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        Assert.Equal(place.Now.AddMinutes(30), place.NextDeadline);
        Assert.Empty(place.Pass(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1)).Events);
        Assert.Equal(PlaceState.Open, place.View.State);
        place.Pass(TimeSpan.FromTicks(1));
        Assert.True(place.View is { State: PlaceState.Stale, Occupied: 40 });
        Assert.Equal(TestPlace.Monday, place.View.CountedAt);
    }

    [Fact]
    public void New_input_makes_it_fresh_again()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Pass(TimeSpan.FromHours(1));
        place.Move(+1, 2);
        Assert.True(place.View is { State: PlaceState.Open, Occupied: 41 });
    }

    [Fact]
    public void A_late_reading_does_not_make_it_fresh()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Pass(TimeSpan.FromHours(1));
        place.Read(41, 2, at: TestPlace.Monday.AddMinutes(-1));
        Assert.Equal(PlaceState.Stale, place.View.State);
    }

    [Fact]
    public void The_limit_is_set_per_place()
    {
        var place = TestPlace.Lot(100);
        place.Do(new ChangeRules(new OccupancyRules(StaleAfterMinutes: 5), null));
        place.Read(40, 1);
        place.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(PlaceState.Stale, place.View.State);
        place.Do(new ChangeRules(new OccupancyRules(StaleAfterMinutes: 60), null));
        Assert.Equal(PlaceState.Open, place.View.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1441)]
    public void The_limit_has_limits(int minutes) =>
        Assert.Equal("rules.staleAfterMinutes", TestPlace.Lot(1).Do(new ChangeRules(new OccupancyRules(StaleAfterMinutes: minutes), null)).Rejection?.Field);

    [Fact]
    public void Each_zone_goes_stale_by_itself_and_the_place_with_the_last()
    {
        var place = TestPlace.Zoned(10, 10);
        place.Read(1, 1, "a");
        place.Now += TimeSpan.FromMinutes(10);
        place.Read(2, 2, "b");
        place.Pass(TimeSpan.FromMinutes(20));
        Assert.Equal([true, false], place.View.Zones.Select(zone => zone.Stale));
        Assert.Equal(PlaceState.Open, place.View.State);
        Assert.Equal(place.Now.AddMinutes(10), place.NextDeadline);
        place.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal([true, true], place.View.Zones.Select(zone => zone.Stale));
        Assert.Equal(PlaceState.Stale, place.View.State);
    }

    [Fact]
    public void A_figure_counted_long_ago_is_stale_when_it_arrives()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1, at: place.Now.AddYears(-9));
        Assert.Equal(PlaceState.Stale, place.View.State);
    }

    [Fact]
    public void A_stale_place_without_hours_has_nothing_to_wait_for()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Pass(TimeSpan.FromHours(1));
        Assert.Null(place.NextDeadline);
    }

    [Fact]
    public void A_place_that_does_not_exist_has_no_deadline_and_passing_time_is_nothing()
    {
        var place = new TestPlace();
        Assert.Null(place.NextDeadline);
        Assert.True(place.Do(PassTime.Instance) is { Rejection: null, Events.Count: 0 });
    }

    [Fact]
    public void Passing_time_at_a_deadline_that_changes_nothing_moves_the_deadline_on()
    {
        // Two periods that touch: at noon the schedule says open before and after.
        var hours = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new WeekdayHours(day,
            [new(new TimeOnly(8, 0), new TimeOnly(12, 0)), new(new TimeOnly(12, 0), new TimeOnly(20, 0))]))], []);
        var place = TestPlace.Lot(100, hours);
        Assert.Equal(TestPlace.Monday.AddHours(2), place.NextDeadline);
        Assert.Empty(place.Pass(TimeSpan.FromHours(2)).Events);
        Assert.Equal(TestPlace.Monday.AddHours(10), place.NextDeadline);
    }

    [Fact]
    public void Hours_without_any_period_are_looked_at_again_within_days_not_at_once()
    {
        var place = TestPlace.Lot(100, new OpeningHours([], []));
        for (var i = 0; i < 10; i++)
        {
            var deadline = Assert.NotNull(place.NextDeadline);
            Assert.True(deadline > place.Now.AddDays(1));
            Assert.Empty(place.Pass(deadline - place.Now).Events);
        }
    }

    [Fact]
    public void An_exception_far_away_is_found_in_time()
    {
        var place = TestPlace.Lot(100, new OpeningHours([], [new HoursException(new DateOnly(2026, 5, 1), [new(new TimeOnly(9, 0), new TimeOnly(10, 0))])]));
        var steps = 0;
        while (place.State.State == PlaceState.Closed && steps++ < 100)
            place.Pass(place.NextDeadline!.Value - place.Now);
        Assert.Equal(new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.FromHours(8)), place.Now);
        Assert.Equal(PlaceState.Unknown, place.State.State);
    }
}

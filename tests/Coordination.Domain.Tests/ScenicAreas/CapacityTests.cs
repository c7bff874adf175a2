using Coordination.Domain.Occupancy;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Domain.Tests.ScenicAreas;

/// <summary>The forms of LB/T 034-2014: C1 = Σ area ÷ area per visitor; daily = C1 × opening time ÷ visit time.</summary>
public sealed class CapacityTests
{
    private static readonly ScenicAreaProfile Park = new()
    {
        Name = "公园",
        Zones =
        [
            new ZoneProfile("lawn", "草坪", AreaSquareMetres: 1000, SquareMetresPerVisitor: 3),
            new ZoneProfile("lake", "湖", AreaSquareMetres: 50, SquareMetresPerVisitor: 2.5),
            new ZoneProfile("hall", "馆", Capacity: 80),
        ],
        OpeningHours = OpeningHours.Daily(new TimeOnly(8, 0), new TimeOnly(18, 0)),
        VisitMinutes = 120,
    };

    [Fact]
    public void The_instantaneous_capacity_is_the_sum_of_area_over_area_per_visitor()
    {
        Assert.Equal(333 + 20 + 80, Park.InstantaneousCapacity);
        Assert.Equal(433, TestPlace.Of(Park).View.Capacity);
    }

    [Fact]
    public void The_daily_capacity_is_c1_times_opening_time_over_visit_time()
    {
        Assert.Equal(433 * 600 / 120, Park.EffectiveDailyCapacity);
        Assert.Equal(2165, TestPlace.Of(Park).View.DailyCapacity);
    }

    [Fact]
    public void A_published_daily_capacity_is_taken_as_given() =>
        Assert.Equal(5000, (Park with { DailyCapacity = 5000 }).EffectiveDailyCapacity);

    [Fact]
    public void A_given_capacity_is_stronger_than_the_area()
    {
        var zone = new ZoneProfile("a", "A", Capacity: 10, AreaSquareMetres: 1000, SquareMetresPerVisitor: 1);
        Assert.Equal(10, zone.EffectiveCapacity);
    }

    [Fact]
    public void What_is_missing_makes_the_result_unknown()
    {
        Assert.Null((Park with { VisitMinutes = null }).EffectiveDailyCapacity);
        Assert.Null((Park with { Zones = [new ZoneProfile("a", "A", AreaSquareMetres: 10)] }).InstantaneousCapacity);
        Assert.Null((Park with { Zones = [new ZoneProfile("a", "A")] }).EffectiveDailyCapacity);
    }

    [Fact]
    public void Without_hours_it_is_open_all_day_and_without_zones_its_own_capacity_counts() =>
        Assert.Equal(100 * 1440 / 60, new ScenicAreaProfile { Name = "x", Capacity = 100, VisitMinutes = 60 }.EffectiveDailyCapacity);

    [Fact]
    public void The_longest_day_of_the_week_counts_and_a_night_runs_past_midnight()
    {
        var hours = new OpeningHours(
            [
                new WeekdayHours(DayOfWeek.Monday, [new(new TimeOnly(9, 0), new TimeOnly(12, 0)), new(new TimeOnly(13, 0), new TimeOnly(17, 0))]),
                new WeekdayHours(DayOfWeek.Saturday, [new(new TimeOnly(16, 0), new TimeOnly(2, 0))]),
            ],
            []);
        Assert.Equal(100 * 600 / 60, new ScenicAreaProfile { Name = "x", Capacity = 100, VisitMinutes = 60, OpeningHours = hours }.EffectiveDailyCapacity);
    }

    [Fact]
    public void Overlapping_hours_make_no_day_longer_than_a_day()
    {
        var always = new OpeningPeriod(new TimeOnly(0, 0), new TimeOnly(0, 0));
        var hours = new OpeningHours([new WeekdayHours(DayOfWeek.Monday, [always, always])], []);
        Assert.Equal(100 * 1440 / 60, new ScenicAreaProfile { Name = "x", Capacity = 100, VisitMinutes = 60, OpeningHours = hours }.EffectiveDailyCapacity);
    }

    [Fact]
    public void A_view_shows_grade_and_gates()
    {
        var view = TestPlace.Of(Park with { Grade = "5A", Gates = [new Gate("east", "东门", "East")] }).View;
        Assert.Equal(("5A", "东门"), (view.Grade, Assert.Single(view.Gates).Name));
    }
}

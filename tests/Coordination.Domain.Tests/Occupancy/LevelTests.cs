using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class LevelTests
{
    [Theory]
    [InlineData(0, Level.Comfortable)]
    [InlineData(599, Level.Comfortable)]
    [InlineData(600, Level.Busy)]
    [InlineData(799, Level.Busy)]
    [InlineData(800, Level.Warning)]
    [InlineData(899, Level.Warning)]
    [InlineData(900, Level.Critical)]
    [InlineData(999, Level.Critical)]
    [InlineData(1000, Level.Full)]
    [InlineData(1500, Level.Full)]
    public void A_level_is_reached_exactly_at_its_share(int occupied, Level expected) =>
        Assert.Equal(expected, LevelThresholds.Default.Next(null, occupied, 1000));

    [Theory]
    [InlineData(Level.Full, 1000, Level.Full)]
    [InlineData(Level.Full, 980, Level.Full)]
    [InlineData(Level.Full, 979, Level.Critical)]
    [InlineData(Level.Critical, 880, Level.Critical)]
    [InlineData(Level.Critical, 879, Level.Warning)]
    [InlineData(Level.Warning, 780, Level.Warning)]
    [InlineData(Level.Warning, 779, Level.Busy)]
    [InlineData(Level.Busy, 580, Level.Busy)]
    [InlineData(Level.Busy, 579, Level.Comfortable)]
    [InlineData(Level.Full, 590, Level.Busy)]
    [InlineData(Level.Full, 0, Level.Comfortable)]
    public void A_level_falls_only_two_points_below_where_it_rose(Level from, int occupied, Level expected) =>
        Assert.Equal(expected, LevelThresholds.Default.Next(from, occupied, 1000));

    [Fact]
    public void A_figure_at_the_edge_does_not_flicker()
    {
        var place = TestPlace.Lot(100);
        var levels = new List<Level?>();
        for (var i = 0; i < 10; i++)
        {
            place.Read(i % 2 == 0 ? 80 : 79, i);
            levels.Add(place.View.Level);
        }
        Assert.All(levels, level => Assert.Equal(Level.Warning, level));
    }

    [Fact]
    public void Without_hysteresis_a_figure_at_the_edge_flickers()
    {
        var place = TestPlace.Lot(100);
        place.Do(new ChangeRules(new OccupancyRules(LevelThresholds.Default with { Hysteresis = 0 }), null));
        var levels = new HashSet<Level?>();
        for (var i = 0; i < 10; i++)
        {
            place.Read(i % 2 == 0 ? 80 : 79, i);
            levels.Add(place.View.Level);
        }
        Assert.Equal(2, levels.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void Without_a_capacity_there_is_a_count_and_no_level(int? capacity)
    {
        var place = TestPlace.Lot(capacity);
        place.Read(37, 1);
        Assert.Equal(37, place.View.Occupied);
        Assert.Null(place.View.Level);
        Assert.Null(place.View.Percent);
    }

    [Fact]
    public void The_largest_numbers_do_not_overflow() =>
        Assert.Equal(Level.Full, LevelThresholds.Default.Next(Level.Full, int.MaxValue, int.MaxValue));

    [Fact]
    public void Zones_and_the_place_each_have_a_level()
    {
        var place = TestPlace.Zoned(100, 900);
        place.Read(100, 1, "a");
        place.Read(0, 2, "b");
        Assert.Equal(Level.Full, place.View.Zones[0].Level);
        Assert.Equal(Level.Comfortable, place.View.Zones[1].Level);
        Assert.Equal(Level.Comfortable, place.View.Level);
    }
}

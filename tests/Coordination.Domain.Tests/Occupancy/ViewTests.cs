using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class ViewTests
{
    [Fact]
    public void A_place_that_does_not_exist_has_no_view() =>
        Assert.Null(OccupancyView.Of(new PlaceId(PlaceKind.ParkingLot, "x"), OccupancyState.Empty, 1, 0));

    [Fact]
    public void Free_is_never_below_zero()
    {
        var place = TestPlace.Lot(100);
        place.Read(150, 1);
        Assert.Equal(0, place.View.Free);
    }

    [Fact]
    public void The_bare_difference_would_be_below_zero()
    {
        var place = TestPlace.Lot(100);
        place.Read(150, 1);
        Assert.True(place.View.Capacity - place.View.Occupied < 0);
    }

    [Theory]
    [InlineData(799, 1000, 79)]
    [InlineData(800, 1000, 80)]
    [InlineData(1, 3, 33)]
    [InlineData(4, 3, 133)]
    public void Percent_is_rounded_down_so_that_it_agrees_with_the_level(int occupied, int capacity, int percent)
    {
        var place = TestPlace.Lot(capacity);
        place.Read(occupied, 1);
        Assert.Equal(percent, place.View.Percent);
    }

    [Fact]
    public void It_carries_topic_epoch_and_version()
    {
        var place = TestPlace.Lot(10);
        var view = OccupancyView.Of(new PlaceId(PlaceKind.ParkingLot, "north"), place.State, 3, 17)!;
        Assert.Equal(("parking-lots/north", 3L, 17L), (view.Topic, view.Epoch, view.Version));
        Assert.Equal(("parking-lots/north", 3L, 17L), (PlaceSummary.Of(view).Topic, PlaceSummary.Of(view).Epoch, PlaceSummary.Of(view).Version));
    }

    [Fact]
    public void A_place_without_zones_shows_none() => Assert.Empty(TestPlace.Lot(10).View.Zones);

    [Fact]
    public void A_stale_place_shows_its_last_figure_with_its_age_and_as_stale()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Pass(TimeSpan.FromHours(2));
        Assert.True(place.View is { State: PlaceState.Stale, Occupied: 40, Free: 60 });
        Assert.Equal(TimeSpan.FromHours(2), place.Now - place.View.CountedAt);
    }
}

using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Tests.Communities;

public sealed class CommunityTests
{
    private static readonly CommunityProfile Jingtie = new()
    {
        Name = "京铁家园",
        City = "北京",
        District = "丰台区",
        Street = "六里桥街道",
        Buildings = [new Building("1", "1号楼"), new Building("2", "2号楼")],
        Places = ["parking-lots/north", "parking-lots/south", "scenic-areas/garden"],
    };

    private static readonly PlaceId Id = new(PlaceKind.Community, "jingtie");

    private static PlaceSummary Lot(string slug, PlaceState state, int? occupied, int? capacity, bool simulated = false) => new(
        $"parking-lots/{slug}", PlaceKind.ParkingLot, slug, 1, 1, slug, null, null, null, null, "jingtie", state, null, occupied, capacity,
        occupied is null || capacity is null ? null : Math.Max(0, capacity.Value - occupied.Value), null, occupied > capacity, null, simulated);

    private static CommunityView View(params PlaceSummary[] places) =>
        CommunityView.Of(Id, new CommunityState(Jingtie), places.ToDictionary(place => place.Topic), 1, 1)!;

    [Fact]
    public void Its_view_is_the_live_sum_of_its_places()
    {
        var view = View(Lot("north", PlaceState.Open, 300, 800), Lot("south", PlaceState.Open, 90, 100));
        Assert.Equal(new OccupancySum(2, 2, 390, 900, 510), view.ParkingLots);
        Assert.Equal(new OccupancySum(0, 0, 0, 0, 0), view.ScenicAreas);
    }

    [Theory]
    [InlineData(PlaceState.Unknown, null, 100)]
    [InlineData(PlaceState.Stale, 50, 100)]
    [InlineData(PlaceState.Closed, 50, 100)]
    [InlineData(PlaceState.Open, 50, null)]
    public void A_place_without_a_figure_to_rely_on_is_counted_and_not_added(PlaceState state, int? occupied, int? capacity)
    {
        var view = View(Lot("north", PlaceState.Open, 300, 800), Lot("south", state, occupied, capacity));
        Assert.Equal(new OccupancySum(2, 1, 300, 800, 500), view.ParkingLots);
    }

    [Fact]
    public void A_place_over_capacity_takes_no_free_places_from_the_others()
    {
        var view = View(Lot("north", PlaceState.Open, 120, 100), Lot("south", PlaceState.Open, 10, 100));
        Assert.Equal(new OccupancySum(2, 2, 130, 200, 90), view.ParkingLots);
    }

    [Fact]
    public void Places_are_listed_in_the_order_of_the_profile_and_missing_ones_are_named()
    {
        var view = View(Lot("south", PlaceState.Open, 1, 2), Lot("north", PlaceState.Open, 1, 2));
        Assert.Equal(["north", "south"], view.Places.Select(place => place.Id));
        Assert.Equal(["scenic-areas/garden"], view.MissingPlaces);
    }

    [Fact]
    public void A_single_simulated_place_marks_the_whole()
    {
        Assert.False(View(Lot("north", PlaceState.Open, 1, 2)).Simulated);
        Assert.True(View(Lot("north", PlaceState.Open, 1, 2), Lot("south", PlaceState.Open, 1, 2, simulated: true)).Simulated);
    }

    [Fact]
    public void A_community_that_does_not_exist_has_no_view() =>
        Assert.Null(CommunityView.Of(Id, CommunityState.Empty, new Dictionary<string, PlaceSummary>(), 1, 0));

    [Fact]
    public void It_names_its_buildings_street_and_district()
    {
        var view = View();
        Assert.Equal(("丰台区", "六里桥街道", "1号楼"), (view.District, view.Street, view.Buildings[0].Name));
        var summary = PlaceSummary.Of(view);
        Assert.Equal((PlaceState.Unknown, "communities/jingtie"), (summary.State, summary.Topic));
    }

    [Fact]
    public void Defining_it_again_with_the_same_changes_nothing()
    {
        var state = new CommunityState(Jingtie);
        Assert.Empty(CommunityDecider.Decide(state, new DefineCommunity(Jingtie with { Buildings = [.. Jingtie.Buildings] })).Events);
        Assert.Single(CommunityDecider.Decide(state, new DefineCommunity(Jingtie with { Name = "莲怡园" })).Events);
        Assert.Equal("place-exists", CommunityDecider.Decide(state, new DefineCommunity(Jingtie, 0)).Rejection?.Code);
        Assert.Null(CommunityDecider.Decide(CommunityState.Empty, new DefineCommunity(Jingtie, 0)).Rejection);
    }

    public static TheoryData<string, CommunityProfile?> OverTheLimit => new()
    {
        { "profile", null },
        { "name", Jingtie with { Name = "" } },
        { "nameEn", Jingtie with { NameEn = new string('n', 121) } },
        { "street", Jingtie with { Street = new string('s', 81) } },
        { "timeZone", Jingtie with { TimeZone = "Nowhere" } },
        { "buildings", Jingtie with { Buildings = [new Building("1", "a"), new Building("1", "b")] } },
        { "buildings", Jingtie with { Buildings = [null!] } },
        { "buildings", Jingtie with { Buildings = [.. Enumerable.Range(0, 501).Select(i => new Building($"b{i}", "b"))] } },
        { "facilities", Jingtie with { Facilities = [null!] } },
        { "facilities", Jingtie with { Facilities = [new Facility("", "邮站")] } },
        { "places", Jingtie with { Places = ["communities/other"] } },
        { "places", Jingtie with { Places = ["parking-lots/a", "parking-lots/a"] } },
        { "places", Jingtie with { Places = ["nowhere"] } },
        { "places", Jingtie with { Places = [null!] } },
        { "places", Jingtie with { Places = [.. Enumerable.Range(0, 201).Select(i => $"parking-lots/p{i}")] } },
    };

    [Theory]
    [MemberData(nameof(OverTheLimit), DisableDiscoveryEnumeration = true)]
    public void A_profile_over_a_limit_is_malformed_and_the_field_is_named(string field, CommunityProfile? profile)
    {
        var rejection = CommunityDecider.Decide(CommunityState.Empty, new DefineCommunity(profile!)).Rejection;
        Assert.Equal((RejectionKind.Malformed, field), (rejection?.Kind, rejection?.Field));
    }
}

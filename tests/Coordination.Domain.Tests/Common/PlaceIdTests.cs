namespace Coordination.Domain.Tests.Common;

public sealed class PlaceIdTests
{
    [Theory]
    [InlineData("parking-lots/jingtie-north", PlaceKind.ParkingLot, "jingtie-north")]
    [InlineData("scenic-areas/the-bund", PlaceKind.ScenicArea, "the-bund")]
    [InlineData("communities/1", PlaceKind.Community, "1")]
    public void A_path_names_a_place_and_is_its_text(string path, PlaceKind kind, string slug)
    {
        Assert.True(PlaceId.TryParse(path, out var place));
        Assert.Equal(new PlaceId(kind, slug), place);
        Assert.Equal(path, place.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("parking-lots")]
    [InlineData("parking-lots/")]
    [InlineData("parking-lots/a/b")]
    [InlineData("parking-lots/A")]
    [InlineData("Parking-lots/a")]
    [InlineData("canteens/a")]
    [InlineData("parking-lots/a\n")]
    [InlineData(" parking-lots/a")]
    [InlineData("parking-lots//a")]
    public void Anything_else_is_no_place(string? path) => Assert.False(PlaceId.TryParse(path, out _));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-b-c", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a--b", false)]
    [InlineData("a_b", false)]
    [InlineData("京铁", false)]
    [InlineData("é", false)]
    [InlineData("a\n", false)]
    public void A_slug_is_lower_case_letters_digits_and_single_inner_hyphens(string? text, bool expected) =>
        Assert.Equal(expected, PlaceId.IsSlug(text));

    [Fact]
    public void A_slug_has_at_most_100_characters()
    {
        Assert.True(PlaceId.IsSlug(new string('a', PlaceId.MaxSlugLength)));
        Assert.False(PlaceId.IsSlug(new string('a', PlaceId.MaxSlugLength + 1)));
    }

    [Fact]
    public void Every_kind_has_a_path_that_reads_back()
    {
        foreach (var kind in Enum.GetValues<PlaceKind>())
            Assert.True(PlaceId.TryParse($"{PlaceId.PathOf(kind)}/x", out var place) && place.Kind == kind);
        Assert.Throws<ArgumentOutOfRangeException>(() => PlaceId.PathOf((PlaceKind)99));
    }
}

using Coordination.Cli.Replay;
using Coordination.Domain;

namespace Coordination.Cli.Tests.Replay;

public sealed class SlugBookTests
{
    [Theory]
    [InlineData("BHMBCCMKT01", "bhmbccmkt01")]
    [InlineData("Bull Ring", "bull-ring")]
    [InlineData("Others-CCCPS105a", "others-cccps105a")]
    [InlineData("--A__b  (c)!", "a-b-c")]
    [InlineData("Köln, Dom", "k-ln-dom")]
    public void A_slug_is_the_name_in_small_letters_with_single_hyphens(string name, string slug) =>
        Assert.Equal(slug, new SlugBook("").SlugOf(name));

    [Fact]
    public void A_prefix_comes_before_every_slug() => Assert.Equal("demo-bull-ring", new SlugBook("demo-").SlugOf("Bull Ring"));

    [Fact]
    public void Names_that_come_to_the_same_slug_are_told_apart_the_same_way_in_every_run()
    {
        var (book, again) = (new SlugBook(""), new SlugBook(""));
        string[] names = ["A b", "a-B", "a b", "A b", "停车场", "广场", "---"];
        var slugs = names.Select(book.SlugOf).ToList();
        Assert.Equal(slugs, names.Select(again.SlugOf));
        Assert.Equal(slugs[0], slugs[3]);
        Assert.Equal(6, slugs.Distinct().Count());
        Assert.StartsWith("a-b-", slugs[1], StringComparison.Ordinal);
        Assert.All(slugs, slug => Assert.True(PlaceId.IsSlug(slug), slug));
    }

    [Fact]
    public void A_long_name_is_cut_and_stays_its_own()
    {
        var book = new SlugBook("");
        var one = book.SlugOf(new string('x', 150) + "1");
        var two = book.SlugOf(new string('x', 150) + "2");
        Assert.NotEqual(one, two);
        Assert.True(PlaceId.IsSlug(one) && PlaceId.IsSlug(two));
        Assert.Equal(SlugBook.MaxLength, one.Length);
    }
}

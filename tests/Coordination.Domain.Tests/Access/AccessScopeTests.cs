using System.Text.Json;
using Coordination.Domain.Access;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Access;

public sealed class AccessScopeTests
{
    private static readonly PlaceLocation NorthLot = new("parking-lots/jingtie-north", "北京", "丰台区", "六里桥街道", "jingtie-jiayuan");

    [Theory]
    [InlineData("*", true)]
    [InlineData("districts/北京/丰台区", true)]
    [InlineData("districts/北京/海淀区", false)]
    [InlineData("districts/重庆/丰台区", false)]
    [InlineData("streets/北京/丰台区/六里桥街道", true)]
    [InlineData("streets/北京/丰台区/卢沟桥街道", false)]
    [InlineData("streets/北京/海淀区/六里桥街道", false)]
    [InlineData("communities/jingtie-jiayuan", true)]
    [InlineData("communities/jingtie", false)]
    [InlineData("communities/jingtie-jiayuan/buildings/building-1", false)]
    [InlineData("parking-lots/jingtie-north", true)]
    [InlineData("parking-lots/jingtie-nort", false)]
    [InlineData("scenic-areas/jingtie-north", false)]
    public void A_scope_covers_what_lies_in_it(string scope, bool covers) => Assert.Equal(covers, Of(scope).Covers(NorthLot));

    [Fact]
    public void A_building_covers_what_is_in_the_building()
    {
        var building = Of("communities/jingtie-jiayuan/buildings/building-1");
        Assert.True(building.Covers(NorthLot with { Building = "building-1" }));
        Assert.False(building.Covers(NorthLot with { Building = "building-11" }));
        Assert.False(building.Covers(NorthLot with { Building = "building-1", Community = "minzhucun" }));
    }

    [Fact]
    public void What_is_not_known_is_covered_by_no_scope_that_asks_for_it()
    {
        var unknown = new PlaceLocation("parking-lots/somewhere");
        Assert.All(
            ["districts/北京/丰台区", "streets/北京/丰台区/六里桥街道", "communities/a", "communities/a/buildings/b", "parking-lots/another"],
            scope => Assert.False(Of(scope).Covers(unknown)));
        Assert.False(Of("parking-lots/a").Covers(PlaceLocation.Nowhere));
        Assert.True(Of("*").Covers(PlaceLocation.Nowhere));
    }

    [Theory]
    [InlineData("")]
    [InlineData("**")]
    [InlineData("*/a")]
    [InlineData("districts/北京")]
    [InlineData("districts//丰台区")]
    [InlineData("districts/ 北京/丰台区")]
    [InlineData("districts/北京/丰台区/六里桥街道")]
    [InlineData("streets/北京/丰台区")]
    [InlineData("streets/北京/丰台区/\t")]
    [InlineData("communities/")]
    [InlineData("communities/A")]
    [InlineData("communities/a/buildings")]
    [InlineData("communities/a/buildings/")]
    [InlineData("communities/a/../b")]
    [InlineData("parking-lots/")]
    [InlineData("parking-lots/a/zones/b")]
    [InlineData("accounts/0193a5d0-0000-7000-8000-000000000000")]
    [InlineData("devices/x")]
    public void Anything_else_is_no_scope(string text) => Assert.False(AccessScope.TryParse(text, out _));

    [Fact]
    public void A_scope_has_a_limit()
    {
        var name = new string('区', 80);
        Assert.True(AccessScope.TryParse($"districts/{name}/{name}", out _));
        Assert.False(AccessScope.TryParse($"districts/{name}/{name}区", out _));
        Assert.False(AccessScope.TryParse(null, out _));
    }

    [Property]
    public void What_is_read_is_written_as_it_was(string? text)
    {
        if (AccessScope.TryParse(text, out var scope))
            Assert.Equal(text, scope.ToString());
    }

    [Fact]
    public void A_grant_is_JSON_that_anybody_can_read()
    {
        var grant = new RoleGrant(Role.CommunityWorker, Of("communities/minzhucun"), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(8)));
        var options = DomainJson.CreateOptions();
        var json = JsonSerializer.Serialize(grant, options);
        Assert.Equal("""{"role":"communityWorker","scope":"communities/minzhucun","until":"2027-01-01T00:00:00+08:00"}""", json);
        Assert.Equal(grant, JsonSerializer.Deserialize<RoleGrant>(json, options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RoleGrant>("""{"role":"communityWorker","scope":"everything"}""", options));
    }

    internal static AccessScope Of(string text) => AccessScope.TryParse(text, out var scope) ? scope : throw new ArgumentException(text);
}

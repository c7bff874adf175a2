using System.Text.Json;
using Coordination.Domain.Communities;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Domain.Tests.Json;

/// <summary>What a client may leave out of a profile, and how it is filled in.</summary>
public sealed class ProfileJsonTests
{
    [Fact]
    public void A_car_park_needs_no_more_than_a_name()
    {
        var profile = JsonSerializer.Deserialize("""{"name":"停"}""", DomainJson.Instance.ParkingLotProfile)!;
        Assert.Null(profile.Validate());
        Assert.Equal(new ParkingLotProfile { Name = "停" }, profile);
        Assert.Equal("""{"name":"停","timeZone":"Asia/Shanghai","zones":[]}""", JsonSerializer.Serialize(profile, DomainJson.Instance.ParkingLotProfile));
    }

    [Fact]
    public void A_scenic_area_needs_no_more_than_a_name()
    {
        var profile = JsonSerializer.Deserialize("""{"name":"园"}""", DomainJson.Instance.ScenicAreaProfile)!;
        Assert.Null(profile.Validate());
        Assert.Equal(new ScenicAreaProfile { Name = "园" }, profile);
        JsonSerializer.Serialize(profile, DomainJson.Instance.ScenicAreaProfile);
    }

    [Fact]
    public void A_community_needs_no_more_than_a_name()
    {
        var profile = JsonSerializer.Deserialize("""{"name":"社区"}""", DomainJson.Instance.CommunityProfile)!;
        Assert.Null(profile.Validate());
        Assert.Equal(new CommunityProfile { Name = "社区" }, profile);
        JsonSerializer.Serialize(profile, DomainJson.Instance.CommunityProfile);
    }

    [Fact]
    public void Hours_may_leave_out_exceptions_and_a_day_its_periods()
    {
        var profile = JsonSerializer.Deserialize("""{"name":"停","openingHours":{"weekly":[{"day":"monday"}]},"rules":{"levels":{"busy":50}}}""", DomainJson.Instance.ParkingLotProfile)!;
        Assert.Null(profile.Validate());
        Assert.Equal(
            """{"name":"停","timeZone":"Asia/Shanghai","zones":[],"openingHours":{"weekly":[{"day":"monday","periods":[]}],"exceptions":[]},"rules":{"levels":{"busy":50,"warning":80,"critical":90,"full":100,"hysteresis":2},"staleAfterMinutes":30}}""",
            JsonSerializer.Serialize(profile, DomainJson.Instance.ParkingLotProfile));
    }

    [Theory]
    [InlineData("8:00", "08:00")]
    [InlineData("08:00", "08:00")]
    [InlineData("23:59:30", "23:59:30")]
    [InlineData("24:00", "00:00")]
    public void A_time_of_day_is_written_with_hours_and_minutes(string sent, string kept)
    {
        var profile = Parse($$$"""{"name":"停","openingHours":{"weekly":[{"day":"monday","periods":[{"opens":"07:00","closes":"{{{sent}}}"}]}]}}""");
        Assert.Contains($"\"closes\":\"{kept}\"", JsonSerializer.Serialize(profile, DomainJson.Instance.ParkingLotProfile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null{")]
    [InlineData("""{"name":"停","zones":null}""")]
    [InlineData("""{"name":"停","capacity":"5"}""")]
    [InlineData("""{"name":"停","capacity":1.5}""")]
    [InlineData("""{"name":"停","capacity":99999999999}""")]
    [InlineData("""{"name":"停","zones":[{"id":"a","name":"A","purpose":3}]}""")]
    [InlineData("""{"name":"停","openingHours":{"weekly":[{"day":"funday"}]}}""")]
    [InlineData("""{"name":"停","openingHours":{"weekly":[{"day":"monday","periods":[{"opens":"25:00","closes":"26:00"}]}]}}""")]
    public void What_is_no_profile_is_an_error_of_json(string text) => Assert.Throws<JsonException>(() => Parse(text));

    private static ParkingLotProfile Parse(string text) => JsonSerializer.Deserialize(text, DomainJson.Instance.ParkingLotProfile)!;
}

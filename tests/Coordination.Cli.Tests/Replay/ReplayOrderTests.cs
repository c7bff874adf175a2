using Coordination.Cli.Replay;
using Coordination.Client;

namespace Coordination.Cli.Tests.Replay;

public sealed class ReplayOrderTests
{
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void By_time_the_places_are_woven_together()
    {
        var plan = Plan((0, 1), (0, 3), (1, 2), (1, 4));
        Assert.Equal([0, 2, 1, 3], ReplayOrder.Of(plan, ReplayOrder.Time));
        Assert.Equal([0, 1, 2, 3], ReplayOrder.Of(plan, ReplayOrder.File));
    }

    [Fact]
    public void What_is_late_in_the_files_stays_late() =>
        Assert.Equal([0, 1, 2, 3], ReplayOrder.Of(Plan((0, 1), (0, 5), (0, 2), (1, 6)), ReplayOrder.Time));

    [Theory]
    [InlineData("max", null)]
    [InlineData("60x", 60.0)]
    [InlineData("0.5x", 0.5)]
    [InlineData("2", 2.0)]
    public void A_speed_is_a_factor_or_max(string text, double? factor)
    {
        Assert.True(ReplaySpeed.TryParse(text, out var speed));
        Assert.Equal(factor, speed.Factor);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("0x")]
    [InlineData("-1x")]
    [InlineData("")]
    public void Anything_else_is_no_speed(string text) => Assert.False(ReplaySpeed.TryParse(text, out _));

    private static ReplayPlan Plan(params (int Place, int Minute)[] items) => new(
        [.. Enumerable.Range(0, 2).Select(i => new ReplayPlace($"parking-lots/p{i}", new PlaceProfile { Name = "P" }, false))],
        [.. items.Select((item, i) => new ReplayItem(item.Place, Start.AddMinutes(item.Minute), Start.AddMinutes(item.Minute), 0, i, false))], [], 0);
}

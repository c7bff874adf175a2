using Coordination.Live.Tests.Support;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Notices;

public sealed class FeedConditionTests
{
    private static readonly DateTimeOffset Since = new(2026, 5, 1, 8, 2, 30, TimeSpan.FromHours(8));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_client_is_told_when_figures_become_unconfirmed_and_when_they_are_confirmed_again(bool messagePack)
    {
        await using var server = await LiveServer.StartAsync();
        await using var screen = await Screen.OpenAsync(server, messagePack);
        await screen.WatchAsync(Lot);

        server.Condition.Set(Since);
        Assert.Equal("2026-05-01T00:02:30+00:00", (string?)(await screen.NoticeAsync())["unconfirmedSince"]);
        server.Condition.Set(Since);
        server.Condition.Set(null);
        var confirmed = (await screen.NoticeAsync()).AsObject();
        Assert.True(confirmed.ContainsKey("unconfirmedSince"));
        Assert.Null(confirmed["unconfirmedSince"]);

        // Views go on meanwhile, from memory.
        server.Grains[Lot].Publish(4);
        Assert.Equal(4, (await screen.PushAsync(_ => true)).Version);
    }

    [Fact]
    public async Task A_client_that_comes_later_is_told_before_it_sees_a_figure_and_not_when_all_is_well()
    {
        await using var server = await LiveServer.StartAsync();
        server.Grains[Lot].Publish(1);
        server.Condition.Set(Since);
        await using var screen = await Screen.OpenAsync(server);
        Assert.NotNull((await screen.NoticeAsync())["unconfirmedSince"]);
        using var stream = await EventReader.OpenAsync(server, Lot);
        Assert.Equal("2026-05-01T00:02:30+00:00", (string?)(await stream.DataAsync("status"))["unconfirmedSince"]);
        Assert.Equal(1, (await stream.EventAsync()).Version);

        server.Condition.Set(null);
        Assert.Null((await stream.DataAsync("status"))["unconfirmedSince"]);
        using var after = await EventReader.OpenAsync(server, Lot);
        Assert.Equal(1, (await after.EventAsync()).Version);
    }

    [Fact]
    public void What_it_says_is_what_was_set_last_and_only_a_change_is_told()
    {
        var condition = new Coordination.Live.Notices.FeedCondition();
        var told = 0;
        condition.Changed += () => told++;
        condition.Set(null);
        condition.Set(Since);
        condition.Set(Since.ToUniversalTime());
        Assert.Equal(Since, condition.UnconfirmedSince);
        condition.Set(Since.AddMinutes(1));
        condition.Set(null);
        Assert.Null(condition.UnconfirmedSince);
        Assert.Equal(3, told);
    }
}

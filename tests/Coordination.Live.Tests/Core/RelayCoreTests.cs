using Coordination.Contracts.Live;
using Coordination.Live.Core;
using Coordination.Live.Tests.Support;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Core;

public sealed class RelayCoreTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly RelayCore _core = new(Interval);
    private readonly Recorder _screen = new();

    [Fact]
    public void The_first_view_goes_out_at_once_and_the_last_when_the_interval_is_over()
    {
        _core.Add(Lot, _screen.Outbox);

        View(1, at: 0);
        View(2, at: 10);
        View(3, at: 20);
        Assert.Equal([1], _screen.Versions(Lot));
        Assert.Equal(Interval, _core.NextDue);

        Due(at: 99);
        Assert.Equal([1], _screen.Versions(Lot));
        Due(at: 100);
        Assert.Equal([1, 3], _screen.Versions(Lot));
        Assert.Null(_core.NextDue);
    }

    [Fact]
    public void After_a_quiet_interval_a_view_goes_out_at_once_again()
    {
        _core.Add(Lot, _screen.Outbox);
        View(1, at: 0);
        View(2, at: 100);
        Assert.Equal([1, 2], _screen.Versions(Lot));
    }

    [Fact]
    public void A_view_that_is_older_or_the_same_changes_nothing()
    {
        _core.Add(Lot, _screen.Outbox);
        View(5, at: 0);
        View(5, at: 200);
        View(4, at: 400);
        Assert.Equal([5], _screen.Versions(Lot));
        Assert.Equal(5, _core.Latest(Lot)!.View.Version);
    }

    [Fact]
    public void A_newer_epoch_wins_over_a_higher_version()
    {
        _core.Add(Lot, _screen.Outbox);
        View(50, at: 0);
        Send(_core.OnView(Of(Lot, 3, epoch: 2), Milliseconds(200), out var delivery), delivery);
        View(51, at: 400);
        Assert.Equal([50, 3], _screen.Versions(Lot));
    }

    [Fact]
    public void A_host_that_does_not_know_it_was_replaced_is_not_shown_however_much_it_says()
    {
        Assert.Equal([(5, 40), (6, 1), (6, 2)], Shown(view => view));
    }

    /// <summary>The twin: without the epoch its views step back in between the newer ones.</summary>
    [Fact]
    public void Without_the_epoch_the_figures_would_step_back()
    {
        var shown = Shown(view => view with { Epoch = 0 });
        Assert.Contains((0, 43), shown);
        Assert.DoesNotContain((0, 2), shown);
    }

    [Fact]
    public void An_answer_that_stays_older_for_a_minute_is_believed_and_whoever_was_misled_is_broken_off()
    {
        _core.Add(Lot, _screen.Outbox);
        Answer(epoch: 9, version: 50, at: 0);
        for (var at = 3_000; at < 63_000; at += 3_000)
            Assert.Empty(Answer(epoch: 2, version: 7, at));
        Assert.Equal(50, _core.Latest(Lot)!.View.Version);

        Assert.Same(_screen.Outbox, Assert.Single(Answer(epoch: 2, version: 8, at: 63_000)));
        Assert.Equal((2, 8), (_core.Latest(Lot)!.View.Epoch, _core.Latest(Lot)!.View.Version));
        _screen.Outbox.Break();
        Assert.True(_screen.Outbox.IsClosed);
        Assert.NotNull(_screen.Error);

        var again = new Recorder();
        _core.Add(Lot, again.Outbox);
        Send(_core.OnView(Of(Lot, 9, epoch: 2), Milliseconds(64_000), out var delivery), delivery);
        Assert.Equal([9], again.Versions(Lot));
    }

    [Fact]
    public void A_place_that_its_store_lost_is_gone_after_the_same_doubt()
    {
        _core.Add(Lot, _screen.Outbox);
        Answer(epoch: 9, version: 50, at: 0);
        Assert.Empty(Missing(at: 1_000));
        Assert.Single(Missing(at: 61_000));
        Assert.Null(_core.Latest(Lot));
    }

    [Theory]
    [InlineData(9, 50)]
    [InlineData(9, 51)]
    public void One_word_that_what_is_known_still_holds_ends_the_doubt(long epoch, long version)
    {
        _core.Add(Lot, _screen.Outbox);
        Answer(epoch: 9, version: 50, at: 0);
        Assert.Empty(Answer(epoch: 2, version: 7, at: 1_000));
        Send(_core.OnView(Of(Lot, version, epoch), Milliseconds(30_000), out var delivery), delivery);
        Assert.Empty(Answer(epoch: 2, version: 7, at: 61_000));
        Assert.Equal(9, _core.Latest(Lot)!.View.Epoch);
    }

    [Fact]
    public void Late_pushes_alone_raise_no_doubt()
    {
        _core.Add(Lot, _screen.Outbox);
        Answer(epoch: 9, version: 50, at: 0);
        for (var at = 1_000; at < 200_000; at += 1_000)
            View(7, at);
        Assert.Empty(Answer(epoch: 2, version: 7, at: 200_000));
        Assert.Equal(9, _core.Latest(Lot)!.View.Epoch);
    }

    [Fact]
    public void Who_joins_between_two_sends_finds_the_latest_view_and_gets_the_next()
    {
        _core.Add(Lot, _screen.Outbox);
        View(1, at: 0);
        View(2, at: 10);

        var late = new Recorder();
        Assert.False(_core.Add(Lot, late.Outbox));
        Assert.Equal(2, _core.Latest(Lot)!.View.Version);
        View(3, at: 20);
        Due(at: 100);

        Assert.Equal([3], late.Versions(Lot));
        Assert.Equal([1, 3], _screen.Versions(Lot));
    }

    [Fact]
    public void A_topic_without_subscribers_is_forgotten_with_what_it_had_to_send()
    {
        Assert.True(_core.Add(Lot, _screen.Outbox));
        View(1, at: 0);
        View(2, at: 10);

        Assert.True(_core.Remove(Lot, _screen.Outbox));
        Assert.Equal(0, _core.Topics);
        Assert.Equal(0, _core.Subscriptions);
        Assert.Null(_core.NextDue);
        Assert.Null(_core.Latest(Lot));
        Assert.False(_core.TryTakeDue(Milliseconds(100), out _));
        View(3, at: 200);
        Assert.Equal([1], _screen.Versions(Lot));
    }

    [Fact]
    public void Leaving_twice_or_without_having_come_changes_nothing()
    {
        Assert.False(_core.Remove(Lot, _screen.Outbox));
        _core.Add(Lot, _screen.Outbox);
        _core.Add(Lot, _screen.Outbox);
        Assert.Equal(1, _core.Subscriptions);
        Assert.True(_core.Remove(Lot, _screen.Outbox));
        Assert.False(_core.Remove(Lot, _screen.Outbox));
        Assert.Equal(0, _core.Subscriptions);
    }

    [Fact]
    public void Nobody_gets_a_topic_that_they_left_even_if_it_was_on_its_way()
    {
        _core.Add(Lot, _screen.Outbox);
        Assert.True(_core.OnView(Of(1), TimeSpan.Zero, out var onItsWay));
        _core.Remove(Lot, _screen.Outbox);
        onItsWay.Send();
        Assert.Empty(_screen.Written);
    }

    [Fact]
    public void Topics_wait_for_their_own_interval_only()
    {
        _core.Add("parking-lots/a", _screen.Outbox);
        _core.Add("parking-lots/b", _screen.Outbox);
        Send(_core.OnView(Of("parking-lots/b", 1), Milliseconds(0), out var delivery), delivery);
        Send(_core.OnView(Of("parking-lots/a", 1), Milliseconds(50), out delivery), delivery);
        Send(_core.OnView(Of("parking-lots/a", 2), Milliseconds(60), out delivery), delivery);
        Send(_core.OnView(Of("parking-lots/b", 2), Milliseconds(70), out delivery), delivery);

        Due(at: 100);
        Assert.Equal([1, 2], _screen.Versions("parking-lots/b"));
        Assert.Equal([1], _screen.Versions("parking-lots/a"));
        Due(at: 150);
        Assert.Equal([1, 2], _screen.Versions("parking-lots/a"));
    }

    [Fact]
    public void A_publish_to_a_thousand_watchers_allocates_no_more_than_to_one()
    {
        var one = Allocated(1);
        var thousand = Allocated(1000);
        Assert.InRange(thousand, 0, one + 512);

        static long Allocated(int watchers)
        {
            var core = new RelayCore(TimeSpan.Zero);
            for (var i = 0; i < watchers; i++)
                core.Add(Lot, new Outbox(static _ => default));
            var views = Enumerable.Range(1, 40).Select(version => Of(version)).ToArray();
            foreach (var view in views[..20])
                Send(core.OnView(view, TimeSpan.Zero, out var delivery), delivery);
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var view in views[20..])
                Send(core.OnView(view, TimeSpan.Zero, out var delivery), delivery);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private static void Send(bool now, Delivery delivery)
    {
        if (now)
            delivery.Send();
    }

    /// <summary>What a screen sees of a grain that was opened again elsewhere while its old activation goes on.</summary>
    private List<(long Epoch, long Version)> Shown(Func<LiveView, LiveView> seen)
    {
        _core.Add(Lot, _screen.Outbox);
        LiveView[] views = [Of(Lot, 40, epoch: 5), Of(Lot, 1, epoch: 6), Of(Lot, 41, epoch: 5), Of(Lot, 2, epoch: 6), Of(Lot, 42, epoch: 5), Of(Lot, 43, epoch: 5)];
        for (var i = 0; i < views.Length; i++)
            Send(_core.OnView(seen(views[i]), Milliseconds(i * 200), out var delivery), delivery);
        return [.. _screen.Written.Select(view => (view.View.Epoch, view.View.Version))];
    }

    private Outbox[] Answer(long epoch, long version, int at)
    {
        var sent = _core.OnAnswer(Lot, Of(Lot, version, epoch), Milliseconds(at), out var delivery, out var misled);
        Send(sent, delivery);
        return misled;
    }

    private Outbox[] Missing(int at)
    {
        Assert.False(_core.OnAnswer(Lot, null, Milliseconds(at), out _, out var misled));
        return misled;
    }

    private void View(long version, int at) => Send(_core.OnView(Of(version), Milliseconds(at), out var delivery), delivery);

    private void Due(int at)
    {
        while (_core.TryTakeDue(Milliseconds(at), out var delivery))
            delivery.Send();
    }
}

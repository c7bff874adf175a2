using Coordination.Contracts.Live;
using Coordination.Live.Relay;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Relay;

public sealed class LeaseBookTests
{
    private readonly LeaseBook _book = new();

    [Fact]
    public void A_topic_is_registered_at_once_and_renewed_within_the_period()
    {
        _book.Want(Lot, At(0));
        Assert.True(_book.TryBegin(At(0), out var lease));
        Assert.False(_book.TryBegin(At(0), out _));
        _book.Renewed(lease, At(0), spread: 1);
        Assert.True(lease.Answer.Task.IsCompletedSuccessfully);
        Assert.Equal(WatchLease.Renewal, _book.NextDue);

        Assert.True(_book.TryBegin(WatchLease.Renewal, out lease));
        _book.Renewed(lease, At(0), spread: 0);
        Assert.Equal(WatchLease.Renewal * 0.8, _book.NextDue);
    }

    [Fact]
    public void While_a_call_is_in_flight_no_other_begins_for_its_topic()
    {
        _book.Want(Lot, At(0));
        Assert.True(_book.TryBegin(At(0), out var lease));
        _book.Leave(Lot, At(1));
        _book.Want(Lot, At(2));
        _book.Leave(Lot, At(3));
        Assert.False(_book.TryBegin(At(4), out _));

        _book.Renewed(lease, At(5), spread: 0);
        Assert.True(_book.TryBegin(At(5), out lease));
        Assert.False(lease.IsWanted);

        _book.Want(Lot, At(6));
        Assert.False(_book.TryBegin(At(6), out _));
        _book.Left(lease, At(7));
        Assert.True(_book.TryBegin(At(7), out lease));
        Assert.True(lease.IsWanted);
    }

    [Fact]
    public void A_topic_that_was_left_is_signed_off_once_and_forgotten()
    {
        _book.Want(Lot, At(0));
        _book.TryBegin(At(0), out var lease);
        _book.Renewed(lease, At(0), spread: 0);
        _book.Leave(Lot, At(1));
        Assert.Null(_book.Find(Lot));
        Assert.True(_book.TryBegin(At(1), out lease));
        _book.Left(lease, At(2));
        Assert.Null(_book.NextDue);
    }

    [Fact]
    public void A_topic_that_was_left_before_its_grain_was_called_needs_no_farewell()
    {
        _book.Want(Lot, At(0));
        _book.Leave(Lot, At(0));
        Assert.False(_book.TryBegin(At(1), out _));
        Assert.Null(_book.NextDue);
    }

    [Fact]
    public void Failures_are_tried_again_ever_more_rarely_but_more_often_than_renewals_and_counted_once()
    {
        _book.Want(Lot, At(0));
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 8; i++)
        {
            Assert.True(_book.TryBegin(_book.NextDue!.Value, out var lease));
            _book.Failed(lease, At(0), spread: 1);
            waits.Add(_book.NextDue!.Value);
        }

        Assert.Equal(waits.Order(), waits);
        Assert.Equal(At(250), waits[0]);
        Assert.Equal(At(2_000), waits[^1]);
        Assert.True(waits[^1] < WatchLease.Renewal);
        Assert.Equal(1, _book.Failing);

        Assert.True(_book.TryBegin(WatchLease.Renewal, out var last));
        _book.Renewed(last, At(0), spread: 0);
        Assert.Equal(0, _book.Failing);
    }

    [Fact]
    public void Asked_to_renew_all_it_spreads_them_over_a_second_and_twice_is_as_good_as_once()
    {
        var leases = Registered(1_000, at: At(0));
        _book.RenewAll(At(100));
        _book.RenewAll(At(100));
        var begun = new List<(string Topic, int At)>();
        for (var now = 100; now <= 1_100; now += 10)
        {
            while (_book.TryBegin(At(now), out var lease))
            {
                begun.Add((lease.Topic, now));
                _book.Renewed(lease, At(now), spread: 1);
            }
        }

        Assert.Equal(leases.Order(), begun.Select(call => call.Topic).Order());
        Assert.True(begun.GroupBy(call => call.At).Max(calls => calls.Count()) <= 20, "They come in bursts.");
    }

    [Fact]
    public void A_topic_that_is_being_called_when_all_are_renewed_is_called_again_soon()
    {
        _book.Want(Lot, At(0));
        Assert.True(_book.TryBegin(At(0), out var lease));
        _book.RenewAll(At(1));
        _book.Renewed(lease, At(2), spread: 1);
        Assert.True(_book.NextDue <= At(1_002));

        Assert.True(_book.TryBegin(At(1_002), out lease));
        _book.Renewed(lease, At(1_002), spread: 1);
        Assert.Equal(At(1_002) + WatchLease.Renewal, _book.NextDue);
    }

    [Fact]
    public void A_topic_somebody_waits_for_goes_before_renewals_that_are_overdue()
    {
        Registered(100, at: At(0));
        _book.Want(Lot, At(10_000));
        Assert.True(_book.TryBegin(At(10_000), out var first));
        Assert.Equal(Lot, first.Topic);
        Assert.True(_book.TryBegin(At(10_000), out var second));
        Assert.NotEqual(Lot, second.Topic);
    }

    [Fact]
    public void One_that_left_and_came_back_during_its_call_does_not_hold_up_the_others()
    {
        _book.Want(Lot, At(0));
        Assert.True(_book.TryBegin(At(0), out var lease));
        _book.Leave(Lot, At(1));
        _book.Want(Lot, At(1));
        _book.Renewed(lease, At(2), spread: 1);
        _book.Want("parking-lots/other", At(3));
        Assert.True(_book.TryBegin(At(3), out var other));
        Assert.Equal("parking-lots/other", other.Topic);
        Assert.Equal(At(2) + WatchLease.Renewal, _book.NextDue);
    }

    [Fact]
    public void The_lease_outlives_the_renewals_and_the_times_keep_the_promise_of_five_seconds()
    {
        // A host dies and the cluster has given it up two seconds later: a call made until then is given up and made again.
        var cluster = At(2_000);
        Assert.True(cluster + WatchLease.Answer + At(250) < At(5_000));
        Assert.True(WatchLease.Renewal + At(1_000) < At(5_000));
        Assert.True(WatchLease.Duration >= 3 * (WatchLease.Renewal + WatchLease.Answer));
    }

    private string[] Registered(int count, TimeSpan at)
    {
        var topics = Enumerable.Range(0, count).Select(i => $"parking-lots/p{i}").ToArray();
        foreach (var topic in topics)
            _book.Want(topic, at);
        while (_book.TryBegin(at, out var lease))
            _book.Renewed(lease, at, spread: 1);
        return topics;
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}

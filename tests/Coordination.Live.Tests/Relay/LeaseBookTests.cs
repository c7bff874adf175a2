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
    public void Failures_are_tried_again_ever_more_rarely_but_never_less_than_renewals_and_counted_once()
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
        Assert.Equal(WatchLease.Renewal, waits[^1]);
        Assert.Equal(1, _book.Failing);

        Assert.True(_book.TryBegin(WatchLease.Renewal, out var last));
        _book.Renewed(last, At(0), spread: 0);
        Assert.Equal(0, _book.Failing);
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}

using Coordination.Live.Core;
using Coordination.Live.Tests.Support;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Core;

public sealed class OutboxNoticeTests
{
    [Fact]
    public void A_notice_goes_before_the_views_that_wait_and_after_the_one_in_flight()
    {
        var screen = new Recorder(stuck: true);
        screen.Outbox.Open(Lot);
        screen.Outbox.Post(new SharedView(Of(1)));
        screen.Outbox.Post(new SharedView(Of(2)));
        screen.Outbox.Tell(Notice.End);
        screen.Outbox.Tell(Notice.Goodbye);
        screen.Outbox.Tell(Notice.Status);
        while (screen.Take())
        {
            // Everything that waits.
        }

        Assert.Equal(["1", "Status", "Goodbye", "End", "2"], screen.Said);
        Assert.Equal(2, screen.Counts.Pushes);
    }

    [Fact]
    public void However_often_it_is_told_a_connection_that_does_not_read_has_each_notice_once()
    {
        var screen = new Recorder(stuck: true);
        screen.Outbox.Open(Lot);
        screen.Outbox.Post(new SharedView(Of(1)));
        for (var i = 0; i < 1_000; i++)
        {
            screen.Outbox.Tell(Notice.Status);
            screen.Outbox.Tell(Notice.Goodbye);
        }

        while (screen.Take())
        {
            // Everything that waits.
        }

        Assert.Equal(["1", "Status", "Goodbye"], screen.Said);
        Assert.Equal(1, screen.MostInFlight);
    }

    [Fact]
    public void One_that_is_closed_is_told_nothing()
    {
        var screen = new Recorder(stuck: true);
        screen.Outbox.Open(Lot);
        screen.Outbox.Post(new SharedView(Of(1)));
        screen.Outbox.Tell(Notice.Status);
        screen.Outbox.Close();
        screen.Outbox.Tell(Notice.Goodbye);
        screen.Take();
        Assert.Equal(["1"], screen.Said);
    }

    [Fact]
    public void Telling_allocates_nothing_on_a_connection_that_reads()
    {
        var outbox = new Outbox(_ => default, tell: _ => default);
        outbox.Tell(Notice.Status);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            outbox.Tell(Notice.Status);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}

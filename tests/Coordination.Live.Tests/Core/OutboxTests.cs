using Coordination.Live.Core;
using Coordination.Live.Tests.Support;
using FsCheck.Xunit;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Core;

public sealed class OutboxTests
{
    private const string Other = "parking-lots/south";

    [Fact]
    public void A_connection_that_reads_gets_every_view()
    {
        var reader = new Recorder();
        reader.Outbox.Open(Lot);
        Post(reader, Lot, 1, 2, 3);
        Assert.Equal([1, 2, 3], reader.Versions(Lot));
        Assert.False(reader.Outbox.IsWriting);
        Assert.Equal(3, reader.Counts.Pushes);
    }

    [Fact]
    public void A_connection_that_never_reads_costs_one_write_and_one_view_per_topic()
    {
        var stuck = new Recorder(stuck: true);
        stuck.Outbox.Open(Lot);
        stuck.Outbox.Open(Other);
        for (var version = 1; version <= 10_000; version++)
        {
            Post(stuck, Lot, version);
            Post(stuck, Other, version);
        }

        Assert.Single(stuck.Written);
        Assert.Equal(2, stuck.Outbox.Pending);
        Assert.Equal(20_000 - 1 - 2, stuck.Counts.Coalesced);
    }

    [Fact]
    public void Without_latest_value_a_connection_that_never_reads_costs_one_view_per_publish()
    {
        var queue = new Queue<SharedView>();
        for (var version = 1; version <= 10_000; version++)
            queue.Enqueue(new SharedView(Of(version)));
        Assert.Equal(10_000, queue.Count);
    }

    [Fact]
    public void What_is_read_after_a_pause_is_the_latest()
    {
        var slow = new Recorder(stuck: true);
        slow.Outbox.Open(Lot);
        Post(slow, Lot, 1, 2, 3, 4);
        Assert.True(slow.Take());
        Assert.True(slow.Take());
        Assert.False(slow.Take());
        Assert.Equal([1, 4], slow.Versions(Lot));
    }

    [Fact]
    public void A_busy_topic_does_not_hold_up_another()
    {
        var slow = new Recorder(stuck: true);
        slow.Outbox.Open(Lot);
        slow.Outbox.Open(Other);
        Post(slow, Lot, 1, 2);
        Post(slow, Other, 1);
        Post(slow, Lot, 3, 4);
        slow.Take();
        Post(slow, Lot, 5);
        slow.Take();
        slow.Take();
        Assert.Equal([(Lot, 1L), (Lot, 4L), (Other, 1L), (Lot, 5L)], slow.Written.Select(view => (view.Topic, view.View.Version)));
    }

    [Fact]
    public void An_older_view_posted_late_is_dropped()
    {
        var reader = new Recorder();
        reader.Outbox.Open(Lot);
        Post(reader, Lot, 2, 1, 2, 3);
        Assert.Equal([2, 3], reader.Versions(Lot));
    }

    [Fact]
    public void A_closed_topic_is_not_written_and_opens_afresh()
    {
        var slow = new Recorder(stuck: true);
        slow.Outbox.Open(Lot);
        Post(slow, Lot, 1, 2);
        slow.Outbox.Close(Lot);
        Assert.Equal(0, slow.Outbox.Pending);
        Post(slow, Lot, 3);
        slow.Take();
        Assert.Equal([1], slow.Versions(Lot));

        slow.Outbox.Open(Lot);
        Post(slow, Lot, 2);
        Assert.Equal([1, 2], slow.Versions(Lot));
    }

    [Fact]
    public void A_write_that_fails_closes_the_outbox_and_says_so_once()
    {
        var broken = new Recorder(stuck: true);
        broken.Outbox.Open(Lot);
        Post(broken, Lot, 1, 2);
        broken.Take(new IOException("reset"));
        Assert.IsType<IOException>(broken.Error);
        Assert.True(broken.Outbox.IsClosed);
        Assert.False(broken.Outbox.IsWriting);
        broken.Outbox.Open(Lot);
        Post(broken, Lot, 3);
        Assert.Equal([1], broken.Versions(Lot));
    }

    [Fact]
    public void A_writer_that_throws_before_it_waits_does_not_reach_the_publisher()
    {
        var outbox = new Outbox(_ => throw new IOException("gone"));
        outbox.Open(Lot);
        outbox.Post(new SharedView(Of(1)));
        Assert.True(outbox.IsClosed);
    }

    [Fact]
    public void Absent_gives_way_to_a_view_but_never_replaces_one()
    {
        var reader = new Recorder();
        reader.Outbox.Open(Lot);
        reader.Outbox.Post(SharedView.Absent(Lot));
        Post(reader, Lot, 1);
        reader.Outbox.Post(SharedView.Absent(Lot));
        Assert.Equal([0, 1], reader.Versions(Lot));
    }

    [Property(MaxTest = 500)]
    public bool It_is_bounded_ordered_and_ends_on_the_last_view((byte Topic, bool Takes)[] steps)
    {
        string[] topics = ["parking-lots/a", "parking-lots/b", "parking-lots/c", "parking-lots/d"];
        var slow = new Recorder(stuck: true);
        foreach (var topic in topics)
            slow.Outbox.Open(topic);
        var version = 0L;
        var last = new Dictionary<string, long>();
        foreach (var (choice, takes) in steps)
        {
            var topic = topics[choice % topics.Length];
            Post(slow, topic, last[topic] = ++version);
            if (takes)
                slow.Take();
            if (slow.Outbox.Pending > topics.Length || slow.MostInFlight > 1)
                return false;
        }

        while (slow.Take())
        {
            // Until the connection has taken all there is.
        }

        return topics.All(topic => slow.Versions(topic) is var got
            && got.SequenceEqual(got.Order())
            && got.LastOrDefault() == last.GetValueOrDefault(topic));
    }

    [Fact]
    public async Task Posts_from_many_threads_end_on_the_last_view_with_one_write_in_flight()
    {
        var inFlight = 0;
        var most = 0;
        var shown = 0L;
        var outbox = new Outbox(async view =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inFlight));
            await Task.Yield();
            Interlocked.Exchange(ref shown, view.View.Version);
            Interlocked.Decrement(ref inFlight);
        });
        outbox.Open(Lot);
        var version = 0L;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                outbox.Post(new SharedView(Of(Interlocked.Increment(ref version))));
        })));

        await Until.TrueAsync(() => !outbox.IsWriting);
        Assert.Equal(20_000, Interlocked.Read(ref shown));
        Assert.Equal(1, most);
    }

    [Fact]
    public void A_form_is_made_once_and_shared()
    {
        var made = 0;
        var view = new SharedView(Of(1));
        var first = view.Encoded(_ => (++made).ToString());
        Assert.Same(first, view.Encoded(_ => (++made).ToString()));
        Assert.Equal(1, made);
        Assert.Same(view, view.Encoded(self => new Tuple<SharedView>(self)).Item1);
    }

    private static void Post(Recorder to, string topic, params long[] versions)
    {
        foreach (var version in versions)
            to.Outbox.Post(new SharedView(Of(topic, version)));
    }
}

using Coordination.Contracts.Live;
using Coordination.Live.Core;
using Coordination.Live.Tests.Support;
using FsCheck.Xunit;

namespace Coordination.Live.Tests.Core;

/// <summary>Whatever order the network makes of the views, with losses and repetitions.</summary>
public sealed class RelayCoreProperties
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Topics = ["parking-lots/a", "scenic-areas/b", "communities/c"];

    [Property(MaxTest = 500)]
    public bool Every_screen_ends_on_the_last_view_and_never_goes_back((byte Topic, byte View, byte Pause)[] arrivals)
    {
        var run = new Run(Interval, arrivals);
        return run.AllEndOnTheLast() && run.NeverBack() && run.LeastGap >= Interval;
    }

    [Property(MaxTest = 500)]
    public bool A_screen_that_comes_late_ends_on_the_last_view((byte Topic, byte View, byte Pause)[] arrivals, byte joins)
    {
        var run = new Run(Interval, arrivals, joins);
        return run.AllEndOnTheLast() && run.NeverBack();
    }

    [Fact]
    public void Without_the_interval_a_topic_is_sent_more_often()
    {
        var run = new Run(TimeSpan.Zero, [(0, 1, 0), (0, 2, 1), (0, 3, 1)]);
        Assert.True(run.LeastGap < Interval);
    }

    [Fact]
    public void Without_looking_at_versions_a_screen_goes_back_and_ends_on_the_wrong_view()
    {
        (byte Topic, byte View, byte Pause)[] reordered = [(0, 1, 0), (0, 3, 200), (0, 2, 200)];
        var naive = reordered.Select(arrival => (long)arrival.View).ToArray();
        Assert.NotEqual(3, naive[^1]);

        var run = new Run(Interval, reordered);
        Assert.True(run.NeverBack());
        Assert.True(run.AllEndOnTheLast());
    }

    /// <summary>The arrivals in virtual time, then one renewal per topic, then until nothing is due.</summary>
    private sealed class Run
    {
        private readonly RelayCore _core;
        private readonly List<Recorder> _screens = [new(), new()];
        private readonly Dictionary<string, LiveView> _last = [];
        private readonly Dictionary<string, LiveView> _answers = [];
        private readonly Dictionary<string, TimeSpan> _sentAt = [];
        private readonly Recorder? _late;
        private TimeSpan _now;

        public Run(TimeSpan interval, (byte Topic, byte View, byte Pause)[] arrivals, int? joins = null)
        {
            _core = new RelayCore(interval);
            foreach (var (topic, screen) in Topics.SelectMany(topic => _screens.Select(screen => (topic, screen))))
                _core.Add(topic, screen.Outbox);

            for (var i = 0; i < arrivals.Length; i++)
            {
                if (joins is { } at && i == at % arrivals.Length)
                    _late = Join();
                var (topic, view, pause) = arrivals[i];
                Advance(_now + TimeSpan.FromMilliseconds(pause));
                Arrive(Views.Of(Topics[topic % Topics.Length], view % 64, 1 + (view / 64)));
            }

            // What the grain has at the end is at least as new as all that came; it may never have come itself.
            foreach (var (topic, newest) in _last.ToArray())
                Arrive(Views.Of(topic, newest.Version + (newest.Version % 2), newest.Epoch));
            while (_core.NextDue is { } due)
                Advance(due);
        }

        public TimeSpan LeastGap { get; private set; } = TimeSpan.MaxValue;

        public bool NeverBack() => Everybody().All(screen => Topics.All(topic =>
        {
            var views = screen.Written.Where(view => view.Topic == topic).Select(view => view.View).ToArray();
            return views.Zip(views.Skip(1)).All(pair => pair.Second.IsNewerThan(pair.First));
        }));

        public bool AllEndOnTheLast() => _last.All(last =>
            _screens.All(screen => screen.Written.Last(view => view.Topic == last.Key).View == last.Value)
            && (_late is null || Shown(_late, last.Key) == last.Value));

        private LiveView? Shown(Recorder late, string topic)
        {
            var pushed = late.Written.LastOrDefault(view => view.Topic == topic)?.View;
            var answer = _answers.GetValueOrDefault(topic);
            return pushed is not null && pushed.IsNewerThan(answer) ? pushed : answer;
        }

        private IEnumerable<Recorder> Everybody() => _late is null ? _screens : [.. _screens, _late];

        private Recorder Join()
        {
            var late = new Recorder();
            foreach (var topic in Topics)
            {
                _core.Add(topic, late.Outbox);
                if (_core.Latest(topic) is { } view)
                    _answers[topic] = view.View;
            }

            return late;
        }

        private void Arrive(LiveView view)
        {
            if (view.IsNewerThan(_last.GetValueOrDefault(view.Topic)))
                _last[view.Topic] = view;
            if (_core.OnView(view, _now, out var delivery))
                Send(delivery);
        }

        private void Advance(TimeSpan to)
        {
            while (_core.NextDue is { } due && due <= to)
            {
                _now = due;
                while (_core.TryTakeDue(_now, out var delivery))
                    Send(delivery);
            }

            _now = to;
        }

        private void Send(Delivery delivery)
        {
            var topic = delivery.View.Topic;
            if (_sentAt.TryGetValue(topic, out var before) && _now - before < LeastGap)
                LeastGap = _now - before;
            _sentAt[topic] = _now;
            delivery.Send();
        }
    }
}

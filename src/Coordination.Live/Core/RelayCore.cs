using Coordination.Contracts.Live;

namespace Coordination.Live.Core;

/// <summary>
/// Decides what a host sends to its watchers: for each topic the newest view, at most one send per interval (the first at once,
/// the last when the interval is over), never an older view after a newer one. Topics that nobody watches are forgotten.
/// </summary>
/// <remarks>
/// Not safe for use from several threads at once; a <see cref="Delivery"/> may be sent outside the lock, in any order, because an
/// <see cref="Outbox"/> drops what is older than what it has. No clock: <c>now</c> is the time since any fixed start and never
/// goes backwards. A publish costs the same whatever the number of topics, and allocates nothing per watcher.
/// </remarks>
public sealed class RelayCore
{
    /// <summary>
    /// A grain that answers older than what is known, and is contradicted by nobody for this long, is believed: its store went back to
    /// an older state. Far longer than a host that was replaced without knowing it goes on answering.
    /// </summary>
    public static readonly TimeSpan BelieveAfter = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, TopicFeed> _feeds = new(StringComparer.Ordinal);
    private readonly PriorityQueue<TopicFeed, TimeSpan> _due = new();
    private readonly TimeSpan _interval;

    /// <param name="interval">Least time between two sends of one topic; zero sends every view.</param>
    public RelayCore(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero);
        _interval = interval;
    }

    /// <summary>Topics with at least one subscriber.</summary>
    public int Topics => _feeds.Count;

    /// <summary>Pairs of topic and subscriber.</summary>
    public int Subscriptions { get; private set; }

    /// <summary>When <see cref="TryTakeDue"/> has something to give next; null when nothing waits.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            DropForgotten();
            return _due.TryPeek(out _, out var at) ? at : null;
        }
    }

    /// <summary>
    /// Opens the topic in the outbox and sends it every view from now on. What is <see cref="Latest"/> at that moment is not posted:
    /// the caller answers with it, and so nothing falls between.
    /// </summary>
    /// <returns>Whether this is the first subscriber of the topic.</returns>
    public bool Add(string topic, Outbox subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        subscriber.Open(topic);
        var first = !_feeds.TryGetValue(topic, out var feed);
        if (feed is null)
            _feeds.Add(topic, feed = new TopicFeed(topic));
        if (feed.Add(subscriber))
            Subscriptions++;
        return first;
    }

    /// <summary>Closes the topic in the outbox and sends it nothing more.</summary>
    /// <returns>Whether this was the last subscriber; the topic is then forgotten.</returns>
    public bool Remove(string topic, Outbox subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        subscriber.Close(topic);
        if (!_feeds.TryGetValue(topic, out var feed) || !feed.Remove(subscriber))
            return false;
        Subscriptions--;
        return feed.Count == 0 && _feeds.Remove(topic);
    }

    /// <summary>The newest view of a topic that is watched; null when none came yet.</summary>
    public SharedView? Latest(string topic) => _feeds.TryGetValue(topic, out var feed) ? feed.Latest : null;

    /// <summary>
    /// Takes a view from a grain, pushed or as the answer to a renewal. One that is not newer than what is known, or that nobody
    /// watches, changes nothing.
    /// </summary>
    /// <returns>Whether it is to be sent at once; otherwise it is, or a newer one, at <see cref="NextDue"/>.</returns>
    public bool OnView(LiveView view, TimeSpan now, out Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(view);
        delivery = default;
        if (!_feeds.TryGetValue(view.Topic, out var feed))
            return false;
        var waits = feed.IsDirty;
        if (!feed.Take(view) || waits)
            return false;
        if (now >= feed.OpenAt)
        {
            delivery = feed.Send(now, _interval);
            return true;
        }

        _due.Enqueue(feed, feed.OpenAt);
        return false;
    }

    /// <summary>
    /// Takes what a grain answered to a renewal: a view, or null when there is no such place. Otherwise like <see cref="OnView"/>; and
    /// an answer that stays older than what is known is believed in the end (<see cref="BelieveAfter"/>).
    /// </summary>
    /// <param name="misled">
    /// Empty, or the outboxes that were sent what is given up just now. They would drop what is older, as would their clients: break
    /// them off, so that the clients ask again.
    /// </param>
    public bool OnAnswer(string topic, LiveView? answer, TimeSpan now, out Delivery delivery, out Outbox[] misled)
    {
        delivery = default;
        misled = [];
        if (!_feeds.TryGetValue(topic, out var feed) || feed.Latest is not { } known || answer?.IsNewerThan(known.View) is true)
            return answer is not null && OnView(answer, now, out delivery);
        if (answer is null || known.View.IsNewerThan(answer))
            misled = feed.Doubt(answer, now, BelieveAfter);
        else
            feed.Take(answer);
        return false;
    }

    /// <summary>Gives one send that is due; call until it says no.</summary>
    public bool TryTakeDue(TimeSpan now, out Delivery delivery)
    {
        DropForgotten();
        if (!_due.TryPeek(out var feed, out var at) || at > now)
        {
            delivery = default;
            return false;
        }

        _due.Dequeue();
        delivery = feed.Send(now, _interval);
        return true;
    }

    private void DropForgotten()
    {
        while (_due.TryPeek(out var feed, out _) && !IsCurrent(feed))
            _due.Dequeue();
    }

    private bool IsCurrent(TopicFeed feed) =>
        feed.IsDirty && _feeds.TryGetValue(feed.Topic, out TopicFeed? current) && ReferenceEquals(current, feed);
}

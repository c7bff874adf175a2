using Coordination.Contracts.Live;

namespace Coordination.Live.Core;

/// <summary>One watched topic on this host: its newest view, who watches it, and when it may be sent again.</summary>
internal sealed class TopicFeed(string topic)
{
    private readonly HashSet<Outbox> _subscribers = [];
    private Outbox[]? _snapshot;
    private TimeSpan? _olderSince;

    public string Topic { get; } = topic;

    public SharedView? Latest { get; private set; }

    /// <summary>Before this the topic is not sent again.</summary>
    public TimeSpan OpenAt { get; private set; } = TimeSpan.MinValue;

    /// <summary>Whether the newest view still has to be sent, at <see cref="OpenAt"/>.</summary>
    public bool IsDirty { get; private set; }

    public int Count => _subscribers.Count;

    public bool Add(Outbox subscriber)
    {
        _snapshot = null;
        return _subscribers.Add(subscriber);
    }

    public bool Remove(Outbox subscriber)
    {
        _snapshot = null;
        return _subscribers.Remove(subscriber);
    }

    /// <summary>Keeps the view when it is newer than what is known.</summary>
    public bool Take(LiveView view)
    {
        if (!view.IsNewerThan(Latest?.View))
        {
            // The same again says that what is known still holds.
            if (!Latest!.View.IsNewerThan(view))
                _olderSince = null;
            return false;
        }

        _olderSince = null;
        Latest = new SharedView(view);
        IsDirty = true;
        return true;
    }

    /// <summary>
    /// Notes an answer older than what is known, null being no place at all. When nothing else was heard for <paramref name="patience"/>
    /// it is believed.
    /// </summary>
    /// <returns>Whoever was sent what is given up; empty while it is doubted.</returns>
    public Outbox[] Doubt(LiveView? answer, TimeSpan now, TimeSpan patience)
    {
        _olderSince ??= now;
        if (now - _olderSince < patience)
            return [];
        _olderSince = null;
        Latest = answer is null ? null : new SharedView(answer);
        IsDirty = false;
        return _snapshot ??= [.. _subscribers];
    }

    /// <summary>What to send now. The list of subscribers is made again only after it changed.</summary>
    public Delivery Send(TimeSpan now, TimeSpan interval)
    {
        IsDirty = false;
        OpenAt = now + interval;
        return new Delivery(Latest!, _snapshot ??= [.. _subscribers]);
    }
}

/// <summary>A view and the outboxes it goes to. Sending it never waits.</summary>
public readonly struct Delivery
{
    private readonly Outbox[]? _to;

    internal Delivery(SharedView view, Outbox[] to) => (View, _to) = (view, to);

    /// <summary>The view to send.</summary>
    public SharedView View { get; }

    /// <summary>How many outboxes it goes to.</summary>
    public int Count => _to?.Length ?? 0;

    /// <summary>Posts the view to every outbox.</summary>
    public void Send()
    {
        foreach (var outbox in _to ?? [])
            outbox.Post(View);
    }
}

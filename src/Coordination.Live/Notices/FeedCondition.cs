namespace Coordination.Live.Notices;

/// <summary>
/// Whether the figures of this host can be trusted to be the newest. While a host cannot reach the store its reads go on from memory;
/// every client is then told since when they are unconfirmed, at once and when it connects, and told when they are confirmed again.
/// </summary>
/// <remarks>One per host, set by whoever watches the health of the store. Safe to use from many threads; telling waits for nobody.</remarks>
public sealed class FeedCondition
{
    private FeedStatus _status = new(null);

    /// <summary>Since when nothing is confirmed; null when everything is.</summary>
    public DateTimeOffset? UnconfirmedSince => Status.UnconfirmedSince;

    internal FeedStatus Status => Volatile.Read(ref _status);

    /// <summary>Called after each change, possibly from several threads at once.</summary>
    internal event Action? Changed;

    /// <summary>Says since when nothing is confirmed, or with null that everything is again. The same as before changes nothing.</summary>
    public void Set(DateTimeOffset? since)
    {
        var before = Interlocked.Exchange(ref _status, new FeedStatus(since?.ToUniversalTime()));
        if (before.UnconfirmedSince != since)
            Changed?.Invoke();
    }
}

using Orleans.Concurrency;

namespace Coordination.Contracts.Live;

/// <summary>
/// A whole view of one topic, ready to send: the newest (epoch, version) wins, and any one is enough. The JSON is made once by
/// the grain and never again on its way to the screens.
/// </summary>
/// <param name="Topic">Resource path, such as <c>parking-lots/jingtie-north</c>.</param>
/// <param name="Epoch">Which opening of the stream it comes from.</param>
/// <param name="Version">Order within the epoch.</param>
/// <param name="Json">The view as UTF-8 JSON; not to be changed.</param>
[GenerateSerializer, Immutable]
public sealed record LiveView(
    [property: Id(0)] string Topic,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long Version,
    [property: Id(3)] ReadOnlyMemory<byte> Json)
{
    /// <summary>Whether this is newer than <paramref name="other"/>; anything is newer than nothing.</summary>
    public bool IsNewerThan(LiveView? other) =>
        other is null || Epoch > other.Epoch || (Epoch == other.Epoch && Version > other.Version);
}

/// <summary>
/// A host's relay, as the grains see it. Calls are one-way and serial per observer, so the implementation only enqueues.
/// </summary>
public interface IViewObserver : IGrainObserver
{
    /// <summary>A topic has a new view. May come late, twice, out of order or never; views carry their version for that.</summary>
    [OneWay]
    Task OnView(LiveView view);
}

/// <summary>A grain whose view can be watched.</summary>
public interface IWatchable : IGrainWithStringKey
{
    /// <summary>
    /// Registers or renews an observer for <see cref="WatchLease.Duration"/> and returns the current view; null when the place does
    /// not exist (the observer is registered all the same and hears of its creation).
    /// </summary>
    [AlwaysInterleave]
    Task<LiveView?> Watch(IViewObserver observer);

    /// <summary>Forgets an observer.</summary>
    [AlwaysInterleave]
    Task Unwatch(IViewObserver observer);
}

/// <summary>
/// How long a grain remembers a relay that says nothing, and how often a relay says something. Together they keep the promise that
/// watchers are right again within 5 s of the end of a host, if the cluster has given it up within two: the call that was in flight
/// is over by then or given up after <see cref="Answer"/>, and every other topic is called within <see cref="Renewal"/>.
/// </summary>
public static class WatchLease
{
    /// <summary>A grain forgets a relay after this long without a renewal: several in a row have failed then.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    /// <summary>A relay renews each topic this often, which also heals a grain that moved or a message that was lost.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(3);

    /// <summary>A relay gives up a call to a grain after this long, and soon makes another: its host may be dead.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(2);
}

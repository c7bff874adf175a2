using Coordination.Contracts.Live;

namespace Coordination.Grains;

/// <summary>
/// Tells the relays that watch a grain of its newest view: at once after a pause, otherwise at most every <see cref="Gap"/> and
/// then the latest. Never waits for anybody; a relay that does not renew its lease is forgotten.
/// </summary>
/// <remarks>Runs on the grain's scheduler only.</remarks>
public sealed class ViewPublisher : IDisposable
{
    /// <summary>Least time between two sends of one grain; relays thin out further for the screens.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(25);

    // By a clock that nobody sets: one that jumps ahead must not make a grain forget its relays.
    private readonly Dictionary<IViewObserver, long> observers = [];
    private readonly Grain grain;
    private readonly TimeProvider time;
    private readonly Func<LiveView?> view;
    private readonly Action published;
    private IGrainTimer? timer;
    private long lastStamp;
    private bool everSent;
    private bool pending;

    public ViewPublisher(Grain grain, TimeProvider time, Func<LiveView?> view, Action published)
    {
        this.grain = grain;
        this.time = time;
        this.view = view;
        this.published = published;
    }

    public bool IsWatched => observers.Count > 0;

    /// <summary>Who watches now, to be taken along when the grain moves.</summary>
    public IViewObserver[] Observers => [.. observers.Keys];

    public void Add(IViewObserver observer) => observers[observer] = time.GetTimestamp();

    public void Remove(IViewObserver observer) => observers.Remove(observer);

    /// <summary>There is something new to show.</summary>
    public void Changed()
    {
        if (pending)
            return;
        var since = everSent ? time.GetElapsedTime(lastStamp) : Gap;
        if (since >= Gap)
        {
            Send();
            return;
        }
        pending = true;
        timer ??= grain.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        timer.Change(Gap - since, Timeout.InfiniteTimeSpan);
    }

    private Task Tick(CancellationToken cancellation)
    {
        if (pending)
            Send();
        return Task.CompletedTask;
    }

    private void Send()
    {
        pending = false;
        everSent = true;
        lastStamp = time.GetTimestamp();
        published();
        if (observers.Count == 0)
            return;
        if (view() is not { } current)
        {
            everSent = false; // Nothing to show yet: the first view must not wait because of it.
            return;
        }
        List<IViewObserver>? gone = null;
        foreach (var (observer, renewed) in observers)
        {
            if (time.GetElapsedTime(renewed) > WatchLease.Duration)
                (gone ??= []).Add(observer);
            else
                observer.OnView(current).Ignore();
        }
        gone?.ForEach(observer => observers.Remove(observer));
    }

    public void Dispose() => timer?.Dispose();
}

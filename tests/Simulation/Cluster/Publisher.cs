using Coordination.Contracts.Live;
using Coordination.Simulation.Feed;

namespace Coordination.Simulation.Cluster;

/// <summary>What the view publisher of a grain does: tells the relays that watch an activation of its newest view, and waits for nobody.</summary>
internal sealed class Publisher(SimulatedCluster cluster, Activation activation, Func<LiveView?> view)
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<Relay, TimeSpan> observers = [];
    private bool sending;
    private TimeSpan lastSent = -Gap;

    public IReadOnlyList<Relay> Observers => [.. observers.Keys];

    public void Add(Relay relay) => observers[relay] = cluster.World.Now + WatchLease.Duration;

    public void Changed()
    {
        if (sending)
            return;
        sending = true;
        var wait = lastSent + Gap - cluster.World.Now;
        if (wait <= TimeSpan.Zero)
            Send();
        else
            cluster.World.After(wait, () => activation.Lane.Post(Send));
    }

    private void Send()
    {
        sending = false;
        lastSent = cluster.World.Now;
        if (observers.Count == 0 || view() is not { } current)
            return;
        foreach (var gone in observers.Where(observer => observer.Value < cluster.World.Now).Select(observer => observer.Key).ToArray())
            observers.Remove(gone);
        foreach (var relay in observers.Keys)
            cluster.Network.Push(activation.Host.Name, relay.Host.Name, () => relay.OnView(current));
    }
}

using Coordination.Domain;
using Coordination.Ledger;
using Coordination.Simulation.Disk;
using Coordination.Simulation.Feed;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>A process: its clock, its group commit, its relay and the activations in its memory.</summary>
internal sealed class Host
{
    private readonly SimulatedCluster cluster;
    private readonly List<Lane> lanes = [];

    public Host(SimulatedCluster cluster, string name)
    {
        this.cluster = cluster;
        Name = name;
        Clock = new VirtualClock(cluster.World);
        Store = new DiskStore(cluster.World, cluster.Disk, () => IsDead);
        Pool = NewLane($"pool@{name}", ordered: false);
        Commits = new GroupCommit(Store, Pool);
        StreamOptions = cluster.StreamOptions with { Background = Pool };
        Relay = new Relay(cluster, this);
    }

    public string Name { get; }

    public VirtualClock Clock { get; }

    public IEventStore Store { get; }

    /// <summary>What runs on the thread pool.</summary>
    public Lane Pool { get; }

    public GroupCommit Commits { get; }

    public LedgerStreamOptions StreamOptions { get; }

    public Relay Relay { get; }

    public bool IsDead { get; private set; }

    /// <summary>Where this host believes the places to be.</summary>
    public Dictionary<PlaceId, Activation> Routes { get; } = [];

    public Lane NewLane(string name, bool ordered = true)
    {
        var lane = new Lane(cluster.World, name, ordered);
        lanes.Add(lane);
        return lane;
    }

    /// <summary>Ends at once: everything in memory is gone.</summary>
    public void Kill()
    {
        IsDead = true;
        lanes.ForEach(lane => lane.Kill());
        Relay.Drop();
    }

    /// <summary>Hangs, and goes on later as if nothing had been.</summary>
    public void Pause(TimeSpan until) => lanes.ForEach(lane => lane.PausedUntil = until);
}

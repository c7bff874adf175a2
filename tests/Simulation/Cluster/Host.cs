using Coordination.Domain;
using Coordination.Ledger;
using Coordination.Simulation.Disk;
using Coordination.Simulation.Feed;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>A process: its clock, its group commit, its relay, what it believes of the others, and what it keeps for them.</summary>
internal sealed class Host
{
    private readonly SimulatedCluster cluster;
    private readonly List<Lane> lanes = [];

    public Host(SimulatedCluster cluster, string name, StoreGuard guard)
    {
        this.cluster = cluster;
        Name = name;
        Guard = guard;
        View = [this];
        Clock = new VirtualClock(cluster.World);
        Store = new DiskStore(cluster.World, cluster.Disk, this);
        Pool = NewLane($"pool@{name}", ordered: false);
        Commits = new GroupCommit(Store, Pool);
        StreamOptions = cluster.StreamOptions with { Background = Pool };
        Relay = new Relay(cluster, this);
        if (cluster.WatchesEpochs)
            _ = new EpochWatch(cluster, this);
    }

    public string Name { get; }

    public VirtualClock Clock { get; }

    public StoreGuard Guard { get; }

    public DiskStore Store { get; }

    /// <summary>What runs on the thread pool.</summary>
    public Lane Pool { get; }

    public GroupCommit Commits { get; }

    public LedgerStreamOptions StreamOptions { get; }

    public Relay Relay { get; }

    public bool IsDead { get; private set; }

    /// <summary>It is being shut down: it finishes what it has and takes no further place.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Whom it takes for alive; always itself too, until it learns otherwise and ends.</summary>
    public IReadOnlyList<Host> View { get; private set; }

    /// <summary>There is something new of the others that it will read.</summary>
    public bool IsLearning { get; set; }

    /// <summary>Where this host found the places last.</summary>
    public Dictionary<PlaceId, Activation> Routes { get; } = [];

    /// <summary>What it knows for all of the places that are its to keep.</summary>
    public Dictionary<PlaceId, Activation> Kept { get; } = [];

    public Lane NewLane(string name, bool ordered = true)
    {
        var lane = new Lane(cluster.World, name, ordered);
        lanes.Add(lane);
        return lane;
    }

    public void Learn(IReadOnlyList<Host> alive)
    {
        if (cluster.World.IsTracing)
            cluster.World.Trace($"{Name} takes for alive: {string.Join(", ", alive.Select(host => host.Name))}");
        View = alive;
        cluster.Directory.Rearrange(this);
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

using Coordination.Domain;
using Coordination.Ledger;
using Coordination.Simulation.Checks;
using Coordination.Simulation.Disk;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>Two hosts above one disk, and who believes which activation to stand for a place.</summary>
internal sealed class SimulatedCluster
{
    private readonly Dictionary<PlaceId, Activation> owners = [];
    private readonly List<Activation> activations = [];
    private int activated;

    public SimulatedCluster(World world, Weather weather, SimulationOptions options)
    {
        World = world;
        Weather = weather;
        Network = new Network(world, weather);
        Checker = new Checker(world, options);
        Disk = new SimulatedDisk(world, weather, !options.WithoutFence) { Appended = Checker.Appended, SnapshotWritten = Checker.SnapshotWritten };
        HasCarelessRelay = options.CarelessRelay;
        StreamOptions = new LedgerStreamOptions(
            SnapshotEvery: world.Pick<int>([1, 3, 10, 50]),
            SnapshotGap: world.Pick<TimeSpan>([TimeSpan.Zero, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1)]),
            MaxWaitingEvents: world.Pick<int>([3, 20_000, 20_000]))
        {
            AcknowledgeBeforeCommit = options.AcknowledgeBeforeCommit,
        };
        Hosts = [new Host(this, "h1"), new Host(this, "h2")];
    }

    public World World { get; }

    public Weather Weather { get; }

    public Network Network { get; }

    public Checker Checker { get; }

    public SimulatedDisk Disk { get; }

    public LedgerStreamOptions StreamOptions { get; }

    public bool HasCarelessRelay { get; }

    public List<Host> Hosts { get; }

    /// <summary>Calls a place through a host; null when no answer came in time.</summary>
    public Task<T?> AskAsync<T>(Host through, PlaceId place, TimeSpan patience, Func<Activation, Task<T>> call)
        where T : class =>
        Network.AskAsync<T>(patience, answer =>
        {
            if (through.IsDead)
                return;
            var activation = Find(through, place);
            activation.Lane.Post(async () =>
            {
                try
                {
                    answer(await call(activation));
                }
                catch (StoreUnavailableException)
                {
                    // The caller gets an error, and asks again as after a lost answer.
                }
            });
        });

    /// <summary>Makes a second activation of a place; who knows the first goes on with it.</summary>
    public void ActivateAgain(PlaceId place)
    {
        if (Alive() is not [_, ..] alive)
            return;
        var second = Activate(World.Pick(alive), place);
        World.Trace($"{second.Lane.Name} is a second activation");
    }

    /// <summary>The hosts agree again on where the places are; whoever was left over goes to sleep.</summary>
    public void Settle()
    {
        foreach (var host in Hosts)
            host.Routes.Clear();
        foreach (var activation in activations.FindAll(activation => !activation.IsGone && owners[activation.Place] != activation))
            activation.Lane.Post(activation.DeactivateAsync);
    }

    public void Deactivate()
    {
        if (activations.FindAll(activation => !activation.IsGone) is { Count: > 0 } awake && World.Pick(awake) is { } chosen)
            chosen.Lane.Post(chosen.DeactivateAsync);
    }

    public void Crash(Host host)
    {
        World.Trace($"{host.Name} is killed");
        host.Kill();
        var index = Hosts.IndexOf(host);
        World.After(World.Between(100, 5000), () =>
        {
            World.Trace($"{host.Name} starts again");
            Hosts[index] = new Host(this, host.Name);
        });
    }

    public IReadOnlyList<Host> Alive() => Hosts.FindAll(host => !host.IsDead);

    private Activation Find(Host through, PlaceId place)
    {
        if (through.Routes.TryGetValue(place, out var known) && !known.IsGone)
            return known;
        if (!owners.TryGetValue(place, out var owner) || owner.IsGone)
            owner = Activate(World.Pick(Alive()), place);
        return through.Routes[place] = owner;
    }

    private Activation Activate(Host host, PlaceId place)
    {
        var activation = new Activation(this, host, place, ++activated);
        activations.RemoveAll(known => known.IsGone);
        activations.Add(activation);
        return owners[place] = host.Routes[place] = activation;
    }
}

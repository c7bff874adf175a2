using Coordination.Domain;
using Coordination.Ledger;
using Coordination.Simulation.Checks;
using Coordination.Simulation.Disk;
using Coordination.Simulation.Feed;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>Three hosts above one store, what happens to them, and who believes which activation to stand for a place.</summary>
internal sealed class SimulatedCluster
{
    private readonly SimulationOptions options;
    private readonly Dictionary<string, StoreGuard.IdentityFile> files = new(StringComparer.Ordinal);
    private readonly List<Activation> activations = [];
    private int activated;

    public SimulatedCluster(World world, Weather weather, SimulationOptions options)
    {
        this.options = options;
        World = world;
        Weather = weather;
        Links = new Links(world);
        Network = new Network(world, weather, Links);
        Checker = new Checker(world, options);
        Disk = new SimulatedDisk(this, !options.WithoutFence) { Appended = Checker.Appended, SnapshotWritten = Checker.SnapshotWritten };
        Directory = new PlaceDirectory(this);
        Membership = new Membership(this);
        WatchPeriod = world.Between(1_000, 6_000);
        StreamOptions = new LedgerStreamOptions(
            SnapshotEvery: world.Pick<int>([1, 3, 10, 50]),
            SnapshotGap: world.Pick<TimeSpan>([TimeSpan.Zero, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1)]),
            MaxWaitingEvents: world.Pick<int>([3, 20_000, 20_000]))
        {
            AcknowledgeBeforeCommit = options.AcknowledgeBeforeCommit,
        };
        foreach (var name in (string[])["h1", "h2", "h3"])
        {
            files.Add(name, new StoreGuard.IdentityFile(SimulatedDisk.FirstIdentity));
            Hosts.Add(Start(name));
            Membership.Join(Hosts[^1]);
        }
        foreach (var host in Hosts)
            host.Learn(Membership.Table);
    }

    public World World { get; }

    public Weather Weather { get; }

    public Links Links { get; }

    public Network Network { get; }

    public Checker Checker { get; }

    public SimulatedDisk Disk { get; }

    public PlaceDirectory Directory { get; }

    public Membership Membership { get; }

    public LedgerStreamOptions StreamOptions { get; }

    public TimeSpan WatchPeriod { get; }

    public bool WatchesEpochs => !options.WithoutEpochWatch;

    public bool HasCarelessRelay => options.CarelessRelay;

    public bool TrustsMigratedState => options.TrustsMigratedState;

    public List<Host> Hosts { get; } = [];

    /// <summary>Calls a place through a host; null when no answer came in time.</summary>
    /// <param name="from">Who asks: <see cref="Links.Clients"/>, or the host itself.</param>
    /// <param name="through">The host it asks.</param>
    /// <param name="place">Whom the call is for.</param>
    /// <param name="patience">How long it waits.</param>
    /// <param name="call">The call.</param>
    public Task<T?> AskAsync<T>(string from, Host through, PlaceId place, TimeSpan patience, Func<Activation, Task<T>> call)
        where T : class =>
        Network.AskAsync<T>(from, through.Name, patience, answer => through.Pool.Post(() => Forward(through, place, call, answer, forwards: 2)));

    private void Forward<T>(Host through, PlaceId place, Func<Activation, Task<T>> call, Action<T> answer, int forwards)
    {
        if (Directory.Find(through, place) is not { } activation)
            return;
        Network.Push(through.Name, activation.Host.Name, () => activation.Lane.Post(async () =>
        {
            if (activation.IsRetired)
            {
                if (forwards > 0)
                    activation.Host.Pool.Post(() => Forward(activation.Host, place, call, answer, forwards - 1));
                return;
            }
            try
            {
                var result = await call(activation);
                Network.Push(activation.Host.Name, through.Name, () => through.Pool.Post(() => answer(result)));
            }
            catch (StoreUnavailableException)
            {
                // The caller gets an error, and asks again as after a lost answer.
            }
        }));
    }

    /// <summary>Makes a second activation of a place, which some hosts know; who knows the first goes on with it.</summary>
    public void ActivateAgain(PlaceId place)
    {
        if (Alive() is not [_, ..] alive)
            return;
        var second = Activate(World.Pick(alive), place);
        World.Trace($"{second.Lane.Name} is a second activation");
        second.Host.Routes[place] = second;
        if (World.Happens(0.5))
            second.Lane.Post(() => second.StartAsync([]));
        foreach (var host in alive)
        {
            if (World.Happens(0.3))
                host.Routes[place] = second;
            if (World.Happens(0.3))
                host.Kept[place] = second;
        }
    }

    public void Deactivate()
    {
        if (activations.FindAll(activation => !activation.IsGone) is { Count: > 0 } awake && World.Pick(awake) is { } chosen)
            chosen.Lane.Post(chosen.DeactivateAsync);
    }

    /// <summary>An activation moves to another host, with its state.</summary>
    public void Migrate()
    {
        if (activations.FindAll(activation => !activation.IsGone) is { Count: > 0 } awake)
            Migrate(World.Pick(awake));
    }

    private void Migrate(Activation leaving)
    {
        if (leaving.Host.View.Where(host => host != leaving.Host).ToArray() is { Length: > 0 } others)
            leaving.Lane.Post(() => leaving.HandOverAsync(World.Pick(others)));
        else
            leaving.Lane.Post(leaving.DeactivateAsync);
    }

    /// <summary>A place comes to a host with its state. It may come late, twice, and when nobody waits for it any more.</summary>
    public void Arrive(Host at, Activation left, StreamSnapshot? warm, IReadOnlyList<Relay> observers)
    {
        if (at.IsDead || at.IsStopping)
            return;
        var arrived = Activate(at, left.Place, warm);
        if (Directory.Register(at, arrived, left))
            arrived.Lane.Post(() => arrived.StartAsync(observers));
        else
            arrived.Lane.Post(arrived.DeactivateAsync);
    }

    public Activation Activate(Host host, PlaceId place, StreamSnapshot? warm = null)
    {
        var activation = new Activation(this, host, place, ++activated, warm);
        activations.RemoveAll(known => known.IsGone);
        activations.Add(activation);
        return activation;
    }

    /// <summary>Ends as with <c>kill -9</c>; the others find out, and it starts again.</summary>
    public void Crash(Host host)
    {
        if (host.IsDead)
            return;
        World.Trace($"{host.Name} is killed");
        host.Kill();
        World.After(World.Between(500, 15_000), () => Membership.DeclareDead(host));
        StartAgain(host);
    }

    /// <summary>Ends in order: its places move, then it leaves, and it starts again.</summary>
    public void Shutdown(Host host)
    {
        if (host.IsDead || host.IsStopping)
            return;
        World.Trace($"{host.Name} shuts down");
        host.IsStopping = true;
        ActivationsOf(host).ForEach(Migrate);
        World.After(World.Between(50, 5_000), () => host.Pool.Post(async () =>
        {
            await host.Commits.DisposeAsync();
            World.Trace($"{host.Name} has shut down");
            host.Guard.WriteFile();
            host.Kill();
            Membership.DeclareDead(host);
            StartAgain(host);
        }));
    }

    private void StartAgain(Host host) => World.After(World.Between(100, 5000), () =>
    {
        World.Trace($"{host.Name} starts again");
        var started = Start(host.Name);
        Hosts[Hosts.IndexOf(host)] = started;
        Membership.Join(started);
    });

    private Host Start(string name) => new(this, name, new StoreGuard(files[name], !options.WithoutStoreGuard));

    /// <summary>The store restarts; what it may come back as is one that every host knows better than.</summary>
    public void RestartStore() => Disk.Restart(() => options.LosesAnyTail ? long.MaxValue : files.Values.Min(file => file.Mark));

    public IReadOnlyList<Host> Alive() => Hosts.FindAll(host => !host.IsDead);

    /// <summary>The activations in the memory of a host.</summary>
    public List<Activation> ActivationsOf(Host host) => activations.FindAll(activation => activation.Host == host && !activation.IsGone);

    /// <summary>Activations that another has replaced and that do not know it.</summary>
    public IReadOnlyList<Activation> Replaced() => activations.FindAll(activation => activation is { IsGone: false, Stream: { Epoch: > 0, IsFenced: false }, IsReplaced: true });
}

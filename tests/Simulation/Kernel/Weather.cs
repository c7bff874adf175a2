namespace Coordination.Simulation.Kernel;

/// <summary>
/// What goes wrong in a run, and how often. Each seed draws its own: some runs have only slow disks, some everything at once,
/// because a fault that always happens hides those that need a quiet moment.
/// </summary>
internal sealed class Weather
{
    private readonly World world;

    public Weather(World world)
    {
        this.world = world;
        StoreFails = Draw(0.1);
        StoreFailsAfter = world.Chance.NextDouble();
        StoreIsSlow = Draw(0.2);
        StoreIsLate = Draw(0.03);
        StoreRestart = Draw(0.0015);
        Backup = Draw(0.01);
        MessageLost = Draw(0.1);
        MessageTwice = Draw(0.2);
        MessageLate = Draw(0.3);
        Crash = Draw(0.0015);
        Shutdown = Draw(0.001);
        Pause = Draw(0.002);
        DeclaredDead = Draw(0.001);
        DirectoryForgets = Draw(0.5);
        Partition = Draw(0.002);
        SecondActivation = Draw(0.004);
        Deactivation = Draw(0.004);
        Migration = Draw(0.005);
        Outage = Draw(0.001);
        ClockIsSet = Draw(0.002);
        Disconnect = Draw(0.01);
        WriterStuck = Draw(0.2);
    }

    /// <summary>An operation of the store fails.</summary>
    public double StoreFails { get; private set; }

    /// <summary>Of those that fail: the share that did its work all the same.</summary>
    public double StoreFailsAfter { get; }

    public double StoreIsSlow { get; private set; }

    /// <summary>An operation of the store is given up, and takes effect all the same, much later.</summary>
    public double StoreIsLate { get; private set; }

    /// <summary>Per step: the store goes away and comes back, at first perhaps as another or an older one.</summary>
    public double StoreRestart { get; private set; }

    /// <summary>Per step: what the store may come back as is kept.</summary>
    public double Backup { get; private set; }

    public double MessageLost { get; private set; }

    public double MessageTwice { get; private set; }

    public double MessageLate { get; private set; }

    /// <summary>Per step: a host ends as with <c>kill -9</c>.</summary>
    public double Crash { get; private set; }

    /// <summary>Per step: a host is shut down in order and its places move.</summary>
    public double Shutdown { get; private set; }

    /// <summary>Per step: a host is declared dead, and goes on until it learns so.</summary>
    public double DeclaredDead { get; private set; }

    /// <summary>What a host keeps for others is lost when it is to be handed on.</summary>
    public double DirectoryForgets { get; private set; }

    /// <summary>Per step: a host is cut off from others, from the store or from clients.</summary>
    public double Partition { get; private set; }

    /// <summary>Per step: a host hangs for a while and then goes on as if nothing had been.</summary>
    public double Pause { get; private set; }

    /// <summary>Per step: a place gets a second activation while the first goes on.</summary>
    public double SecondActivation { get; private set; }

    /// <summary>Per step: an activation is put to sleep.</summary>
    public double Deactivation { get; private set; }

    /// <summary>Per step: an activation moves to another host, with its state.</summary>
    public double Migration { get; private set; }

    /// <summary>Per step: the disk takes no writes for a while.</summary>
    public double Outage { get; private set; }

    /// <summary>Per step: the wall clock of a host is set.</summary>
    public double ClockIsSet { get; private set; }

    /// <summary>Per step: a screen loses its connection.</summary>
    public double Disconnect { get; private set; }

    /// <summary>A write to a screen does not complete for long.</summary>
    public double WriterStuck { get; private set; }

    public bool IsCalm { get; private set; }

    /// <summary>Until when the disk takes no writes.</summary>
    public TimeSpan OutageUntil { get; set; }

    /// <summary>From now on nothing goes wrong any more; what is late already still comes.</summary>
    public void Calm()
    {
        IsCalm = true;
        OutageUntil = TimeSpan.Zero;
        StoreFails = StoreIsSlow = StoreIsLate = MessageLost = MessageTwice = MessageLate = 0;
        Crash = Shutdown = Pause = DeclaredDead = DirectoryForgets = Partition = ClockIsSet = 0;
        SecondActivation = Deactivation = Migration = StoreRestart = Backup = Outage = Disconnect = WriterStuck = 0;
    }

    public TimeSpan StoreLatency() => world.Happens(StoreIsSlow) ? world.Between(10, 4000) : world.Between(0.05, 2);

    public TimeSpan MessageLatency() => world.Happens(MessageLate) ? world.Between(5, 3000) : world.Between(0.05, 1);

    private double Draw(double most) => world.Happens(0.4) ? 0 : world.Chance.NextDouble() * most;
}

namespace Coordination.Simulation.Kernel;

/// <summary>What a simulation can find.</summary>
internal enum Fault
{
    /// <summary>Something acknowledged is not on the disk.</summary>
    AcknowledgedLost,

    /// <summary>A command id or a (device, sequence) has two outcomes.</summary>
    Doubled,

    /// <summary>An answer does not say what the log says.</summary>
    WrongAnswer,

    /// <summary>The versions of a stream have a gap, or one stands twice.</summary>
    VersionGap,

    /// <summary>The chain of links of a stream is broken.</summary>
    BrokenChain,

    /// <summary>A state in memory or in a snapshot is not the one its events give.</summary>
    StateDiffers,

    /// <summary>A view shows what is not committed.</summary>
    Uncommitted,

    /// <summary>A view is not the view of its version, or breaks a rule of every view.</summary>
    WrongView,

    /// <summary>An older view came after a newer one.</summary>
    Backwards,

    /// <summary>After the faults stopped, a client did not get its answer or the last view.</summary>
    NoEnd,

    /// <summary>Code under test threw what it must not throw.</summary>
    Exception,

    /// <summary>Something ran outside the simulation, so that the run would not repeat.</summary>
    Escaped,
}

/// <summary>A simulation found a fault. The message says how to run it again.</summary>
internal sealed class FaultFoundException(int seed, Fault fault, string detail)
    : Exception($"Seed {seed}: {fault}: {detail}{Environment.NewLine}Run it again: dotnet run --project tests/Simulation -- --seed {seed} --trace")
{
    public int Seed { get; } = seed;

    public Fault Fault { get; } = fault;
}

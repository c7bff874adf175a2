namespace Coordination.Simulation;

/// <summary>Guards that a twin switches off, to show that the checks find what they are there for.</summary>
internal sealed record SimulationOptions
{
    public static SimulationOptions AsShipped { get; } = new();

    /// <summary>Callers are told before the commit.</summary>
    public bool AcknowledgeBeforeCommit { get; init; }

    /// <summary>The store takes appends whatever their epoch and version.</summary>
    public bool WithoutFence { get; init; }

    /// <summary>The relay hands on views as they come.</summary>
    public bool CarelessRelay { get; init; }

    /// <summary>A host takes whatever store it finds.</summary>
    public bool WithoutStoreGuard { get; init; }

    /// <summary>The store may lose what not every host has seen of it, which the guard cannot tell.</summary>
    public bool LosesAnyTail { get; init; }

    /// <summary>The state that came with a place is taken for the newest.</summary>
    public bool TrustsMigratedState { get; init; }

    /// <summary>Nobody asks the store whether an activation was replaced.</summary>
    public bool WithoutEpochWatch { get; init; }

    /// <summary>Acknowledgements are compared with the disk only at the end, so that what is late but not lost is no finding.</summary>
    public bool LooksOnlyAtTheEnd { get; init; }
}

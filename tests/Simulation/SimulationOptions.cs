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

    /// <summary>Acknowledgements are compared with the disk only at the end, so that what is late but not lost is no finding.</summary>
    public bool LooksOnlyAtTheEnd { get; init; }
}

using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Coordination.Contracts.Identity;

/// <summary>Removes what has outlived its period, once a day for the whole cluster. Keyed by 0.</summary>
public interface IRetentionGrain : IGrainWithIntegerKey
{
    /// <summary>Begins a run when the last was before the last time that one was due; hosts ask every few minutes. Returns at once.</summary>
    [AlwaysInterleave]
    Task RunIfDue();

    /// <summary>Runs now and waits for it. What is done twice is done once.</summary>
    [AlwaysInterleave]
    Task<RetentionReport> Run();

    /// <summary>What the runs removed.</summary>
    [AlwaysInterleave]
    Task<RetentionReport> GetReport();
}

/// <summary>What the runs removed.</summary>
/// <param name="LastRunAt">When the last run ended; null when none has.</param>
/// <param name="Kinds">Each kind of thing that has a period.</param>
[GenerateSerializer, Immutable]
public sealed record RetentionReport([property: Id(0)] DateTimeOffset? LastRunAt, [property: Id(1)] ImmutableArray<RetentionKind> Kinds);

/// <summary>A kind of thing that has a period.</summary>
/// <param name="Kind">Stable, kebab case.</param>
/// <param name="Period">How long it is kept; zero for what goes at once.</param>
/// <param name="Removed">By the last run.</param>
/// <param name="RemovedInAll">By all runs.</param>
[GenerateSerializer, Immutable]
public sealed record RetentionKind([property: Id(0)] string Kind, [property: Id(1)] TimeSpan Period, [property: Id(2)] long Removed, [property: Id(3)] long RemovedInAll);

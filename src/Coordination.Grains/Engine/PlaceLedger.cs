using Coordination.Ledger;

namespace Coordination.Grains;

/// <summary>What every event-sourced grain of a host shares: the store, the group commit above it, the settings of streams.</summary>
public sealed class PlaceLedger(IEventStore store, GroupCommit commits, TimeProvider time, LedgerStreamOptions options)
{
    public IEventStore Store { get; } = store;

    public GroupCommit Commits { get; } = commits;

    public TimeProvider Time { get; } = time;

    public LedgerStreamOptions Options { get; } = options;

    /// <summary>Every place that is in the memory of this host.</summary>
    public ActivePlaces Active { get; } = new();
}

using Coordination.Contracts.Places;

namespace Coordination.Simulation.Cluster;

/// <summary>The answer to a command.</summary>
/// <param name="Result">As the product gives it.</param>
/// <param name="Changed">Whether events follow from it, so that the log must have it.</param>
/// <param name="IsReplaced">
/// It was decided by an activation that another had replaced. That one can confirm nothing, but until it learns so it may say no for
/// a reason that has passed.
/// </param>
internal sealed record CommandReply(CommandResult Result, bool Changed = false, bool IsReplaced = false);

/// <summary>The answer to inputs; see <see cref="CommandReply"/>.</summary>
internal sealed record InputReply(InputReceipt Receipt, bool IsReplaced = false);

using System.Collections.Immutable;
using Coordination.Domain.Access;

namespace Coordination.Domain.Accounts;

/// <summary>What the person of an account may watch of it, and nobody else: that a role was given or taken, or who may act for her. No personal data.</summary>
/// <param name="Topic">Path of the account.</param>
/// <param name="Epoch">Which activation shows it; of two views the one with the higher (epoch, version) is newer.</param>
/// <param name="Version">Events in it.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Roles">Roles, also those that have ended by themselves since the last event.</param>
/// <param name="Delegates">Who may act for it.</param>
public sealed record AccountView(
    string Topic, long Epoch, long Version, AccountStatus Status, ImmutableArray<RoleGrant> Roles, ImmutableArray<Consent> Delegates)
{
    /// <summary>The view of a state.</summary>
    public static AccountView Of(string topic, AccountState state, long epoch, long version) =>
        new(topic, epoch, version, state.Status, state.Grants, state.Delegates);
}

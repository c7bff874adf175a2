namespace Coordination.Domain.Access;

/// <summary>A role somebody has, and where. A permission is (role, place): see <see cref="AccessRules.Allows"/>.</summary>
/// <param name="Role">Any but <see cref="Role.Public"/>, which everybody is, and <see cref="Role.Delegate"/>, which comes of a consent.</param>
/// <param name="Scope">Where.</param>
/// <param name="Until">When it ends by itself; null for never.</param>
[GenerateSerializer, Immutable]
public sealed record RoleGrant([property: Id(0)] Role Role, [property: Id(1)] AccessScope Scope, [property: Id(2)] DateTimeOffset? Until = null)
{
    /// <summary>Whether it holds at an instant.</summary>
    public bool HoldsAt(DateTimeOffset now) => Until is null || now < Until;
}

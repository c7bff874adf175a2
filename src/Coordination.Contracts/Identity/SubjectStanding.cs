using System.Collections.Immutable;
using Coordination.Domain.Access;
using Orleans.Concurrency;

namespace Coordination.Contracts.Identity;

/// <summary>How somebody who signs in stands now. Hosts ask for it again every two seconds while it is used.</summary>
/// <param name="Subject">Path of who it is: <c>accounts/{id}</c>, <c>devices/{id}</c> or <c>programs/{id}</c>.</param>
/// <param name="IsActive">Not locked, revoked, closed or erased.</param>
/// <param name="Stamp">Grows whenever sessions or keys given out before are to end; a session carries the one it began with.</param>
/// <param name="Grants">Roles.</param>
/// <param name="Delegates">Accounts that may act for this one now, by its recorded consent.</param>
/// <param name="Sessions">Ids of the sessions of an account that have not been ended; default for a device or program, which has none.</param>
/// <param name="IsDemo">For showing the product: works on the machine itself only.</param>
[GenerateSerializer, Immutable]
public sealed record SubjectStanding(
    [property: Id(0)] string Subject,
    [property: Id(1)] bool IsActive,
    [property: Id(2)] long Stamp,
    [property: Id(3)] ImmutableArray<RoleGrant> Grants,
    [property: Id(4)] ImmutableArray<string> Delegates,
    [property: Id(5)] ImmutableArray<string> Sessions = default,
    [property: Id(6)] bool IsDemo = false);

/// <summary>Anybody who can sign in: an account of a person, or the key of a device or a program.</summary>
public interface ISubjectGrain : IGrainWithStringKey
{
    /// <summary>How it stands; null when there is no such subject.</summary>
    [AlwaysInterleave]
    Task<SubjectStanding?> GetStanding();
}

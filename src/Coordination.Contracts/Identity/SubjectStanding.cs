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
[GenerateSerializer, Immutable]
public sealed record SubjectStanding(
    [property: Id(0)] string Subject,
    [property: Id(1)] bool IsActive,
    [property: Id(2)] long Stamp,
    [property: Id(3)] ImmutableArray<RoleGrant> Grants,
    [property: Id(4)] ImmutableArray<string> Delegates);

/// <summary>Anybody who can sign in: an account of a person, or the key of a device or a program.</summary>
public interface ISubjectGrain : IGrainWithStringKey
{
    /// <summary>How it stands; null when there is no such subject.</summary>
    [AlwaysInterleave]
    Task<SubjectStanding?> GetStanding();
}

/// <summary>The account of a person. Keyed by its id, a UUIDv7.</summary>
public interface IAccountGrain : ISubjectGrain;

/// <summary>A device or program that has a key. Keyed by its subject path, <c>devices/{id}</c> or <c>programs/{id}</c>.</summary>
public interface IKeyHolderGrain : ISubjectGrain
{
    /// <summary>How it stands, if the secret is one of its valid keys; null otherwise. Uses of the key are noted, at most once a minute.</summary>
    /// <param name="secretHash">SHA-256 of the secret part of the key, 32 bytes.</param>
    [AlwaysInterleave]
    Task<SubjectStanding?> Verify(ImmutableArray<byte> secretHash);
}

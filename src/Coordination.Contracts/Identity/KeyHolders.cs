using System.Collections.Immutable;
using Coordination.Contracts.Places;
using Coordination.Domain.Access;
using Coordination.Domain.Devices;
using Orleans.Concurrency;

namespace Coordination.Contracts.Identity;

/// <summary>A device or program that has a key. Keyed by its subject path, <c>devices/{id}</c> or <c>programs/{id}</c>.</summary>
public interface IKeyHolderGrain : ISubjectGrain
{
    /// <summary>How it stands, if the secret is one of its valid keys; null otherwise. Uses of the key are noted, at most once a minute.</summary>
    /// <param name="secretHash">SHA-256 of the secret part of the key, 32 bytes.</param>
    [AlwaysInterleave]
    Task<SubjectStanding?> Verify(ImmutableArray<byte> secretHash);

    /// <summary>Issues it, rotates its key, or revokes it.</summary>
    [AlwaysInterleave]
    Task<CommandResult> Execute(KeyHolderCommand command);

    /// <summary>What is shown of it; null when there is none.</summary>
    [AlwaysInterleave]
    Task<KeyHolderCard?> GetCard();

    /// <summary>Takes it off the lists when it was revoked before an instant. Whether it was on one.</summary>
    [AlwaysInterleave]
    Task<bool> ForgetIfRevoked(DateTimeOffset before);
}

/// <summary>What is shown of a device or program.</summary>
/// <param name="Subject">Its path.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Grant">Its role and where.</param>
/// <param name="IsActive">Whether it may be used.</param>
/// <param name="IssuedAt">When it was made.</param>
/// <param name="IssuedBy">Subject path of who made it.</param>
/// <param name="LastUsedAt">When its key was last used, to the minute; null when never.</param>
/// <param name="KeyEnds">When its last key ends; null while none of its keys has an end.</param>
[GenerateSerializer, Immutable]
public sealed record KeyHolderCard(
    [property: Id(0)] string Subject,
    [property: Id(1)] string Name,
    [property: Id(2)] RoleGrant Grant,
    [property: Id(3)] bool IsActive,
    [property: Id(4)] DateTimeOffset IssuedAt,
    [property: Id(5)] string IssuedBy,
    [property: Id(6)] DateTimeOffset? LastUsedAt,
    [property: Id(7)] DateTimeOffset? KeyEnds);

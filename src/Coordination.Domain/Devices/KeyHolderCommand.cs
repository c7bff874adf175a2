using Coordination.Domain.Access;

namespace Coordination.Domain.Devices;

/// <summary>What can be asked of a device or program that has a key.</summary>
[GenerateSerializer, Immutable]
public abstract record KeyHolderCommand;

/// <summary>Makes it, with its first key.</summary>
/// <param name="Name">What people call it, 1 to 80 characters.</param>
/// <param name="Grant">Its role and where.</param>
/// <param name="IsProgram">A program may have any role that is given, a device those of <see cref="AccessRules.DeviceRoles"/>.</param>
/// <param name="KeyHash">SHA-256 of the secret, in base64url.</param>
/// <param name="By">Subject path of who issues it.</param>
/// <param name="IsDemo">For showing the product.</param>
[GenerateSerializer, Immutable]
public sealed record IssueKeyHolder(
    [property: Id(0)] string Name,
    [property: Id(1)] RoleGrant Grant,
    [property: Id(2)] bool IsProgram,
    [property: Id(3)] string KeyHash,
    [property: Id(4)] string By,
    [property: Id(5)] bool IsDemo = false) : KeyHolderCommand;

/// <summary>Gives it a new key; those before end after a grace.</summary>
/// <param name="KeyHash">SHA-256 of the new secret, in base64url.</param>
/// <param name="Grace">0 to <see cref="KeyHolderDecider.LongestGrace"/>.</param>
/// <param name="By">Subject path of who does it.</param>
[GenerateSerializer, Immutable]
public sealed record RotateKey([property: Id(0)] string KeyHash, [property: Id(1)] TimeSpan Grace, [property: Id(2)] string By) : KeyHolderCommand;

/// <summary>Ends it and all its keys, for good. Once more changes nothing.</summary>
/// <param name="Reason">Why, at most 200 characters.</param>
/// <param name="By">Subject path of who does it.</param>
[GenerateSerializer, Immutable]
public sealed record RevokeKeyHolder([property: Id(0)] string? Reason, [property: Id(1)] string By) : KeyHolderCommand;

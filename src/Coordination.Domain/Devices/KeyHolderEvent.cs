using System.Text.Json.Serialization;
using Coordination.Domain.Access;

namespace Coordination.Domain.Devices;

/// <summary>What happened to a device or program. Stored: a property may be added, never renamed, removed or given another meaning.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(DeviceIssued), "deviceIssued")]
[JsonDerivedType(typeof(KeyRotated), "keyRotated")]
[JsonDerivedType(typeof(DeviceRevoked), "deviceRevoked")]
public abstract record KeyHolderEvent;

/// <summary>It was made, with its first key.</summary>
public sealed record DeviceIssued(string Name, RoleGrant Grant, string KeyHash, string By, bool IsDemo = false) : KeyHolderEvent;

/// <summary>It was given a new key; those before end at an instant.</summary>
public sealed record KeyRotated(string KeyHash, DateTimeOffset OthersEndAt, string By) : KeyHolderEvent;

/// <summary>It and its keys ended.</summary>
public sealed record DeviceRevoked(string? Reason, string By) : KeyHolderEvent;

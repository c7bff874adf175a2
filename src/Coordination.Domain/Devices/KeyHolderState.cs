using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Coordination.Domain.Access;

namespace Coordination.Domain.Devices;

/// <summary>A key that a device or program was given. The key itself is nowhere.</summary>
/// <param name="Hash">SHA-256 of its secret, in base64url.</param>
/// <param name="IssuedAt">When it was given out.</param>
/// <param name="EndsAt">From when on it is no longer valid; null while nothing ends it.</param>
[GenerateSerializer, Immutable]
public sealed record HeldKey([property: Id(0)] string Hash, [property: Id(1)] DateTimeOffset IssuedAt, [property: Id(2)] DateTimeOffset? EndsAt = null)
{
    public bool IsValidAt(DateTimeOffset now) => EndsAt is null || now < EndsAt;
}

/// <summary>Everything that is remembered of a device or program that has a key.</summary>
public sealed record KeyHolderState
{
    public static KeyHolderState Empty { get; } = new();

    /// <summary>What people call it; null while it does not exist.</summary>
    public string? Name { get; init; }

    /// <summary>The one role it has.</summary>
    public RoleGrant? Grant { get; init; }

    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>Subject path of who issued it.</summary>
    public string IssuedBy { get; init; } = "";

    /// <summary>Its keys that have not ended, oldest first, at most <see cref="KeyHolderDecider.MaxKeys"/>.</summary>
    public ImmutableArray<HeldKey> Keys { get => field.OrEmpty(); init; }

    /// <summary>When it was revoked; null while it may be used.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Made to show the product with a key that is known to everybody; works on the machine itself only.</summary>
    public bool IsDemo { get; init; }

    [JsonIgnore]
    public bool Exists => Name is not null;

    [JsonIgnore]
    public bool IsActive => Exists && RevokedAt is null;

    /// <summary>When the last of its keys ends, if an end is set for all of them.</summary>
    [JsonIgnore]
    public DateTimeOffset? KeyEnds => Keys.IsEmpty || Keys.Any(key => key.EndsAt is null) ? null : Keys.Max(key => key.EndsAt);
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Coordination.Domain.Access;

namespace Coordination.Domain.Accounts;

/// <summary>Where an account is in its life.</summary>
public enum AccountStatus
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>May be signed in to.</summary>
    Open,

    /// <summary>May not be signed in to until it is unlocked.</summary>
    Locked,

    /// <summary>Its person asked to be forgotten. Nothing about the person is kept; the account never comes back.</summary>
    Erased,
}

/// <summary>代办: an account that may act for this one, because its person has consented.</summary>
/// <param name="Delegate">Subject path of who may.</param>
/// <param name="GrantedAt">When it was consented to.</param>
/// <param name="Until">When it ends by itself, at most <see cref="AccountDecider.LongestConsent"/> later.</param>
[GenerateSerializer, Immutable]
public sealed record Consent([property: Id(0)] string Delegate, [property: Id(1)] DateTimeOffset GrantedAt, [property: Id(2)] DateTimeOffset Until)
{
    public bool HoldsAt(DateTimeOffset now) => now < Until;
}

/// <summary>
/// Everything that is remembered of an account in its history. Nothing about the person is in it: names, contact and credentials can be
/// destroyed, and lie in the vault.
/// </summary>
public sealed record AccountState
{
    public static AccountState Empty { get; } = new();

    public AccountStatus Status { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Subject path of who opened it; its own for somebody who registered herself.</summary>
    public string OpenedBy { get; init; } = "";

    /// <summary>Made to show the product; can be signed in to on the machine itself only.</summary>
    public bool IsDemo { get; init; }

    /// <summary>Roles, also those that have ended by themselves until the next change.</summary>
    public ImmutableArray<RoleGrant> Grants { get => field.OrEmpty(); init; }

    /// <summary>Who may act for it, also those whose consent has ended by itself until the next change.</summary>
    public ImmutableArray<Consent> Delegates { get => field.OrEmpty(); init; }

    /// <summary>Grows whenever sessions that began before are to end.</summary>
    public long Stamp { get; init; }

    /// <summary>Why it is locked.</summary>
    public string? LockReason { get; init; }

    /// <summary>When it was locked or erased.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore]
    public bool Exists => Status is not AccountStatus.Missing;

    [JsonIgnore]
    public bool IsActive => Status is AccountStatus.Open;
}

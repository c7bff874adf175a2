using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Coordination.Contracts.Identity;

/// <summary>Finds accounts, devices and programs. Any number of activations; keyed by 0.</summary>
public interface IPeopleGrain : IGrainWithIntegerKey
{
    /// <summary>Id of the account with a user name; null when there is none.</summary>
    [AlwaysInterleave]
    Task<string?> FindByName(string userName);

    /// <summary>Id of the account with a phone number, in whatever way it is written; null when there is none.</summary>
    [AlwaysInterleave]
    Task<string?> FindByPhone(string phone);

    /// <summary>Id of the account with an identity number; null when there is none.</summary>
    [AlwaysInterleave]
    Task<string?> FindByIdentityNumber(string number);

    /// <summary>Id of the account with a passkey; null when there is none.</summary>
    [AlwaysInterleave]
    Task<string?> FindByPasskey(ImmutableArray<byte> credentialId);

    /// <summary>Id of the account that is bound to an identity elsewhere; null when there is none.</summary>
    [AlwaysInterleave]
    Task<string?> FindByLogin(ExternalLogin login);

    /// <summary>Who has a role in one of some scopes; somebody with several is there several times.</summary>
    /// <param name="kind"><c>accounts</c>, <c>devices</c> or <c>programs</c>.</param>
    /// <param name="keys">Keys of the scopes, by <see cref="MemberKeys"/>; empty text for all.</param>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="limit">Most entries, 1 to 200.</param>
    [AlwaysInterleave]
    Task<MemberPage> List(string kind, ImmutableArray<string> keys, string? cursor, int limit);

    /// <summary>Ids of the accounts that an account may act for, as far as is known; each is to be asked whether it still consents.</summary>
    [AlwaysInterleave]
    Task<ImmutableArray<string>> ActingFor(string account);
}

/// <summary>Somebody who has a role in a scope.</summary>
/// <param name="Id">Id of the account, device or program.</param>
/// <param name="Key">Key of the scope.</param>
[GenerateSerializer, Immutable]
public sealed record Member([property: Id(0)] string Id, [property: Id(1)] string Key);

/// <summary>A page of members.</summary>
[GenerateSerializer, Immutable]
public sealed record MemberPage([property: Id(0)] ImmutableArray<Member> Items, [property: Id(1)] string? Next);

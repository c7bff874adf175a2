using System.Collections.Immutable;
using Coordination.Contracts.Places;
using Coordination.Domain.Access;
using Coordination.Domain.Accounts;
using Orleans.Concurrency;

namespace Coordination.Contracts.Identity;

/// <summary>The account of a person. Keyed by its id, a UUIDv7.</summary>
public interface IAccountGrain : ISubjectGrain
{
    /// <summary>Opens it. Refused with <c>user-name-taken</c> or <c>identity-in-use</c> when another account has what must be its own.</summary>
    [AlwaysInterleave]
    Task<CommandResult> Open(NewAccount account);

    /// <summary>Does any command that touches nothing but the account itself: roles, locks, consents, the end of sessions.</summary>
    [AlwaysInterleave]
    Task<CommandResult> Execute(AccountCommand command);

    /// <summary>What staff is shown of it; null when there is none.</summary>
    [AlwaysInterleave]
    Task<AccountCard?> GetCard();

    /// <summary>What its own person sees, masked; null when there is none.</summary>
    [AlwaysInterleave]
    Task<OwnAccount?> GetOwn();

    /// <summary>Everything that is held about the person, unmasked, for her alone; null when there is none.</summary>
    [AlwaysInterleave]
    Task<PersonExport?> Export();

    /// <summary>Changes what is known about the person.</summary>
    /// <param name="change">What; parts that are null stay as they are.</param>
    /// <param name="by">Subject path of who does it: the person or a delegate.</param>
    [AlwaysInterleave]
    Task<CommandResult> ChangeContact(ContactChange change, string by);

    /// <summary>Forgets the person, for good: key, credentials, contact, sessions, looks and whatever finds her. To be repeated after a failure.</summary>
    [AlwaysInterleave]
    Task<CommandResult> Erase(string reason, string by);

    /// <summary>Records that somebody has looked at the person; durable when it returns.</summary>
    [AlwaysInterleave]
    Task NoteLook(string by, string what, string? place);

    /// <summary>Who has looked at the person, newest first.</summary>
    /// <param name="cursor">From the page before; null for the first.</param>
    [AlwaysInterleave]
    Task<LookPage> GetLooks(string? cursor);

    /// <summary>
    /// Counts an attempt to sign in with a password before the password is compared, so that any number of attempts at once are counted; says
    /// until when nobody may try when there were too many. Undone by <see cref="StartSession"/>. Null when the account may not be signed in to.
    /// </summary>
    [AlwaysInterleave]
    Task<SignInAttempt?> BeginSignIn();

    /// <summary>The password was right, and nobody signs in: what was counted is forgotten.</summary>
    [AlwaysInterleave]
    Task EndAttempts();

    /// <summary>A password was wrong: kept in the history that the person sees.</summary>
    [AlwaysInterleave]
    Task NoteFailedSignIn(string method, string browser);

    /// <summary>Begins a session; null when the account may not be signed in to.</summary>
    [AlwaysInterleave]
    Task<StartedSession?> StartSession(string method, string browser);

    /// <summary>Ends one session; whether it was there and open.</summary>
    [AlwaysInterleave]
    Task<bool> EndSession(string session);

    /// <summary>Ends all sessions but one, and gives back the stamp with which that one goes on; null when there is no such account.</summary>
    [AlwaysInterleave]
    Task<long?> EndOtherSessions(string? session, string by);

    /// <summary>A session was used; noted at most every ten minutes.</summary>
    [AlwaysInterleave]
    Task NoteSeen(string session);

    /// <summary>What one signs in with; null when there is no such account.</summary>
    [AlwaysInterleave]
    Task<AccountCredentials?> GetCredentials();

    /// <summary>
    /// Sets the hash of the password; the sessions but one end. Null when there is no such account, otherwise the stamp with which that one
    /// goes on.
    /// </summary>
    /// <param name="hash">As ASP.NET Core's hasher made it.</param>
    /// <param name="session">The session that goes on.</param>
    /// <param name="by">Subject path of who does it.</param>
    /// <param name="isRehash">The same password under another hash: nothing ends, and it is no event.</param>
    [AlwaysInterleave]
    Task<long?> SetPassword(string hash, string? session, string by, bool isRehash = false);

    /// <summary>
    /// Lets the person set another password with a code, once and until it ends; one that was issued before is worth nothing any more. It says in the
    /// history who issued it.
    /// </summary>
    [AlwaysInterleave]
    Task<CommandResult> IssueCode(OneUseCode code, string by);

    /// <summary>Sets the hash of the password by a code, which is used up, and ends all sessions; whether the code still held.</summary>
    /// <param name="codeHash">The hash of the code that was compared, as <see cref="BeginSignIn"/> gave it.</param>
    /// <param name="hash">As ASP.NET Core's hasher made it.</param>
    [AlwaysInterleave]
    Task<bool> ReplacePassword(string codeHash, string hash);

    /// <summary>Adds a passkey or replaces the one with the same id.</summary>
    [AlwaysInterleave]
    Task<CommandResult> PutPasskey(StoredPasskey passkey);

    /// <summary>Removes a passkey; whether there was one.</summary>
    [AlwaysInterleave]
    Task<bool> RemovePasskey(ImmutableArray<byte> credentialId);

    /// <summary>Removes what has outlived its period.</summary>
    [AlwaysInterleave]
    Task<Swept> Sweep(RetentionPeriods periods);
}

/// <summary>A new account.</summary>
/// <param name="UserName">1 to 64 characters; unique whatever the case and width of its letters.</param>
/// <param name="DisplayName">1 to 80 characters.</param>
/// <param name="PasswordHash">As ASP.NET Core's hasher made it; null for an account that is signed in to elsewhere.</param>
/// <param name="Login">The identity elsewhere that it is bound to.</param>
/// <param name="Grants">The roles it begins with.</param>
/// <param name="By">Subject path of who opens it; null for the person herself.</param>
/// <param name="IsDemo">For showing the product.</param>
/// <param name="Code">With what its person sets her first password.</param>
[GenerateSerializer, Immutable]
public sealed record NewAccount(
    [property: Id(0)] string UserName,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string? PasswordHash,
    [property: Id(3)] ExternalLogin? Login,
    [property: Id(4)] ImmutableArray<RoleGrant> Grants,
    [property: Id(5)] string? By = null,
    [property: Id(6)] bool IsDemo = false,
    [property: Id(7)] OneUseCode? Code = null);

/// <summary>A code with which a person sets her password, once.</summary>
/// <param name="Hash">As ASP.NET Core's hasher made it.</param>
/// <param name="Until">When it ends by itself.</param>
[GenerateSerializer, Immutable]
public sealed record OneUseCode([property: Id(0)] string Hash, [property: Id(1)] DateTimeOffset Until);

/// <summary>Somebody as another system knows her.</summary>
/// <param name="Issuer">That system.</param>
/// <param name="Subject">Her id there.</param>
[GenerateSerializer, Immutable]
public sealed record ExternalLogin([property: Id(0)] string Issuer, [property: Id(1)] string Subject);

/// <summary>What staff is shown of an account.</summary>
[GenerateSerializer, Immutable]
public sealed record AccountCard(
    [property: Id(0)] string Subject,
    [property: Id(1)] string UserName,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] ImmutableArray<RoleGrant> Grants,
    [property: Id(4)] AccountStatus Status,
    [property: Id(5)] DateTimeOffset OpenedAt,
    [property: Id(6)] ContactView Contact,
    [property: Id(7)] bool IsDemo);

/// <summary>Contact as it is shown: masked.</summary>
[GenerateSerializer, Immutable]
public sealed record ContactView(
    [property: Id(0)] string? Phone,
    [property: Id(1)] string? IdentityNumber,
    [property: Id(2)] ImmutableArray<string> Plates);

/// <summary>What the person of an account sees of it.</summary>
[GenerateSerializer, Immutable]
public sealed record OwnAccount(
    [property: Id(0)] AccountCard Card,
    [property: Id(1)] ImmutableArray<PasskeyView> Passkeys,
    [property: Id(2)] ImmutableArray<SessionView> Sessions,
    [property: Id(3)] ImmutableArray<Consent> Delegates,
    [property: Id(4)] bool HasPassword);

/// <summary>A passkey as it is shown.</summary>
[GenerateSerializer, Immutable]
public sealed record PasskeyView([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] DateTimeOffset AddedAt, [property: Id(3)] DateTimeOffset? LastUsedAt);

/// <summary>A session as it is shown.</summary>
[GenerateSerializer, Immutable]
public sealed record SessionView([property: Id(0)] string Id, [property: Id(1)] DateTimeOffset StartedAt, [property: Id(2)] DateTimeOffset LastSeenAt, [property: Id(3)] string Browser);

/// <summary>What is to be known of a person from now on; a part that is null stays, an empty one is removed.</summary>
[GenerateSerializer, Immutable]
public sealed record ContactChange(
    [property: Id(0)] string? DisplayName,
    [property: Id(1)] string? Phone,
    [property: Id(2)] string? IdentityNumber,
    [property: Id(3)] ImmutableArray<string> Plates = default);

/// <summary>Whether a password may be tried now.</summary>
/// <param name="LockedFor">How long nobody may try; null when it may be tried.</param>
/// <param name="PasswordHash">What to compare with; null when there is none.</param>
/// <param name="CodeHash">What to compare a one-use code with; null when there is none that holds.</param>
[GenerateSerializer, Immutable]
public sealed record SignInAttempt([property: Id(0)] TimeSpan? LockedFor, [property: Id(1)] string? PasswordHash, [property: Id(2)] string? CodeHash = null);

/// <summary>A session that has begun.</summary>
[GenerateSerializer, Immutable]
public sealed record StartedSession([property: Id(0)] string Id, [property: Id(1)] long Stamp, [property: Id(2)] DateTimeOffset StartedAt, [property: Id(3)] bool IsStaff);

/// <summary>What one signs in with.</summary>
[GenerateSerializer, Immutable]
public sealed record AccountCredentials(
    [property: Id(0)] string UserName,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string? PasswordHash,
    [property: Id(3)] ImmutableArray<StoredPasskey> Passkeys,
    [property: Id(4)] long Stamp,
    [property: Id(5)] bool IsStaff);

/// <summary>A passkey as WebAuthn needs it; the names are those of its specification.</summary>
[GenerateSerializer, Immutable]
public sealed record StoredPasskey(
    [property: Id(0)] ImmutableArray<byte> CredentialId,
    [property: Id(1)] ImmutableArray<byte> PublicKey,
    [property: Id(2)] string Name,
    [property: Id(3)] DateTimeOffset AddedAt,
    [property: Id(4)] DateTimeOffset? LastUsedAt,
    [property: Id(5)] uint SignCount,
    [property: Id(6)] ImmutableArray<string> Transports,
    [property: Id(7)] bool IsUserVerified,
    [property: Id(8)] bool IsBackupEligible,
    [property: Id(9)] bool IsBackedUp);

/// <summary>Somebody has looked at a person.</summary>
/// <param name="At">When last.</param>
/// <param name="By">Subject path of who.</param>
/// <param name="What">What was looked at: <c>list</c>, <c>account</c>, <c>lookup</c>, <c>export</c>; <c>code</c> when a one-use code was issued.</param>
/// <param name="Place">Where, when the look was at a place.</param>
/// <param name="Times">How often within ten minutes.</param>
[GenerateSerializer, Immutable]
public sealed record Look(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string By,
    [property: Id(2)] string What,
    [property: Id(3)] string? Place,
    [property: Id(4)] int Times);

/// <summary>Looks, newest first.</summary>
[GenerateSerializer, Immutable]
public sealed record LookPage([property: Id(0)] ImmutableArray<Look> Items, [property: Id(1)] string? Next);

/// <summary>One sign-in or attempt.</summary>
[GenerateSerializer, Immutable]
public sealed record SignInNote([property: Id(0)] DateTimeOffset At, [property: Id(1)] bool Succeeded, [property: Id(2)] string Method, [property: Id(3)] string Browser);

/// <summary>Everything that is held about a person, unmasked.</summary>
[GenerateSerializer, Immutable]
public sealed record PersonExport(
    [property: Id(0)] OwnAccount Account,
    [property: Id(1)] string? Phone,
    [property: Id(2)] string? IdentityNumber,
    [property: Id(3)] ImmutableArray<string> Plates,
    [property: Id(4)] ImmutableArray<SignInNote> SignIns,
    [property: Id(5)] ImmutableArray<Look> Looks);

/// <summary>How long what is kept of people.</summary>
[GenerateSerializer, Immutable]
public sealed record RetentionPeriods(
    [property: Id(0)] TimeSpan SignIns,
    [property: Id(1)] TimeSpan Looks,
    [property: Id(2)] TimeSpan EndedSessions,
    [property: Id(3)] TimeSpan RevokedKeys);

/// <summary>What a sweep has removed.</summary>
[GenerateSerializer, Immutable]
public readonly record struct Swept([property: Id(0)] int SignIns, [property: Id(1)] int Looks, [property: Id(2)] int Sessions, [property: Id(3)] int Leftovers);

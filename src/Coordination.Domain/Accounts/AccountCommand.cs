using System.Collections.Immutable;
using Coordination.Domain.Access;

namespace Coordination.Domain.Accounts;

/// <summary>What can be asked of an account. <c>By</c> is the subject path of who asks.</summary>
[GenerateSerializer, Immutable]
public abstract record AccountCommand;

/// <summary>Opens it.</summary>
/// <param name="Grants">The roles it begins with.</param>
/// <param name="By">Who opens it.</param>
/// <param name="IsDemo">For showing the product.</param>
[GenerateSerializer, Immutable]
public sealed record OpenAccount([property: Id(0)] ImmutableArray<RoleGrant> Grants, [property: Id(1)] string By, [property: Id(2)] bool IsDemo = false) : AccountCommand;

/// <summary>Gives a role; one that it has there gets the new end.</summary>
[GenerateSerializer, Immutable]
public sealed record GrantRole([property: Id(0)] RoleGrant Grant, [property: Id(1)] string By) : AccountCommand;

/// <summary>Takes a role. One that it has not is taken without change.</summary>
[GenerateSerializer, Immutable]
public sealed record RevokeRole([property: Id(0)] Role Role, [property: Id(1)] AccessScope Scope, [property: Id(2)] string By) : AccountCommand;

/// <summary>Keeps out whoever signs in, and ends all sessions.</summary>
/// <param name="Reason">Why, 1 to 200 characters, without personal data.</param>
/// <param name="By">Who locks it.</param>
[GenerateSerializer, Immutable]
public sealed record LockAccount([property: Id(0)] string Reason, [property: Id(1)] string By) : AccountCommand;

/// <summary>Lets in again.</summary>
[GenerateSerializer, Immutable]
public sealed record UnlockAccount([property: Id(0)] string By) : AccountCommand;

/// <summary>What one signs in with has changed: a password, a passkey or a bound identity.</summary>
/// <param name="What">Which.</param>
/// <param name="EndsSessions">Whether sessions that began before end.</param>
[GenerateSerializer, Immutable]
public sealed record NoteCredential([property: Id(0)] CredentialChange What, [property: Id(1)] bool EndsSessions, [property: Id(2)] string By) : AccountCommand;

/// <summary>It has searched what others did: whoever watches is watched too.</summary>
/// <param name="Conditions">What it searched for, as in the request; at most <see cref="AccountDecider.MaxConditions"/> characters are kept.</param>
[GenerateSerializer, Immutable]
public sealed record NoteAudit([property: Id(0)] string Conditions) : AccountCommand;

/// <summary>Ends all sessions that began before.</summary>
[GenerateSerializer, Immutable]
public sealed record EndSessions([property: Id(0)] string By) : AccountCommand;

/// <summary>Something of what is known about the person has changed; which fields is said, never what they hold.</summary>
[GenerateSerializer, Immutable]
public sealed record NoteContact([property: Id(0)] ImmutableArray<string> Fields, [property: Id(1)] string By) : AccountCommand;

/// <summary>Lets another account act for this one; one that may already gets the new end.</summary>
/// <param name="Delegate">Subject path of who may.</param>
/// <param name="Until">When it ends; the latest that is possible when null.</param>
[GenerateSerializer, Immutable]
public sealed record ConsentToDelegate([property: Id(0)] string Delegate, [property: Id(1)] DateTimeOffset? Until) : AccountCommand;

/// <summary>Lets another account act for this one no more.</summary>
/// <param name="Delegate">Subject path of who may no more.</param>
/// <param name="By">The person herself, or the delegate who gives it back.</param>
[GenerateSerializer, Immutable]
public sealed record RevokeDelegate([property: Id(0)] string Delegate, [property: Id(1)] string By) : AccountCommand;

/// <summary>Forgets the person, for good.</summary>
/// <param name="Reason">Why, 1 to 200 characters, without personal data.</param>
/// <param name="By">The person herself, or who may erase people.</param>
[GenerateSerializer, Immutable]
public sealed record EraseAccount([property: Id(0)] string Reason, [property: Id(1)] string By) : AccountCommand;

/// <summary>What one signs in with, and what became of it.</summary>
public enum CredentialChange
{
    PasswordSet,
    PasskeyAdded,
    PasskeyRemoved,
    LoginBound,

    /// <summary>Somebody issued a code with which the person sets another password.</summary>
    CodeIssued,

    /// <summary>The person set another password with such a code.</summary>
    PasswordReplaced,
}

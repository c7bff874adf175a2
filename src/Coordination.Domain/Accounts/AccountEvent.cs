using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Coordination.Domain.Access;

namespace Coordination.Domain.Accounts;

/// <summary>
/// What happened to an account: facts without anything about the person. Stored: a property may be added, never renamed, removed or given
/// another meaning.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AccountOpened), "accountOpened")]
[JsonDerivedType(typeof(RoleGranted), "roleGranted")]
[JsonDerivedType(typeof(RoleRevoked), "roleRevoked")]
[JsonDerivedType(typeof(AccountLocked), "accountLocked")]
[JsonDerivedType(typeof(AccountUnlocked), "accountUnlocked")]
[JsonDerivedType(typeof(CredentialChanged), "credentialChanged")]
[JsonDerivedType(typeof(SessionsEnded), "sessionsEnded")]
[JsonDerivedType(typeof(ContactChanged), "contactChanged")]
[JsonDerivedType(typeof(DelegateConsented), "delegateConsented")]
[JsonDerivedType(typeof(DelegateRevoked), "delegateRevoked")]
[JsonDerivedType(typeof(AuditSearched), "auditSearched")]
[JsonDerivedType(typeof(AccountErased), "accountErased")]
public abstract record AccountEvent;

/// <summary>It was opened with some roles.</summary>
public sealed record AccountOpened(ImmutableArray<RoleGrant> Grants, string By, bool IsDemo = false) : AccountEvent;

/// <summary>It was given a role, or a role it had another end.</summary>
public sealed record RoleGranted(RoleGrant Grant, string By) : AccountEvent;

/// <summary>A role was taken from it.</summary>
public sealed record RoleRevoked(Role Role, AccessScope Scope, string By) : AccountEvent;

/// <summary>It was locked and its sessions ended.</summary>
public sealed record AccountLocked(string Reason, string By) : AccountEvent;

/// <summary>It may be signed in to again.</summary>
public sealed record AccountUnlocked(string By) : AccountEvent;

/// <summary>What one signs in with has changed.</summary>
public sealed record CredentialChanged(CredentialChange What, bool EndsSessions, string By) : AccountEvent;

/// <summary>All sessions that began before have ended.</summary>
public sealed record SessionsEnded(string By) : AccountEvent;

/// <summary>Fields of the contact have changed; what they hold is not here.</summary>
public sealed record ContactChanged(ImmutableArray<string> Fields, string By) : AccountEvent;

/// <summary>The person lets another act for her.</summary>
public sealed record DelegateConsented(string Delegate, DateTimeOffset Until) : AccountEvent;

/// <summary>Another acts for the person no more.</summary>
public sealed record DelegateRevoked(string Delegate, string By) : AccountEvent;

/// <summary>It has searched what others did.</summary>
public sealed record AuditSearched(string Conditions) : AccountEvent;

/// <summary>The person was forgotten.</summary>
public sealed record AccountErased(string Reason, string By) : AccountEvent;

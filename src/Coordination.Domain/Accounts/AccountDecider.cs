using System.Collections.Immutable;
using Coordination.Domain.Access;

namespace Coordination.Domain.Accounts;

/// <summary>The rules of accounts.</summary>
public static class AccountDecider
{
    /// <summary>Roles of one account, at most.</summary>
    public const int MaxGrants = 50;

    /// <summary>Accounts that may act for one at the same time, at most.</summary>
    public const int MaxDelegates = 10;

    /// <summary>Longest reason, in characters.</summary>
    public const int MaxReason = 200;

    /// <summary>What is kept of the conditions of a search, in characters.</summary>
    public const int MaxConditions = 500;

    /// <summary>A consent is asked for again after a year at the latest.</summary>
    public static readonly TimeSpan LongestConsent = TimeSpan.FromDays(365);

    /// <summary>There is no such account, or no more.</summary>
    public static Rejection NotFound { get; } = new(RejectionKind.NotFound, "account-not-found", "There is no such account.");

    public static Decision<AccountEvent> Decide(AccountState state, AccountCommand command, DateTimeOffset now) => command switch
    {
        OpenAccount open => Open(state, open),
        EraseAccount when state.Status is AccountStatus.Erased => Decision<AccountEvent>.Nothing,
        _ when !state.Exists || state.Status is AccountStatus.Erased => NotFound,
        GrantRole grant => Grant(state, grant, now),
        RevokeRole revoke => state.Grants.Any(grant => grant.Role == revoke.Role && grant.Scope == revoke.Scope)
            ? Decision<AccountEvent>.Of(new RoleRevoked(revoke.Role, revoke.Scope, revoke.By))
            : Decision<AccountEvent>.Nothing,
        LockAccount @lock => CheckReason(@lock.Reason) is { } invalid ? invalid
            : state.IsActive ? Decision<AccountEvent>.Of(new AccountLocked(@lock.Reason.Trim(), @lock.By))
            : Decision<AccountEvent>.Nothing,
        UnlockAccount unlock => state.IsActive ? Decision<AccountEvent>.Nothing : Decision<AccountEvent>.Of(new AccountUnlocked(unlock.By)),
        NoteCredential note => Decision<AccountEvent>.Of(new CredentialChanged(note.What, note.EndsSessions, note.By)),
        NoteAudit note => Decision<AccountEvent>.Of(new AuditSearched(note.Conditions.Length <= MaxConditions ? note.Conditions : note.Conditions[..MaxConditions])),
        EndSessions end => Decision<AccountEvent>.Of(new SessionsEnded(end.By)),
        NoteContact { Fields: var fields } note => fields.CountOrZero() == 0 ? Decision<AccountEvent>.Nothing : Decision<AccountEvent>.Of(new ContactChanged(fields, note.By)),
        ConsentToDelegate consent => ConsentTo(state, consent, now),
        RevokeDelegate revoke => state.Delegates.Any(consent => consent.Delegate == revoke.Delegate)
            ? Decision<AccountEvent>.Of(new DelegateRevoked(revoke.Delegate, revoke.By))
            : Decision<AccountEvent>.Nothing,
        EraseAccount erase => CheckReason(erase.Reason) is { } invalid ? invalid : Decision<AccountEvent>.Of(new AccountErased(erase.Reason.Trim(), erase.By)),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of an account."),
    };

    public static AccountState Apply(AccountState state, AccountEvent @event, DateTimeOffset recordedAt) => @event switch
    {
        AccountOpened opened => state with
        {
            Status = AccountStatus.Open, OpenedAt = recordedAt, OpenedBy = opened.By, IsDemo = opened.IsDemo, Grants = opened.Grants, Stamp = 1,
        },
        RoleGranted { Grant: var grant } => state with { Grants = [.. Current(state.Grants, recordedAt).Where(held => !Same(held, grant)), grant] },
        RoleRevoked revoked => state with
        {
            Grants = [.. Current(state.Grants, recordedAt).Where(held => held.Role != revoked.Role || held.Scope != revoked.Scope)],
        },
        AccountLocked locked => state with { Status = AccountStatus.Locked, LockReason = locked.Reason, EndedAt = recordedAt, Stamp = state.Stamp + 1 },
        AccountUnlocked => state with { Status = AccountStatus.Open, LockReason = null, EndedAt = null },
        CredentialChanged { EndsSessions: true } or SessionsEnded => state with { Stamp = state.Stamp + 1 },
        CredentialChanged or ContactChanged or AuditSearched => state,
        DelegateConsented consented => state with
        {
            Delegates =
            [
                .. state.Delegates.Where(held => held.HoldsAt(recordedAt) && held.Delegate != consented.Delegate),
                new Consent(consented.Delegate, recordedAt, consented.Until),
            ],
        },
        DelegateRevoked revoked => state with { Delegates = [.. state.Delegates.Where(held => held.Delegate != revoked.Delegate)] },
        // Its roles are kept, to find the lists that it is still to be taken off; an account that is not open has none of them.
        AccountErased => state with { Status = AccountStatus.Erased, Delegates = [], LockReason = null, EndedAt = recordedAt, Stamp = state.Stamp + 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "Not an event of an account."),
    };

    private static Decision<AccountEvent> Open(AccountState state, OpenAccount open)
    {
        if (open.Grants.CountOrZero() > MaxGrants)
            return TooManyRoles;
        foreach (var grant in open.Grants.OrEmpty())
        {
            if (Check(grant) is { } unfit)
                return unfit;
        }
        return state.Exists
            ? Rejection.Conflict("account-exists", "The id is taken.")
            : Decision<AccountEvent>.Of(new AccountOpened([.. open.Grants.OrEmpty().Distinct()], open.By, open.IsDemo));
    }

    private static Decision<AccountEvent> Grant(AccountState state, GrantRole command, DateTimeOffset now)
    {
        var grant = command.Grant;
        if (Check(grant) is { } unfit)
            return unfit;
        if (grant.Until <= now)
            return Rejection.Malformed("until", "It has ended before it begins.");
        if (state.Grants.Contains(grant))
            return Decision<AccountEvent>.Nothing;
        return Current(state.Grants, now).Count(held => !Same(held, grant)) >= MaxGrants
            ? TooManyRoles
            : Decision<AccountEvent>.Of(new RoleGranted(grant, command.By));
    }

    private static Decision<AccountEvent> ConsentTo(AccountState state, ConsentToDelegate consent, DateTimeOffset now)
    {
        var until = consent.Until ?? now + LongestConsent;
        if (until <= now || until > now + LongestConsent)
            return Rejection.Refused("consent-too-long", "A consent ends later than now and within a year.", "until");
        return state.Delegates.Count(held => held.HoldsAt(now) && held.Delegate != consent.Delegate) >= MaxDelegates
            ? Rejection.Refused("too-many-delegates", $"At most {MaxDelegates} may act for one person at the same time.")
            : Decision<AccountEvent>.Of(new DelegateConsented(consent.Delegate, until));
    }

    /// <summary>A role of a device is never one of a person who signs in with a password, but for those who stand at a counter.</summary>
    private static Rejection? Check(RoleGrant grant) => grant.Role is Role.Sensor
        ? Rejection.Refused("role-not-granted", $"{grant.Role} is not a role of a person.", "role")
        : AccessRules.Check(grant);

    private static Rejection? CheckReason(string? reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason || reason.Any(char.IsControl)
        ? Rejection.Malformed("reason", $"A reason has 1 to {MaxReason} characters.")
        : null;

    private static Rejection TooManyRoles => Rejection.Refused("too-many-roles", $"An account has at most {MaxGrants} roles.");

    private static bool Same(RoleGrant one, RoleGrant other) => one.Role == other.Role && one.Scope == other.Scope;

    private static IEnumerable<RoleGrant> Current(ImmutableArray<RoleGrant> grants, DateTimeOffset now) => grants.Where(grant => grant.HoldsAt(now));
}

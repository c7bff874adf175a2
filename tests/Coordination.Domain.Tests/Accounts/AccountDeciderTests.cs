using System.Text.Json;
using Coordination.Domain.Access;
using Coordination.Domain.Accounts;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Accounts;

/// <summary>The rules of accounts, one by one and over any history.</summary>
public sealed class AccountDeciderTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 8, 0, 0, TimeSpan.FromHours(8));
    private static readonly AccountState Opened = After(AccountState.Empty, new OpenAccount([], "accounts/a"));

    [Fact]
    public void An_account_that_was_erased_does_nothing_any_more()
    {
        var erased = After(Opened, new EraseAccount("asked", "accounts/a"));
        AccountCommand[] all =
        [
            new GrantRole(Grant(Role.Auditor, "*"), "x"), new RevokeRole(Role.Auditor, AccessScope.Everywhere, "x"), new LockAccount("r", "x"), new UnlockAccount("x"),
            new NoteCredential(CredentialChange.PasswordSet, true, "x"), new EndSessions("x"), new NoteContact(["phone"], "x"), new ConsentToDelegate("accounts/b", null),
            new RevokeDelegate("accounts/b", "x"), new NoteAudit("place=x"),
        ];
        Assert.All(all, command => Assert.Equal("account-not-found", AccountDecider.Decide(erased, command, Now).Rejection?.Code));
        Assert.Equal("account-exists", AccountDecider.Decide(erased, new OpenAccount([], "x"), Now).Rejection?.Code);
        Assert.Empty(AccountDecider.Decide(erased, new EraseAccount("again", "x"), Now).Events);
    }

    [Fact]
    public void What_ends_sessions_makes_the_stamp_grow_and_nothing_else_does()
    {
        AccountCommand[] ending = [new LockAccount("r", "x"), new NoteCredential(CredentialChange.PasswordSet, true, "x"), new EndSessions("x"), new EraseAccount("r", "x")];
        AccountCommand[] others =
        [
            new GrantRole(Grant(Role.Auditor, "*"), "x"), new NoteCredential(CredentialChange.PasskeyAdded, false, "x"), new NoteContact(["phone"], "x"),
            new ConsentToDelegate("accounts/b", null), new NoteAudit("place=x"),
        ];
        Assert.All(ending, command => Assert.Equal(Opened.Stamp + 1, After(Opened, command).Stamp));
        Assert.All(others, command => Assert.Equal(Opened.Stamp, After(Opened, command).Stamp));
    }

    [Fact]
    public void A_role_that_is_given_again_has_the_new_end_and_is_there_once()
    {
        var once = After(Opened, new GrantRole(Grant(Role.Auditor, "*"), "x"));
        var ending = Grant(Role.Auditor, "*") with { Until = Now.AddDays(1) };
        Assert.Equal([ending], After(once, new GrantRole(ending, "x")).Grants);
        Assert.Empty(AccountDecider.Decide(once, new GrantRole(Grant(Role.Auditor, "*"), "x"), Now).Events);
        Assert.Equal("malformed", AccountDecider.Decide(once, new GrantRole(ending with { Until = Now }, "x"), Now).Rejection?.Code);
    }

    [Theory]
    [InlineData(Role.Sensor, "*", "role-not-granted")]
    [InlineData(Role.Public, "*", "role-not-granted")]
    [InlineData(Role.Delegate, "*", "role-not-granted")]
    [InlineData(Role.CommunityWorker, "*", "scope-not-fit")]
    public void A_role_that_does_not_fit_is_not_given(Role role, string scope, string code)
    {
        Assert.Equal(code, AccountDecider.Decide(Opened, new GrantRole(Grant(role, scope), "x"), Now).Rejection?.Code);
        Assert.Equal(code, AccountDecider.Decide(AccountState.Empty, new OpenAccount([Grant(role, scope)], "x"), Now).Rejection?.Code);
    }

    [Fact]
    public void An_eleventh_delegate_waits_until_a_consent_has_ended()
    {
        var state = Opened;
        for (var number = 0; number < AccountDecider.MaxDelegates; number++)
            state = After(state, new ConsentToDelegate($"accounts/{number}", Now.AddDays(1 + number)));
        var one = new ConsentToDelegate("accounts/x", null);
        Assert.Equal("too-many-delegates", AccountDecider.Decide(state, one, Now).Rejection?.Code);
        Assert.NotEmpty(AccountDecider.Decide(state, one, Now.AddDays(1)).Events);
        // One who may already gets another end.
        Assert.NotEmpty(AccountDecider.Decide(state, new ConsentToDelegate("accounts/3", Now.AddDays(30)), Now).Events);
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(8, 8)]
    [InlineData(9, 15)]
    [InlineData(5000, 15)]
    public void Guessing_gets_slower(int attempts, int? minutes) => Assert.Equal(minutes, (int?)SignInLock.After(attempts)?.TotalMinutes);

    public static class Histories
    {
        public static Arbitrary<AccountCommand[]> Commands()
        {
            var by = Gen.Elements("accounts/a", "accounts/b");
            var grant = Gen.Elements(
                Grant(Role.Resident, "communities/x"), Grant(Role.Auditor, "*"), Grant(Role.CommunityWorker, "communities/x"), Grant(Role.Auditor, "*") with { Until = Now.AddHours(1) });
            var command = Gen.OneOf(
                by.Select(AccountCommand (who) => new OpenAccount([], who)),
                grant.Select(AccountCommand (given) => new GrantRole(given, "x")),
                grant.Select(AccountCommand (given) => new RevokeRole(given.Role, given.Scope, "x")),
                by.Select(AccountCommand (who) => new LockAccount("r", who)),
                by.Select(AccountCommand (who) => new UnlockAccount(who)),
                by.Select(AccountCommand (who) => new ConsentToDelegate(who, null)),
                by.Select(AccountCommand (who) => new RevokeDelegate(who, "x")),
                by.Select(AccountCommand (who) => new EndSessions(who)),
                Gen.Frequency((9, by.Select(AccountCommand (who) => new NoteContact(["phone"], who))), (1, by.Select(AccountCommand (who) => new EraseAccount("r", who)))));
            return command.ArrayOf().ToArbitrary();
        }
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Histories)])]
    public void Over_any_history_the_stamp_never_falls_nobody_has_a_role_twice_and_an_end_is_an_end(AccountCommand[] commands)
    {
        var (state, now) = (AccountState.Empty, Now);
        foreach (var command in commands)
        {
            var decision = AccountDecider.Decide(state, command, now);
            Assert.True(decision.Rejection is null || decision.Events.Count == 0);
            var next = decision.Events.Aggregate(state, (before, @event) => AccountDecider.Apply(before, @event, now));
            Assert.True(next.Stamp >= state.Stamp);
            Assert.Distinct(next.Grants.Select(grant => (grant.Role, grant.Scope)));
            Assert.Distinct(next.Delegates.Select(consent => consent.Delegate));
            if (state.Status is AccountStatus.Erased)
                Assert.Same(state, next);
            // What is decided once more changes nothing, but for what is meant to be done again.
            if (command is not (EndSessions or NoteContact or ConsentToDelegate))
                Assert.Empty(AccountDecider.Decide(next, command, now).Events);
            // A snapshot reads as it was written.
            var text = JsonSerializer.Serialize(next, DomainJson.Instance.AccountState);
            Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize(text, DomainJson.Instance.AccountState), DomainJson.Instance.AccountState));
            (state, now) = (next, now.AddMinutes(10));
        }
    }

    private static RoleGrant Grant(Role role, string scope) => new(role, AccessScope.TryParse(scope, out var parsed) ? parsed : throw new FormatException(scope));

    private static AccountState After(AccountState state, AccountCommand command)
    {
        var decision = AccountDecider.Decide(state, command, Now);
        Assert.Null(decision.Rejection);
        return decision.Events.Aggregate(state, (before, @event) => AccountDecider.Apply(before, @event, Now));
    }
}

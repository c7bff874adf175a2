using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain.Access;
using Coordination.Domain.Accounts;
using Coordination.Ledger;
using Coordination.Ledger.Tests.Engine;

namespace Coordination.Grains.Tests.Identity;

/// <summary>Accounts over time, and when something fails in the middle.</summary>
public sealed class AccountGrainTests(AccountCluster cluster) : IClassFixture<AccountCluster>
{
    private static readonly AccessScope Yard = AccessScope.TryParse("communities/yard", out var scope) ? scope : throw new FormatException();

    private static readonly RetentionPeriods Periods = new(TimeSpan.FromDays(180), TimeSpan.FromDays(730), TimeSpan.FromDays(30), TimeSpan.FromDays(730));

    private IPeopleGrain People => cluster.Grains.GetGrain<IPeopleGrain>(0);

    [Fact]
    public async Task Wrong_passwords_lock_for_a_minute_then_twice_as_long_until_one_is_right()
    {
        var account = await cluster.OpenAsync("locked");
        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Null((await account.BeginSignIn())!.LockedFor);
        Assert.Equal(TimeSpan.FromMinutes(1), (await account.BeginSignIn())!.LockedFor);
        await cluster.RestartAsync(); // It is remembered.
        account = cluster.Account(account.GetPrimaryKeyString());
        cluster.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(1), (await account.BeginSignIn())!.LockedFor);
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null((await account.BeginSignIn())!.LockedFor);
        Assert.Equal(TimeSpan.FromMinutes(2), (await account.BeginSignIn())!.LockedFor);
        cluster.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("hash", (await account.BeginSignIn())!.PasswordHash);
        Assert.NotNull(await account.StartSession("pwd", "Firefox"));
        for (var attempt = 0; attempt < 4; attempt++)
            Assert.Null((await account.BeginSignIn())!.LockedFor);
    }

    [Fact]
    public async Task A_code_sets_a_password_once_until_it_ends_and_goes_with_the_sweep()
    {
        var account = await cluster.OpenAsync("code");
        var until = cluster.Time.GetUtcNow().AddHours(24);
        Assert.Equal(CommandStatus.Done, (await account.IssueCode(new OneUseCode("old", until), "accounts/x")).Status);
        Assert.Equal(CommandStatus.Done, (await account.IssueCode(new OneUseCode("new", until), "accounts/x")).Status);
        var session = (await account.StartSession("pwd", "Firefox"))!;
        Assert.Equal("new", (await account.BeginSignIn())!.CodeHash);
        Assert.False(await account.ReplacePassword("old", "hash of another"));
        await cluster.RestartAsync(); // It is remembered.
        account = cluster.Account(account.GetPrimaryKeyString());
        Assert.True(await account.ReplacePassword("new", "hash of another"));
        Assert.False(await account.ReplacePassword("new", "hash of a third"));
        Assert.Equal(("hash of another", null), ((await account.BeginSignIn())!.PasswordHash, (await account.BeginSignIn())!.CodeHash));
        Assert.Empty((await account.GetStanding())!.Sessions);
        Assert.True((await account.GetStanding())!.Stamp > session.Stamp);

        await account.IssueCode(new OneUseCode("late", cluster.Time.GetUtcNow().AddHours(24)), "accounts/x");
        cluster.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal("late", (await account.BeginSignIn())!.CodeHash); // The twin: a second before its end.
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null((await account.BeginSignIn())!.CodeHash);
        Assert.False(await account.ReplacePassword("late", "hash of a fourth"));
        await account.Sweep(Periods);
        Assert.Equal("hash of another", (await account.BeginSignIn())!.PasswordHash);
    }

    [Fact]
    public async Task A_session_ends_alone_all_others_end_together_and_the_oldest_of_too_many_ends()
    {
        var account = await cluster.OpenAsync("sessions");
        var first = (await account.StartSession("pwd", "Firefox"))!;
        var second = (await account.StartSession("pwd", "Chrome"))!;
        await account.EndSession(first.Id);
        Assert.Equal([second.Id], (await account.GetStanding())!.Sessions);
        var third = (await account.StartSession("pwd", "Chrome"))!;
        var stamp = await account.EndOtherSessions(third.Id, "accounts/x");
        Assert.Equal([third.Id], (await account.GetStanding())!.Sessions);
        Assert.Equal(stamp, (await account.GetStanding())!.Stamp);
        Assert.Equal(third.Stamp + 1, stamp);
        for (var number = 0; number < 25; number++)
        {
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
            await account.StartSession("pwd", "Chrome");
        }
        Assert.Equal(20, (await account.GetStanding())!.Sessions.Length);
        Assert.DoesNotContain(third.Id, (await account.GetStanding())!.Sessions);
    }

    [Fact]
    public async Task A_role_that_has_ended_by_itself_is_no_role()
    {
        var account = await cluster.OpenAsync("until");
        var until = cluster.Time.GetUtcNow().AddHours(1);
        Assert.Equal(CommandStatus.Done, (await account.Execute(new GrantRole(new RoleGrant(Role.CommunityWorker, Yard, until), "x"))).Status);
        Assert.Single((await account.GetStanding())!.Grants);
        cluster.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty((await account.GetStanding())!.Grants);
    }

    [Fact]
    public async Task A_name_whose_account_was_never_opened_is_free_after_a_minute()
    {
        var (half, whole) = (cluster.Account(cluster.NewId()), cluster.Account(cluster.NewId()));
        cluster.Store.Next = FaultyStore.Fault.BeforeDurable;
        Assert.Equal(CommandStatus.Unavailable, (await half.Open(new NewAccount("half", "李", null, null, []))).Status);
        cluster.Store.Next = FaultyStore.Fault.None;
        Assert.Equal("user-name-taken", (await whole.Open(new NewAccount("half", "王", null, null, []))).Rejection?.Code);
        cluster.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(CommandStatus.Done, (await whole.Open(new NewAccount("half", "王", null, null, []))).Status);
        Assert.Equal(whole.GetPrimaryKeyString(), await People.FindByName("HALF"));
    }

    [Fact]
    public async Task An_erasure_that_is_interrupted_anywhere_is_finished_by_doing_it_again()
    {
        for (var step = 1; step <= 12; step++)
        {
            var name = $"erased-{step}";
            var account = await cluster.OpenAsync(name, new RoleGrant(Role.CommunityWorker, Yard));
            var id = account.GetPrimaryKeyString();
            Assert.Equal(CommandStatus.Done, (await account.ChangeContact(new ContactChange(null, $"1380000{step:0000}", null, ["京A12345"]), "x")).Status);
            await account.StartSession("pwd", "Firefox");
            await account.NoteLook("accounts/x", "account", null);
            var (left, interrupted) = (step, false);
            cluster.Vault.BeforeRemove = () =>
            {
                if (--left == 0)
                    throw new StoreUnavailableException("Interrupted.");
            };
            try
            {
                await account.Erase("asked", "accounts/x");
            }
            catch (StoreUnavailableException)
            {
                interrupted = true;
            }
            cluster.Vault.BeforeRemove = null;
            Assert.True(interrupted || step > 6, $"step {step} was not interrupted");
            // Whatever was interrupted, nobody signs in any more.
            Assert.False((await account.GetStanding())!.IsActive);
            Assert.Null(await account.GetOwn());
            // The twin of what follows: without the second time something is left.
            if (interrupted && step < 6)
                Assert.NotEmpty(await cluster.EntriesAsync($"accounts/{id}/"));
            if (step % 2 == 0)
                Assert.Equal(CommandStatus.Done, (await account.Erase("asked", "accounts/x")).Status);
            else
                await account.Sweep(Periods);
            Assert.Empty(await cluster.EntriesAsync($"accounts/{id}/"));
            Assert.Null(await People.FindByName(name));
            Assert.Null(await People.FindByPhone($"1380000{step:0000}"));
            Assert.DoesNotContain((await People.List("accounts", [MemberKeys.Of(Yard)], null, 200)).Items, member => member.Id == id);
            Assert.Null(await account.StartSession("pwd", "Firefox"));
        }
    }

    [Fact]
    public async Task What_has_outlived_its_period_goes_and_what_has_not_stays()
    {
        var account = await cluster.OpenAsync("retention");
        await account.NoteLook("accounts/old", "account", null);
        await account.NoteFailedSignIn("pwd", "old");
        var ended = (await account.StartSession("pwd", "old"))!;
        await account.EndSession(ended.Id);
        cluster.Time.Advance(TimeSpan.FromDays(31));
        await account.NoteFailedSignIn("pwd", "new");
        Assert.Equal(new Swept(0, 0, 1, 0), await account.Sweep(Periods)); // The ended session only.
        cluster.Time.Advance(TimeSpan.FromDays(150));
        Assert.Equal(new Swept(2, 0, 0, 0), await account.Sweep(Periods));
        Assert.Equal(["new"], (await account.Export())!.SignIns.Select(note => note.Browser));
        cluster.Time.Advance(TimeSpan.FromDays(549));
        await account.NoteLook("accounts/new", "account", null);
        Assert.Equal(0, (await account.Sweep(Periods)).Looks);
        cluster.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, (await account.Sweep(Periods)).Looks);
        Assert.Equal(["accounts/new"], (await account.GetLooks(null)).Items.Select(look => look.By));
        Assert.Equal(0, (await account.Sweep(Periods)).Looks);
    }

    [Fact]
    public async Task Looks_are_read_in_pages_newest_first_and_the_same_look_is_told_once()
    {
        var account = await cluster.OpenAsync("looked-at");
        for (var number = 0; number < 250; number++)
        {
            await account.NoteLook($"accounts/{number}", "account", null);
            await account.NoteLook($"accounts/{number}", "account", null);
        }
        var (all, pages) = (new List<Look>(), 0);
        for (string? cursor = null; ;)
        {
            var page = await account.GetLooks(cursor);
            all.AddRange(page.Items);
            pages++;
            if ((cursor = page.Next) is null)
                break;
        }
        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 250).Reverse().Select(number => $"accounts/{number}"), all.Select(look => look.By));
        Assert.All(all, look => Assert.Equal(2, look.Times));
        cluster.Time.Advance(TimeSpan.FromMinutes(10));
        await account.NoteLook("accounts/249", "account", null);
        Assert.Equal(1, (await account.GetLooks(null)).Items[0].Times);
    }

    [Fact]
    public async Task The_run_of_a_day_sweeps_everybody_once()
    {
        var (old, other) = (await cluster.OpenAsync("run-1"), await cluster.OpenAsync("run-2"));
        foreach (var account in (IAccountGrain[])[old, other])
            await account.NoteFailedSignIn("pwd", "x");
        cluster.Time.Advance(TimeSpan.FromDays(181));
        var retention = cluster.Grains.GetGrain<IRetentionGrain>(0);
        var report = await retention.Run();
        Assert.True(report.Kinds.Single(kind => kind.Kind == "sign-ins").Removed >= 2);
        var again = await retention.Run();
        Assert.Equal(0, again.Kinds.Single(kind => kind.Kind == "sign-ins").Removed);
        Assert.Equal(report.Kinds.Single(kind => kind.Kind == "sign-ins").RemovedInAll, again.Kinds.Single(kind => kind.Kind == "sign-ins").RemovedInAll);
        Assert.Equal(cluster.Time.GetUtcNow(), again.LastRunAt);
    }
}

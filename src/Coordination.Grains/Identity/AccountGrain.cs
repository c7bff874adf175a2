using System.Collections.Immutable;
using System.Text.Json;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Domain.Accounts;
using Coordination.Grains.Privacy;
using Coordination.Ledger.Vault;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.Identity;

/// <summary>
/// The account of a person. What happened to it is in the ledger, without a word about the person; what is known about the person lies in
/// the vault below <c>accounts/{id}/</c>, encrypted with a key of her own, where it can be destroyed.
/// </summary>
/// <remarks>
/// What changes a document in the vault is done one at a time. What must find the account (its name, its members) is written before the
/// event that makes it count, so that a crash between the two leaves an entry too many, which is passed over, and never one too few.
/// </remarks>
public sealed partial class AccountGrain : EventSourcedGrain<AccountState, AccountCommand, AccountEvent>, IAccountGrain, IWatchable
{
    private const string Kind = "accounts";

    private readonly IVaultStore vault;
    private readonly IPersonVault people;
    private readonly PersonIndex index;
    private readonly MemberIndex members;
    private readonly PersonDocument<PersonDetails> details;
    private readonly PersonDocument<Credentials> credentials;
    private readonly PersonDocument<SessionBook> sessions;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly string id;

    public AccountGrain(
        PlaceLedger ledger, IVaultStore vault, IPersonVault people, IKeyedHasher hasher, IGrainFactory grains, IGrainContext context, ILogger<AccountGrain> logger)
        : base(ledger, $"{Kind}/{context.GrainId.Key}", AccountModel.Instance, logger)
    {
        this.vault = vault;
        this.people = people;
        id = context.GrainId.Key.ToString()!;
        index = new PersonIndex(vault, hasher, grains, ledger.Time);
        members = new MemberIndex(vault);
        details = new PersonDocument<PersonDetails>(vault, people, Path, "details", PersonJson.Default.PersonDetails);
        credentials = new PersonDocument<Credentials>(vault, people, Path, "credentials", PersonJson.Default.Credentials);
        sessions = new PersonDocument<SessionBook>(vault, people, Path, "sessions", PersonJson.Default.SessionBook);
    }

    protected override Rejection NotThere => AccountDecider.NotFound;

    public async Task<SubjectStanding?> GetStanding()
    {
        if (!await ExistsAsync())
            return null;
        var open = Committed.IsActive ? await sessions.ReadAsync() : new SessionBook();
        var now = Time.GetUtcNow();
        return new SubjectStanding(
            Path, Committed.IsActive, Committed.Stamp,
            Committed.IsActive ? Grants : [],
            [.. Committed.Delegates.Where(consent => consent.HoldsAt(now)).Select(consent => consent.Delegate)],
            [.. open.Sessions.Where(session => session.EndedAt is null).Select(session => session.Id)],
            Committed.IsDemo);
    }

    public Task<CommandResult> Open(NewAccount account) => InTurnAsync(async () =>
    {
        if (Check(account) is { } invalid)
            return Refused(invalid);
        if (await ExistsAsync())
            return Refused(Rejection.Conflict("account-exists", "The id is taken."));
        var name = index.OfName(account.UserName);
        if (!await index.ReserveAsync(name, id))
            return Refused(Rejection.Conflict("user-name-taken", "Another account has this user name."));
        var login = account.Login is { } bound ? index.OfLogin(bound) : null;
        if (login is not null && !await index.ReserveAsync(login, id))
        {
            await index.ReleaseAsync(name, id);
            return Refused(Rejection.Conflict("identity-in-use", "Another account is bound to this identity."));
        }
        await details.WriteAsync(new PersonDetails
        {
            UserName = account.UserName.Trim(), DisplayName = account.DisplayName.Trim(), Logins = account.Login is { } kept ? [kept] : [],
        });
        await credentials.WriteAsync(new Credentials { PasswordHash = account.PasswordHash, Code = account.Code });
        foreach (var grant in account.Grants.OrEmpty())
            await members.AddAsync(Kind, grant.Scope, id);
        return await ExecuteAsync(new OpenAccount(account.Grants.OrEmpty(), account.By ?? Path, account.IsDemo), null);
    });

    public async Task<CommandResult> Execute(AccountCommand command)
    {
        switch (command)
        {
            case OpenAccount or EraseAccount or NoteContact or NoteCredential:
                throw new ArgumentException($"{command.GetType().Name} has a call of its own.", nameof(command));
            case GrantRole grant when await ExistsAsync():
                await members.AddAsync(Kind, grant.Grant.Scope, id);
                break;
            case ConsentToDelegate consent when await ExistsAsync():
                await vault.TryPutAsync(ActingEntry(consent.Delegate), new byte[] { 1 }, expectedVersion: 0, CancellationToken.None);
                break;
        }
        var result = await ExecuteAsync(command, null);
        if (result.Status is not CommandStatus.Done)
            return result;
        if (command is RevokeRole revoked && Committed.Grants.All(held => held.Scope != revoked.Scope))
            await members.RemoveAsync(Kind, revoked.Scope, id);
        if (command is RevokeDelegate gone)
            await vault.RemoveAsync(ActingEntry(gone.Delegate), CancellationToken.None);
        return result;
    }

    public async Task<AccountCard?> GetCard()
    {
        if (!await ExistsAsync() || Committed.Status is AccountStatus.Erased)
            return null;
        var person = await details.ReadAsync();
        return new AccountCard(
            Path, person.UserName, person.DisplayName, Grants, Committed.Status, Committed.OpenedAt, Masked(person), Committed.IsDemo);
    }

    public async Task<LiveView?> Watch(IViewObserver observer)
    {
        Watchers.Add(observer);
        await EnsureReadableAsync();
        return CurrentView();
    }

    public Task Unwatch(IViewObserver observer)
    {
        Watchers.Remove(observer);
        return Task.CompletedTask;
    }

    protected override LiveView? CurrentView() => Exists && Committed.Exists
        ? new LiveView(Path, Epoch, CommittedVersion, JsonSerializer.SerializeToUtf8Bytes(AccountView.Of(Path, Committed, Epoch, CommittedVersion), DomainJson.Instance.AccountView))
        : null;

    protected override bool Creates(AccountCommand command) => command is OpenAccount;

    private ImmutableArray<RoleGrant> Grants => [.. Committed.Grants.Where(grant => grant.HoldsAt(Time.GetUtcNow()))];

    /// <summary>Whoever does more than live here; her sessions are short.</summary>
    private bool IsStaff => Grants.Any(grant => grant.Role is not Role.Resident);

    private async Task<bool> ExistsAsync()
    {
        await EnsureReadableAsync();
        ForgetIfMissing();
        return Exists && Committed.Exists;
    }

    private async Task<bool> IsOpenAsync() => await ExistsAsync() && Committed.Status is AccountStatus.Open;

    private static string ActingEntry(string delegatePath, string account) => $"delegates/{delegatePath["accounts/".Length..]}/{account}";

    private string ActingEntry(string delegatePath) => ActingEntry(delegatePath, id);

    private static CommandResult Refused(Rejection rejection) => new(CommandStatus.Rejected, 0, rejection);

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        await turn.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }
}

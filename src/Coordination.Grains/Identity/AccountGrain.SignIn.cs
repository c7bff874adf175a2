using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Accounts;

namespace Coordination.Grains.Identity;

/// <summary>How the account is signed in to: attempts, passwords, passkeys, sessions.</summary>
public sealed partial class AccountGrain
{
    private const int MaxPasskeys = 10;
    private const int MaxOpenSessions = 20;
    private const int MaxEndedSessions = 30;
    private const int MaxSignIns = 200;
    private const int MaxBrowser = 80;

    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(10);

    /// <summary>A session that nobody used for so long has ended: its cookie is valid no longer than this.</summary>
    private static readonly TimeSpan LongestSession = TimeSpan.FromDays(30);

    public Task<SignInAttempt?> BeginSignIn() => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return null;
        var (known, now) = (await credentials.ReadAsync(), Time.GetUtcNow());
        if (known.LockedUntil > now)
            return new SignInAttempt(known.LockedUntil - now, null);
        // Counted as wrong before it is known: a thousand attempts at the same time are a thousand.
        var attempts = known.Attempts + 1;
        await credentials.WriteAsync(known with { Attempts = attempts, LockedUntil = now + SignInLock.After(attempts) });
        return new SignInAttempt(null, known.PasswordHash, known.Code is { } code && code.Until > now ? code.Hash : null);
    });

    public Task NoteFailedSignIn(string method, string browser) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return false;
        var book = await sessions.ReadAsync();
        await sessions.WriteAsync(book with { SignIns = With(book.SignIns, succeeded: false, method, browser) });
        return true;
    });

    public Task<StartedSession?> StartSession(string method, string browser) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return null;
        await ForgetAttemptsAsync();
        var (book, now) = (await sessions.ReadAsync(), Time.GetUtcNow());
        var session = new Session(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), now, now, Shortened(browser));
        await sessions.WriteAsync(book with
        {
            Sessions = Bounded([.. book.Sessions, session], now),
            SignIns = With(book.SignIns, succeeded: true, method, browser),
        });
        return new StartedSession(session.Id, Committed.Stamp, now, IsStaff);
    });

    public Task EndAttempts() => InTurnAsync(async () => await IsOpenAsync() && await ForgetAttemptsAsync());

    public Task<bool> EndSession(string session) => InTurnAsync(async () =>
    {
        if (!await ExistsAsync())
            return false;
        var book = await sessions.ReadAsync();
        if (book.Sessions.All(one => one.Id != session || one.EndedAt is not null))
            return false;
        await sessions.WriteAsync(book with { Sessions = Ended(book.Sessions, one => one.Id == session) });
        return true;
    });

    public Task<long?> EndOtherSessions(string? session, string by) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return null;
        await EndAllButAsync(session);
        await ExecuteOrThrowAsync(new EndSessions(by));
        return (long?)Committed.Stamp;
    });

    public Task NoteSeen(string session) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return false;
        var (book, now) = (await sessions.ReadAsync(), Time.GetUtcNow());
        if (book.Sessions.FirstOrDefault(one => one.Id == session) is not { EndedAt: null } seen || now - seen.LastSeenAt < SeenEvery)
            return false;
        await sessions.WriteAsync(book with { Sessions = book.Sessions.Replace(seen, seen with { LastSeenAt = now }) });
        return true;
    });

    public async Task<AccountCredentials?> GetCredentials()
    {
        if (!await ExistsAsync() || Committed.Status is AccountStatus.Erased)
            return null;
        var (person, known) = (await details.ReadAsync(), await credentials.ReadAsync());
        return new AccountCredentials(person.UserName, person.DisplayName, known.PasswordHash, known.Passkeys, Committed.Stamp, IsStaff);
    }

    public Task<long?> SetPassword(string hash, string? session, string by, bool isRehash = false) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return null;
        var known = await credentials.ReadAsync();
        await credentials.WriteAsync(isRehash ? known with { PasswordHash = hash } : known with { PasswordHash = hash, Code = null, Attempts = 0, LockedUntil = null });
        if (isRehash)
            return (long?)Committed.Stamp;
        await EndAllButAsync(session);
        await ExecuteOrThrowAsync(new NoteCredential(CredentialChange.PasswordSet, EndsSessions: true, by));
        return Committed.Stamp;
    });

    public Task<CommandResult> IssueCode(OneUseCode code, string by) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return Refused(NotThere);
        // Who issued it is written first: a code that opens something is in the history, whatever is interrupted.
        var noted = await ExecuteAsync(new NoteCredential(CredentialChange.CodeIssued, EndsSessions: false, by), null);
        if (noted.Status is CommandStatus.Done)
            await credentials.WriteAsync(await credentials.ReadAsync() with { Code = code });
        return noted;
    });

    public Task<bool> ReplacePassword(string codeHash, string hash) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return false;
        var known = await credentials.ReadAsync();
        if (known.Code is not { } code || code.Hash != codeHash || code.Until <= Time.GetUtcNow())
            return false;
        await credentials.WriteAsync(known with { PasswordHash = hash, Code = null, Attempts = 0, LockedUntil = null });
        await EndAllButAsync(null);
        await ExecuteOrThrowAsync(new NoteCredential(CredentialChange.PasswordReplaced, EndsSessions: true, Path));
        return true;
    });

    public Task<CommandResult> PutPasskey(StoredPasskey passkey) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return Refused(NotThere);
        var known = await credentials.ReadAsync();
        var others = known.Passkeys.RemoveAll(one => one.CredentialId.SameAs(passkey.CredentialId));
        var isNew = others.Length == known.Passkeys.Length;
        if (isNew && others.Length >= MaxPasskeys)
            return Refused(Rejection.Refused("too-many-passkeys", $"An account has at most {MaxPasskeys} passkeys."));
        if (isNew && !await index.ReserveAsync(PersonIndex.OfPasskey(passkey.CredentialId), id))
            return Refused(Rejection.Conflict("identity-in-use", "Another account has this passkey."));
        await credentials.WriteAsync(known with { Passkeys = others.Add(passkey) });
        return isNew
            ? await ExecuteAsync(new NoteCredential(CredentialChange.PasskeyAdded, EndsSessions: false, Path), null)
            : new CommandResult(CommandStatus.Done, CommittedVersion);
    });

    public Task<bool> RemovePasskey(ImmutableArray<byte> credentialId) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return false;
        var known = await credentials.ReadAsync();
        var others = known.Passkeys.RemoveAll(one => one.CredentialId.SameAs(credentialId));
        if (others.Length == known.Passkeys.Length)
            return false;
        await credentials.WriteAsync(known with { Passkeys = others });
        await index.ReleaseAsync(PersonIndex.OfPasskey(credentialId), id);
        await ExecuteOrThrowAsync(new NoteCredential(CredentialChange.PasskeyRemoved, EndsSessions: false, Path));
        return true;
    });

    private static string IdOf(ImmutableArray<byte> credentialId) => Base64Url.EncodeToString(credentialId.AsSpan());

    private async Task<bool> ForgetAttemptsAsync()
    {
        var known = await credentials.ReadAsync();
        if (known.Attempts == 0 && known.LockedUntil is null)
            return false;
        await credentials.WriteAsync(known with { Attempts = 0, LockedUntil = null });
        return true;
    }

    private async Task ExecuteOrThrowAsync(AccountCommand command)
    {
        var result = await ExecuteAsync(command, null);
        if (result.Status is not CommandStatus.Done)
            throw new Ledger.StoreUnavailableException($"{Path}: {command.GetType().Name} was not kept ({result.Status}); ask again.");
    }

    private async Task EndAllButAsync(string? session)
    {
        var book = await sessions.ReadAsync();
        await sessions.WriteAsync(book with { Sessions = Ended(book.Sessions, one => one.Id != session) });
    }

    private ImmutableArray<Session> Ended(ImmutableArray<Session> all, Predicate<Session> which)
    {
        var now = Time.GetUtcNow();
        return Bounded([.. all.Select(one => one.EndedAt is null && which(one) ? one with { EndedAt = now } : one)], now);
    }

    /// <summary>The newest open ones and the newest that have ended; the oldest open one ends when there are too many.</summary>
    private static ImmutableArray<Session> Bounded(ImmutableArray<Session> all, DateTimeOffset now)
    {
        var open = all.Where(one => one.EndedAt is null && now - one.StartedAt < LongestSession).OrderBy(one => one.StartedAt).TakeLast(MaxOpenSessions).ToHashSet();
        var ended = all.Where(one => !open.Contains(one)).Select(one => one with { EndedAt = one.EndedAt ?? now }).OrderBy(one => one.EndedAt).TakeLast(MaxEndedSessions);
        return [.. ended, .. open];
    }

    private ImmutableArray<SignInNote> With(ImmutableArray<SignInNote> notes, bool succeeded, string method, string browser) =>
        [.. notes.TakeLast(MaxSignIns - 1), new SignInNote(Time.GetUtcNow(), succeeded, method, Shortened(browser))];

    private static string Shortened(string browser) => browser.Length <= MaxBrowser ? browser : browser[..MaxBrowser];
}

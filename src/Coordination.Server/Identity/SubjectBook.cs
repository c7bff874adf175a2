using System.Collections.Concurrent;
using Coordination.Contracts.Identity;
using Coordination.Domain;
using Coordination.Ledger;

namespace Coordination.Server.Identity;

/// <summary>
/// How the subjects that use this host stand. Each is asked about again after <see cref="Fresh"/>, so that a key that is revoked, a
/// session that is ended and a role that is taken away work no longer than that; connections that live on are looked at every second.
/// </summary>
/// <remarks>
/// While a subject cannot be asked, what was known last holds for <see cref="Kept"/>: a gate goes on through the loss of a host. After
/// that nobody is let in. Bounded: at most <see cref="MaxKnown"/> subjects are remembered.
/// </remarks>
internal sealed partial class SubjectBook(IGrainFactory grains, BootstrapKey bootstrap, TimeProvider time, ILogger<SubjectBook> logger) : BackgroundService
{
    /// <summary>How long what is known is taken for true.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    /// <summary>How long what is known is used while nobody can be asked.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);

    public const int MaxKnown = 50_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long is waited for an answer while there is something that may be used instead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Credential, Known> known = new(CredentialComparer.Instance);
    private readonly ConcurrentDictionary<Watch, bool> watches = new();

    /// <summary>How an account stands; null when there is none.</summary>
    public ValueTask<SubjectStanding?> FindAsync(string account) => AskAsync(new Credential(account, default, 0));

    /// <summary>How the holder of a credential stands; null when it holds no more.</summary>
    public async ValueTask<SubjectStanding?> VerifyAsync(Credential credential)
    {
        var standing = await AskAsync(credential);
        // A session that began, or goes on with a newer stamp, since that was asked.
        if (!credential.IsKey && (standing is null || standing.Stamp < credential.Stamp || !Knows(standing, credential)))
            standing = await AskAgainAsync(credential, last: null);
        return standing is { IsActive: true } && (credential.IsKey || (standing.Stamp == credential.Stamp && Knows(standing, credential))) ? standing : null;
    }

    private static bool Knows(SubjectStanding standing, Credential credential) =>
        credential.Session is null || standing.Sessions.IsDefault || standing.Sessions.Contains(credential.Session);

    /// <summary>
    /// Calls back, once, when a caller's credential holds no more or its roles have changed: what it was let in for is to end. Nobody's
    /// never does.
    /// </summary>
    public IDisposable WatchFor(Caller caller, Action ended)
    {
        var watch = new Watch(this, caller, ended);
        if (caller.Credential is not null)
            watches.TryAdd(watch, true);
        return watch;
    }

    private async Task LookAsync()
    {
        foreach (var (watch, _) in watches)
        {
            try
            {
                if (await VerifyAsync(watch.Caller.Credential!) is { } now && now.Grants.SequenceEqual(watch.Caller.Grants))
                    continue;
            }
            catch (Exception failure) when (IsUnreachable(failure))
            {
                LogNotAsked(watch.Caller.Subject, failure.Message);
            }
            watch.End();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private ValueTask<SubjectStanding?> AskAsync(Credential credential)
    {
        if (bootstrap.StandingOf(credential) is { } standing)
            return ValueTask.FromResult<SubjectStanding?>(standing);
        return known.TryGetValue(credential, out var last) && (time.GetElapsedTime(last.AskedAt) < Fresh || last.MayBeUsed(time))
            ? ValueTask.FromResult(last.Standing)
            : new(AskAgainAsync(credential, last));
    }

    private async Task<SubjectStanding?> AskAgainAsync(Credential credential, Known? last)
    {
        // From when it was asked: the answer is that old at least.
        var asked = time.GetTimestamp();
        var isKept = last is not null && time.GetElapsedTime(last.AskedAt) < Kept;
        try
        {
            var asking = GrainOf(credential);
            var standing = isKept ? await asking.WaitAsync(Patience, time) : await asking;
            if (known.Count >= MaxKnown)
                Forget();
            known[credential] = new Known(standing, asked);
            return standing;
        }
        catch (Exception failure) when (isKept && IsUnreachable(failure))
        {
            known[credential] = last! with { TriedAt = time.GetTimestamp() };
            return last.Standing;
        }
    }

    private static bool IsUnreachable(Exception failure) =>
        failure is StoreUnavailableException or TimeoutException or OrleansException or OperationCanceledException;

    private Task<SubjectStanding?> GrainOf(Credential credential) => credential.IsKey
        ? grains.GetGrain<IKeyHolderGrain>(credential.Subject).Verify(credential.SecretHash)
        : grains.GetGrain<IAccountGrain>(credential.Subject["accounts/".Length..]).GetStanding();

    private void Forget()
    {
        foreach (var (credential, entry) in known)
        {
            if (time.GetElapsedTime(entry.AskedAt) >= Fresh)
                known.TryRemove(credential, out _);
        }
        if (known.Count >= MaxKnown)
            known.Clear(); // All of them in two seconds: they are asked about again.
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Subject} could not be asked about for too long ({Reason}); its connection is ended.")]
    private partial void LogNotAsked(string subject, string reason);

    /// <param name="Standing">As it was answered last.</param>
    /// <param name="AskedAt">When that was asked.</param>
    /// <param name="TriedAt">When it was last asked without an answer; 0 when there was one.</param>
    private sealed record Known(SubjectStanding? Standing, long AskedAt, long TriedAt = 0)
    {
        /// <summary>It was tried a moment ago, and what is known is young enough.</summary>
        public bool MayBeUsed(TimeProvider time) =>
            TriedAt != 0 && time.GetElapsedTime(TriedAt) < LookEvery && time.GetElapsedTime(AskedAt) < Kept;
    }

    private sealed class Watch(SubjectBook book, Caller caller, Action ended) : IDisposable
    {
        public Caller Caller => caller;

        public void End()
        {
            if (book.watches.TryRemove(this, out _))
                ended();
        }

        public void Dispose() => book.watches.TryRemove(this, out _);
    }

    /// <summary>By who it is and the key it has; the stamp of a session is compared with what is known.</summary>
    private sealed class CredentialComparer : IEqualityComparer<Credential>
    {
        public static CredentialComparer Instance { get; } = new();

        public bool Equals(Credential? one, Credential? other) =>
            one!.Subject == other!.Subject && one.SecretHash.OrEmpty().AsSpan().SequenceEqual(other.SecretHash.OrEmpty().AsSpan());

        public int GetHashCode(Credential credential)
        {
            var hash = new HashCode();
            hash.Add(credential.Subject, StringComparer.Ordinal);
            hash.AddBytes(credential.SecretHash.OrEmpty().AsSpan());
            return hash.ToHashCode();
        }
    }
}

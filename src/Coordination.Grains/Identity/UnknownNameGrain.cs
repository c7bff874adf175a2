using Coordination.Contracts.Identity;
using Coordination.Domain.Accounts;
using Coordination.Grains.Privacy;

namespace Coordination.Grains.Identity;

/// <summary>Counts attempts with a name that nobody has, for as long as they could lock it.</summary>
public sealed class UnknownNameGrain(TimeProvider time, IKeyedHasher hasher) : Grain, IUnknownNameGrain
{
    /// <summary>The id of the key and so many characters that two names hardly ever share a mark.</summary>
    private const int MarkLength = 16;

    private int attempts;
    private DateTimeOffset? lockedUntil;

    public Task<UnknownNameAttempt> BeginSignIn()
    {
        var now = time.GetUtcNow();
        if (lockedUntil > now)
            return Task.FromResult(new UnknownNameAttempt(lockedUntil - now, Mark));
        lockedUntil = now + SignInLock.After(++attempts);
        DelayDeactivation(SignInLock.Longest + SignInLock.Longest);
        return Task.FromResult(new UnknownNameAttempt(null, Mark));
    }

    /// <summary>What was typed into the field of the name may be a phone number, or a password: a hash that only the hash key makes.</summary>
    private string Mark => hasher.Hash("unknown-name", this.GetPrimaryKeyString())[..MarkLength];
}

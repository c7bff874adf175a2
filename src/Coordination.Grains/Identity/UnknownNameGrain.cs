using Coordination.Contracts.Identity;
using Coordination.Domain.Accounts;

namespace Coordination.Grains.Identity;

/// <summary>Counts attempts with a name that nobody has, for as long as they could lock it.</summary>
public sealed class UnknownNameGrain(TimeProvider time) : Grain, IUnknownNameGrain
{
    private int attempts;
    private DateTimeOffset? lockedUntil;

    public Task<TimeSpan?> BeginSignIn()
    {
        var now = time.GetUtcNow();
        if (lockedUntil > now)
            return Task.FromResult(lockedUntil - now);
        lockedUntil = now + SignInLock.After(++attempts);
        DelayDeactivation(SignInLock.Longest + SignInLock.Longest);
        return Task.FromResult<TimeSpan?>(null);
    }
}

using Coordination.Contracts.Identity;

namespace Coordination.Grains.Identity;

/// <summary>Keeps one ticket in memory until it is taken.</summary>
public sealed class LiveTicketGrain(TimeProvider time) : Grain, ILiveTicketGrain
{
    private LiveTicket? kept;

    public Task Put(LiveTicket ticket)
    {
        kept = ticket;
        DelayDeactivation(TimeSpan.FromMinutes(1));
        return Task.CompletedTask;
    }

    public Task<LiveTicket?> Take()
    {
        var taken = kept is { } ticket && time.GetUtcNow() < ticket.ExpiresAt ? ticket : null;
        kept = null;
        DeactivateOnIdle(); // Any text can be asked for, and none may stay for that.
        return Task.FromResult(taken);
    }
}

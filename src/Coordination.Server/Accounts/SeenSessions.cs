using System.Collections.Concurrent;
using System.Security.Claims;
using Coordination.Contracts.Identity;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>Tells accounts that their sessions are used, a session at most every ten minutes from one host, and nobody waits for it.</summary>
internal sealed partial class SeenSessions(IGrainFactory grains, TimeProvider time, ILogger<SeenSessions> logger)
{
    private const int MaxKnown = 50_000;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> noted = new(StringComparer.Ordinal);

    public Task NoteAsync(ClaimsPrincipal principal)
    {
        if (principal.FindFirst(CallerClaims.Session)?.Value is not { } session || principal.FindFirst(CallerClaims.Subject)?.Value is not ['a', ..] subject)
            return Task.CompletedTask;
        var now = time.GetTimestamp();
        if (noted.TryGetValue(session, out var last) && time.GetElapsedTime(last, now) < Every)
            return Task.CompletedTask;
        if (noted.Count >= MaxKnown)
            noted.Clear();
        noted[session] = now;
        _ = TellAsync(subject, session);
        return Task.CompletedTask;
    }

    private async Task TellAsync(string subject, string session)
    {
        try
        {
            await grains.GetGrain<IAccountGrain>(subject["accounts/".Length..]).NoteSeen(session);
        }
        catch (Exception failure)
        {
            LogNotTold(subject, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Subject}: that its session was used could not be noted ({Reason}).")]
    private partial void LogNotTold(string subject, string reason);
}

using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Live.Hosting;

namespace Coordination.Server.Identity;

/// <summary>Who may watch which topic; ends the connections of who is let in no more.</summary>
internal sealed class TopicAccess(AccessGate gate, SubjectBook subjects) : ITopicAccess
{
    /// <summary>A place whoever may see it; an account nobody but its own person.</summary>
    public async ValueTask<bool> MayWatchAsync(HttpContext http, string topic)
    {
        var caller = Caller.Of(http);
        return PlaceId.TryParse(topic, out var place)
            ? await gate.MayAsync(caller, Permission.SeePlace, place)
            : caller.IsAccount && caller.For is null && caller.Subject == topic;
    }

    public IDisposable WatchFor(HttpContext http, Action ended) => subjects.WatchFor(Caller.Of(http), ended);
}

using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Live.Hosting;

namespace Coordination.Server.Identity;

/// <summary>Who may watch which topic; ends the connections of who is let in no more.</summary>
internal sealed class TopicAccess(AccessGate gate, SubjectBook subjects) : ITopicAccess
{
    public async ValueTask<bool> MayWatchAsync(HttpContext http, string topic) =>
        PlaceId.TryParse(topic, out var place) && await gate.MayAsync(Caller.Of(http), Permission.SeePlace, place);

    public IDisposable WatchFor(HttpContext http, Action ended) => subjects.WatchFor(Caller.Of(http), ended);
}

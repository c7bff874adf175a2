using Microsoft.AspNetCore.Http;

namespace Coordination.Live.Hosting;

/// <summary>Says who may watch which topic. The host brings it: the feed itself knows nobody.</summary>
public interface ITopicAccess
{
    /// <summary>Whether the caller of a request may watch a topic.</summary>
    ValueTask<bool> MayWatchAsync(HttpContext http, string topic);

    /// <summary>
    /// Calls back, once, when who made the request is let in no more or for something else: its connection is to end. Disposed when the
    /// connection has ended.
    /// </summary>
    IDisposable WatchFor(HttpContext http, Action ended);
}

using Coordination.Live.Core;
using Coordination.Live.Notices;

namespace Coordination.Live.Relay;

/// <summary>How one connection is spoken to. One thing is written at a time; a failed write ends the connection.</summary>
internal interface ILiveTransport
{
    ValueTask WriteAsync(SharedView view);

    ValueTask WriteAsync(FeedStatus status);

    /// <summary>Tells the client to go elsewhere after the wait.</summary>
    ValueTask WriteGoodbyeAsync(TimeSpan wait);

    /// <summary>Ends the connection in good order; the client may connect again.</summary>
    ValueTask EndAsync();

    /// <summary>Cuts the connection off, whatever is in flight. May be called more than once, also when it is over.</summary>
    void Abort();
}

using Coordination.Live.Core;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Coordination.Live.Hubs;

/// <summary>Speaks to one connection of the hub.</summary>
internal sealed class HubTransport(HubConnectionContext connection) : ILiveTransport
{
    public ValueTask WriteAsync(SharedView view) => connection.WriteAsync(view.Encoded(Encode), CancellationToken.None);

    public ValueTask WriteAsync(FeedStatus status) => connection.WriteAsync(status.Message, CancellationToken.None);

    public ValueTask WriteGoodbyeAsync(TimeSpan wait) => connection.WriteAsync(
        new InvocationMessage(LiveHub.Goodbye, [new GoodbyeMessage((int)wait.TotalMilliseconds)]), CancellationToken.None);

    /// <summary>SignalR's own clients connect again by themselves after this word, and not after a mere abort.</summary>
    public async ValueTask EndAsync()
    {
        await connection.WriteAsync(new CloseMessage(error: null, allowReconnect: true), CancellationToken.None);
        connection.Abort();
    }

    public void Abort() => connection.Abort();

    private static SerializedHubMessage Encode(SharedView view) =>
        new(new InvocationMessage(LiveHub.Changed, [view.Topic, new ViewStamp(view.View.Epoch, view.View.Version), new ViewBody(view)]));
}

using Coordination.Live.Core;
using Coordination.Live.Hosting;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Coordination.Live.Hubs;

/// <summary>
/// Gives each hub connection its outbox. SignalR itself never drops a message for a slow client and makes a group send wait for
/// it; an outbox writes to its own connection only, one shared and already serialised message at a time.
/// </summary>
internal sealed class LiveHubLifetimeManager(
    ViewRelay relay,
    LiveMetrics metrics,
    IOptions<LiveOptions> options,
    TimeProvider time,
    ILogger<DefaultHubLifetimeManager<LiveHub>> logger)
    : DefaultHubLifetimeManager<LiveHub>(logger)
{
    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        var outbox = new Outbox(
            view => connection.WriteAsync(view.Encoded(Encode), CancellationToken.None),
            _ => connection.Abort(),
            metrics.Hub);
        connection.Features.Set(new LiveConnection(relay, options.Value, time, outbox));
        metrics.HubConnections(+1);
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (connection.Features.Get<LiveConnection>() is { } live)
        {
            live.Dispose();
            metrics.HubConnections(-1);
        }

        await base.OnDisconnectedAsync(connection);
    }

    private static SerializedHubMessage Encode(SharedView view) =>
        new(new InvocationMessage(LiveHub.Changed, [view.Topic, new ViewStamp(view.View.Epoch, view.View.Version), new ViewBody(view)]));
}

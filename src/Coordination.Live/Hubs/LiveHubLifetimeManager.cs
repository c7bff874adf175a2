using Coordination.Live.Hosting;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Coordination.Live.Hubs;

/// <summary>
/// Gives each hub connection its outbox. SignalR itself never drops a message for a slow client and makes a group send wait for
/// it; an outbox writes to its own connection only, one shared and already serialised message at a time.
/// </summary>
internal sealed class LiveHubLifetimeManager(
    LiveConnections connections,
    LiveMetrics metrics,
    ILogger<DefaultHubLifetimeManager<LiveHub>> logger)
    : DefaultHubLifetimeManager<LiveHub>(logger)
{
    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        connection.Features.Set(connections.Open(new HubTransport(connection), metrics.Hub));
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
}

using Coordination.Grains;
using Coordination.Live.Notices;

namespace Coordination.Server.Hosting;

/// <summary>
/// What a host does before it stops: says that it is not ready, tells its screens to go elsewhere, and moves its places, with what they
/// have in memory, to the other hosts. On one machine there is no elsewhere, and it stops at once.
/// </summary>
internal sealed partial class HostDrain(
    Readiness readiness, ServerOptions options, LiveFarewell farewell, TimeProvider time, IServiceProvider services, ILogger<HostDrain> logger)
{
    /// <summary>For the places to move; those that have not by then are made again elsewhere, from the store.</summary>
    private static readonly TimeSpan ForPlaces = TimeSpan.FromSeconds(10);

    /// <summary>For the few that were placed here while the screens left.</summary>
    private static readonly TimeSpan ForTheLast = TimeSpan.FromSeconds(3);

    public async Task RunAsync(CancellationToken cancellation)
    {
        readiness.IsLeaving = true;
        if (!options.Cluster.IsOn)
            return;
        // The places first: this host may be one that cannot write them. It goes on passing requests to them.
        await MoveAsync(ForPlaces, cancellation);
        // Also without screens: a load balancer needs time to see that the host is not ready, and sends it requests until then.
        var drain = TimeSpan.FromSeconds(Math.Clamp(options.Cluster.DrainSeconds, 0, 300));
        await Task.WhenAll(farewell.SayGoodbyeAsync(drain, cancellation), Task.Delay(drain, time, cancellation));
        await MoveAsync(ForTheLast, cancellation);
    }

    private async Task MoveAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (services.GetService<PlaceLedger>()?.Active is not { Count: > 0 and var before } places)
            return;
        var taking = await services.GetRequiredService<OtherHosts>().TakingPlacesAsync(cancellation);
        await places.MoveAllAsync([.. taking.Keys], patience, time, cancellation);
        LogMoved(before - places.Count, before);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Moved} of {Count} places have moved to other hosts.")]
    private partial void LogMoved(int moved, int count);
}

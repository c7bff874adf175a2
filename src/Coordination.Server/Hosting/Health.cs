using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Ledger;
using Coordination.Server.Accounts;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Coordination.Server.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the host is not about to stop, every place is awake, and a commit would
/// succeed now.
/// </summary>
/// <remarks>
/// In a cluster, what would fail on every host at once (the store, the places) makes a host <c>degraded</c> and not unready: a load
/// balancer that took all hosts out would also take the screens their last figures.
/// </remarks>
internal static class Health
{
    private const string Ready = "ready";

    public static void AddServerHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<PlacesAwake>("places", tags: [Ready]).AddCheck<StoreWritable>("store", tags: [Ready])
            .AddCheck<ClusterAnswers>("cluster", tags: [Ready], timeout: TimeSpan.FromSeconds(1)); // Sooner than a load balancer gives up.

    public static void MapServerHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).Open();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync }).Open();
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString().ToLowerInvariant(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString().ToLowerInvariant(), detail = entry.Value.Description }),
    });

    private sealed class PlacesAwake(Readiness readiness, SessionKeyRing sessions) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(readiness switch
            {
                { IsLeaving: true } => HealthCheckResult.Unhealthy("The host is about to stop."),
                { PlacesAreAwake: false } => HealthCheckResult.Unhealthy("Places are being woken."),
                _ when !sessions.IsReady => HealthCheckResult.Unhealthy("The keys of sessions are being brought."),
                _ => HealthCheckResult.Healthy(),
            });
    }

    /// <summary>On one machine the cluster is this process.</summary>
    private sealed class ClusterAnswers(ServerOptions options, IGrainFactory grains, Readiness readiness) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (!options.Cluster.IsOn || !readiness.PlacesAreAwake)
                return HealthCheckResult.Healthy();
            try
            {
                await grains.DirectoryGrain(PlaceKind.Community).List(new PlaceFilter { PageSize = 1 }).WaitAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException or OperationCanceledException or StoreUnavailableException)
            {
                return HealthCheckResult.Degraded($"The places do not answer: {failure.Message}");
            }
        }
    }

    private sealed class StoreWritable(IServiceProvider services, IEventStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            // A host of a cluster asks the store every second anyway.
            if (services.GetService<StoreWatch>() is { } watch)
                return watch.LostSince is { } since ? HealthCheckResult.Degraded($"No commit would succeed, since {since:O}.") : HealthCheckResult.Healthy();
            try
            {
                await store.ProbeAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (StoreUnavailableException failure)
            {
                return HealthCheckResult.Unhealthy(failure.Message);
            }
        }
    }
}

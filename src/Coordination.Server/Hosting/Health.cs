using Coordination.Ledger;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Coordination.Server.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: every place is awake and a commit would succeed now.
/// </summary>
internal static class Health
{
    private const string Ready = "ready";

    public static void AddServerHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<PlacesAwake>("places", tags: [Ready]).AddCheck<StoreWritable>("store", tags: [Ready]);

    public static void MapServerHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString().ToLowerInvariant(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString().ToLowerInvariant(), detail = entry.Value.Description }),
    });

    private sealed class PlacesAwake(Readiness readiness) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(readiness.PlacesAreAwake ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Places are being woken."));
    }

    private sealed class StoreWritable(IEventStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
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

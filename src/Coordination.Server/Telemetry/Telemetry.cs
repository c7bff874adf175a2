using Coordination.Grains;
using Coordination.Ledger;
using Coordination.Server.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Coordination.Server.Telemetry;

/// <summary>Metrics at <c>/metrics</c> for Prometheus; metrics and traces by OTLP when an endpoint is configured. Names in docs/metrics.md.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this IServiceCollection services, ServerOptions options)
    {
        var otlp = options.OtlpEndpoint ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT");
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("coordination", serviceVersion: ProductVersion.Text))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(PlaceMetrics.MeterName, LedgerMetrics.MeterName, "Coordination.Live", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (otlp is not null)
                    metrics.AddOtlpExporter(exporter => exporter.Endpoint = new Uri(otlp));
            })
            .WithTracing(traces =>
            {
                if (otlp is null)
                    return;
                traces.AddSource("Microsoft.Orleans.Application").AddAspNetCoreInstrumentation(http =>
                        http.Filter = context => !context.Request.Path.StartsWithSegments("/live") && !context.Request.Path.StartsWithSegments("/health"))
                    .AddOtlpExporter(exporter => exporter.Endpoint = new Uri(otlp));
            });
    }
}

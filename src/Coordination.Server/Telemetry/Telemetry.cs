using Coordination.Grains;
using Coordination.Grains.Identity;
using Coordination.Ledger;
using Coordination.Live.Hosting;
using Coordination.Server.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Coordination.Server.Telemetry;

/// <summary>Metrics at <c>/metrics</c> for Prometheus; metrics, traces and the log by OTLP when an endpoint is configured. Names in docs/metrics.md.</summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder, ServerOptions options)
    {
        // Left to the exporter to read, with its other settings: it adds the path of each signal where the protocol needs one.
        if (options.OtlpEndpoint is { Length: > 0 } endpoint)
            builder.Configuration[Endpoint] = endpoint;
        var exports = !string.IsNullOrEmpty(builder.Configuration[Endpoint]);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("coordination", serviceVersion: ProductVersion.Text))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(PlaceMetrics.MeterName, RetentionGrain.MeterName, LedgerMetrics.MeterName, LiveMetrics.MeterName, ServerMetrics.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (exports)
                    metrics.AddOtlpExporter();
            })
            .WithTracing(traces =>
            {
                if (!exports)
                    return;
                traces.AddSource("Microsoft.Orleans.Application").AddAspNetCoreInstrumentation(http =>
                        http.Filter = context => !context.Request.Path.StartsWithSegments("/live") && !context.Request.Path.StartsWithSegments("/health"))
                    .AddOtlpExporter();
            });
        if (!exports)
            return;
        builder.Logging.AddOpenTelemetry(log => log.IncludeFormattedMessage = true).Services.ConfigureOpenTelemetryLoggerProvider(log => log.AddOtlpExporter());
        // Every client could write entries with a stack there: what a hub tells its client is a failure to SignalR. The console leaves out just those.
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None);
    }
}

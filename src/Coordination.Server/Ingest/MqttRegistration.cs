using Coordination.Server.Hosting;

namespace Coordination.Server.Ingest;

/// <summary>MQTT input from the embedded broker or from an external one.</summary>
internal static class MqttRegistration
{
    public static void AddMqttInput(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options.Mqtt);
        services.AddSingleton<MqttMessages>();
        if (options.Mqtt.Broker is { Length: > 0 })
            services.AddHostedService<ExternalBroker>();
        else if (options.Mqtt.Port > 0)
            services.AddHostedService<EmbeddedBroker>();
    }
}

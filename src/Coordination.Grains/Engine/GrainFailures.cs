using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Coordination.Grains;

/// <summary>What a grain throws is what its caller catches, also on another host: that the store is not available is told, and no fault of the server.</summary>
public static class GrainFailures
{
    public static IServiceCollection AddGrainFailures(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(failures => failures.SupportedNamespacePrefixes.Add("Coordination"));
}

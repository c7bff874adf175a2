using Scalar.AspNetCore;

namespace Coordination.Server.Api;

/// <summary>The description of the API at <c>/openapi/v1.json</c>, rendered at <c>/docs</c>.</summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi();

    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference("/docs", scalar => scalar.WithTitle("Coordination"));
    }
}

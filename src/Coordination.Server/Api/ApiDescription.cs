using Coordination.Server.Api.Description;
using Coordination.Server.Defence;
using Coordination.Server.Identity;
using Scalar.AspNetCore;

namespace Coordination.Server.Api;

/// <summary>The description of the API at <c>/openapi/v1.json</c>, rendered at <c>/docs</c>.</summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(description =>
    {
        description.ShouldInclude = operation => operation.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        description.AddOperationTransformer<NotedOperations>();
        description.AddSchemaTransformer<ProblemSchema>();
        description.AddSchemaTransformer<TextSchema>();
        description.AddDocumentTransformer<WholeDocument>();
    });

    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/v1.json").Open(); // The one there is: asked for another, its own endpoint answers in plain words.
        // Everything it needs is here: no fonts, no proxy and no assistant from elsewhere.
        app.MapScalarApiReference("/docs", scalar => scalar.WithTitle("Coordination").WithNonce().DisableDefaultFonts()).WithMetadata(ContentPolicy.Description).Open();
    }
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Coordination.Server.Api.Description;

/// <summary>Our problem details have a code and sometimes a field.</summary>
internal sealed class ProblemSchema : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type != typeof(ProblemDetails))
            return Task.CompletedTask;
        schema.Description = "RFC 9457 problem details with a stable code.";
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        schema.Properties["code"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "Stable; programs rely on it.",
            Enum = [.. ErrorCodes.All.Select(error => (JsonNode)JsonValue.Create(error.Code))],
        };
        schema.Properties["field"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The property, parameter or header at fault, if one is." };
        schema.Required ??= new HashSet<string>();
        schema.Required.Add("code");
        return Task.CompletedTask;
    }
}

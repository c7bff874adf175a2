using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Coordination.Server.Api.Description;

/// <summary>Instants, dates and times of day are text; their converters do not tell the generator.</summary>
internal sealed class TextSchema : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type);
        if (schema.Type is null && (type ?? context.JsonTypeInfo.Type) is var text && (text == typeof(DateTimeOffset) || text == typeof(DateOnly) || text == typeof(TimeOnly)))
            schema.Type = type is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        if (context.JsonTypeInfo.Type == typeof(JsonElement))
            schema.Type = JsonSchemaType.Object; // What a browser makes and reads by itself.
        return Task.CompletedTask;
    }
}

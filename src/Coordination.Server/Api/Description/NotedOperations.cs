using System.Text.Json.Nodes;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Coordination.Server.Api.Description;

/// <summary>Puts the notes, examples, headers and errors of an operation into its description.</summary>
internal sealed class NotedOperations : IOpenApiOperationTransformer
{
    private const string Problem = "application/problem+json";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (Notes.Of(operation.OperationId) is not { } note)
            return Task.CompletedTask;
        var access = context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRequirement>().LastOrDefault();
        operation.Description = AccessWords.Of(access) is { } words ? $"{note.Description}\n\n{words}" : note.Description;
        AccessWords.Secure(operation, access, context.Document);
        AddParameters(operation, note);
        AddRequest(operation, note);
        AddAnswers(operation, note);
        AddErrors(operation, [.. note.AllCodes, .. AccessWords.CodesOf(access), .. AccessWords.CodesOf(context.Description.HttpMethod)], context.Document);
        return Task.CompletedTask;
    }

    private static void AddParameters(OpenApiOperation operation, Note note)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (!note.Parameters.TryGetValue(parameter.Name ?? "", out var described))
                continue;
            parameter.Description = described.Description;
            parameter.Example = int.TryParse(described.Example, out var number) ? JsonValue.Create(number) : JsonValue.Create(described.Example);
            if (parameter.Schema is OpenApiSchema { Type: { } type } schema && type.HasFlag(JsonSchemaType.Array))
                parameter.Example = new JsonArray(JsonValue.Create(described.Example));
        }
        foreach (var header in note.Headers)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Example = JsonValue.Create(header.Example),
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    private static void AddRequest(OpenApiOperation operation, Note note)
    {
        if (note.Request is null || operation.RequestBody?.Content is not { } content)
            return;
        foreach (var (type, media) in content)
            media.Example = Example(type, note.Request);
    }

    private static void AddAnswers(OpenApiOperation operation, Note note)
    {
        foreach (var (status, example) in note.Answers)
        {
            if (operation.Responses?.GetValueOrDefault($"{status}") is not OpenApiResponse response)
                continue;
            foreach (var (type, media) in response.Content ?? new Dictionary<string, OpenApiMediaType>())
                media.Example = Example(type, example);
            if (note.HasETag)
                AddHeader(response, "ETag", "`\"epoch.version\"` of the view.", "\"3.42\"");
        }
    }

    /// <summary>Lists the errors of an operation, with an example of each, in place of whatever it had.</summary>
    internal static void AddErrors(OpenApiOperation operation, HashSet<string> wanted, OpenApiDocument? document)
    {
        operation.Responses ??= [];
        foreach (var stale in operation.Responses.Keys.Where(status => status is not ['2' or '3', ..]).ToList())
            operation.Responses.Remove(stale);
        foreach (var errors in ErrorCodes.All.Where(error => wanted.Contains(error.Code)).GroupBy(error => error.Status))
        {
            var response = new OpenApiResponse
            {
                Description = string.Join("\n", errors.Select(error => $"- `{error.Code}`: {error.Meaning}")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problem] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference("ProblemDetails", document),
                        Examples = errors.ToDictionary(error => error.Code, IOpenApiExample (error) => new OpenApiExample { Summary = error.Meaning, Value = ExampleOf(error) }),
                    },
                },
            };
            if (errors.Key is 429 or 503)
                AddHeader(response, "Retry-After", "Seconds after which to try again.", "1");
            operation.Responses[$"{errors.Key}"] = response;
        }
    }

    private static JsonObject ExampleOf(ErrorCode error)
    {
        var problem = new JsonObject
        {
            ["title"] = Problems.TitleOf(error.Status),
            ["status"] = error.Status,
            ["detail"] = error.Meaning,
            ["code"] = error.Code,
        };
        if (error.Code == ErrorCodes.Malformed)
            problem["field"] = "name";
        return problem;
    }

    private static void AddHeader(OpenApiResponse response, string name, string description, string example) =>
        (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = new OpenApiHeader
        {
            Description = description,
            Example = JsonValue.Create(example),
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static JsonNode? Example(string contentType, string text) =>
        contentType.EndsWith("json", StringComparison.Ordinal) && contentType != Ingest.IngestEndpoint.MediaType ? JsonNode.Parse(text) : JsonValue.Create(text + "\n");
}

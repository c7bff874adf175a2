using System.Text.Json.Nodes;

namespace Coordination.Fuzz.Description;

/// <summary>A parameter of an operation.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="In"><c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Schema">What it may be.</param>
/// <param name="Example">A value that is taken.</param>
internal sealed record ApiParameter(string Name, string In, JsonNode? Schema, string Example);

/// <summary>One kind of body an operation takes.</summary>
internal sealed record ApiBody(string MediaType, JsonNode? Schema, JsonNode? Example);

/// <summary>One operation of the description.</summary>
/// <param name="Method">GET, PUT, …</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Parameters">In path, query and headers.</param>
/// <param name="Body">What it takes; null when nothing.</param>
/// <param name="Statuses">Answers it is described with.</param>
/// <param name="Streams">Its answer does not end.</param>
internal sealed record ApiOperation(
    string Method, string Path, IReadOnlyList<ApiParameter> Parameters, ApiBody? Body, IReadOnlySet<int> Statuses, bool Streams);

/// <summary>What a server says of itself at <c>/openapi/v1.json</c>. An operation that is described is fuzzed, without anybody adding it here.</summary>
internal sealed class ApiDocument
{
    private readonly JsonNode root;

    public ApiDocument(string json)
    {
        root = JsonNode.Parse(json)!;
        Operations = [.. from path in root["paths"]!.AsObject() from operation in path.Value!.AsObject() select Read(path.Key, operation.Key, operation.Value!)];
        Codes = root["x-error-codes"]!.AsArray().ToDictionary(error => (string)error!["code"]!, error => (int)error!["status"]!);
        HubMethods = [.. root["x-live-hub"]!["server"]!.AsObject().Select(method => method.Key)];
    }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>Status of each error code that is documented.</summary>
    public IReadOnlyDictionary<string, int> Codes { get; }

    public IReadOnlyList<string> HubMethods { get; }

    /// <summary>What a reference points to; anything else as it is. Of several alternatives the last, which is not null.</summary>
    public JsonNode? Resolve(JsonNode? schema)
    {
        for (var i = 0; i < 10 && schema is JsonObject; i++)
        {
            if ((string?)schema["$ref"] is { } reference)
                schema = reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)root, (node, part) => node?[part]);
            else if ((schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"]) is JsonArray { Count: > 0 } choices)
                schema = choices[^1];
            else
                break;
        }
        return schema;
    }

    private ApiOperation Read(string path, string method, JsonNode operation)
    {
        var parameters = (operation["parameters"]?.AsArray() ?? []).Select(parameter => new ApiParameter(
            (string)parameter!["name"]!, (string)parameter["in"]!, Resolve(parameter["schema"]), TextOf(parameter["example"]))).ToList();
        var body = operation["requestBody"]?["content"]?.AsObject().Select(media =>
            new ApiBody(media.Key, Resolve(media.Value!["schema"]), media.Value["example"])).FirstOrDefault();
        var responses = operation["responses"]!.AsObject();
        return new ApiOperation(
            method.ToUpperInvariant(), path, parameters, body, responses.Select(response => int.Parse(response.Key, null)).ToHashSet(),
            responses.Any(response => response.Value?["content"]?["text/event-stream"] is not null));
    }

    private static string TextOf(JsonNode? example) => example switch
    {
        JsonArray { Count: > 0 } list => TextOf(list[0]),
        JsonValue value => value.ToString(),
        _ => "1",
    };
}

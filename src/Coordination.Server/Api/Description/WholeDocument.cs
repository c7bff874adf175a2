using System.Text;
using System.Text.Json.Nodes;
using Coordination.Domain.Access;
using Coordination.Server.Hosting;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Coordination.Server.Api.Description;

/// <summary>What is said about the API as a whole, the table of errors, the hub, and the paths that are no operations of a place.</summary>
internal sealed class WholeDocument : IOpenApiDocumentTransformer
{
    private const string About = """
        Live places of urban communities: car parks, scenic areas and the communities they belong to.

        JSON is UTF-8 with camelCase names and camelCase words for enums; what is null is left out. Instants are ISO 8601 with their offset. A body has
        at most 1 MiB; a property that is not documented, or that comes twice, is refused. A reply never shows what is not durable.

        **Errors** are RFC 9457 problem details (`application/problem+json`) with a stable `code`, and a `field` where one is at fault. Codes of
        `/api/ingest` and MQTT are the same, without a status. After 429 and 503 wait for `Retry-After`, then send the same again: inputs are idempotent by
        (`deviceId`, `sequence`), commands by `Idempotency-Key`.

        **Who may do what**: what everybody may see needs nothing. Anything else needs a key in `Authorization: Bearer` or a session, and a role that includes the
        permission at the place; each operation says which. A key that does not hold is refused everywhere. A delegate names whom it acts for in `On-Behalf-Of`.

        **Live**: the SignalR hub `/live` (JSON and MessagePack protocols; described in `x-live-hub`), or `GET /api/live` as Server-Sent Events.
        **MQTT**: topics `coordination/{parking-lots|scenic-areas}/{id}/{readings|movements}`, payload one line as of `/api/ingest`; the password of the connection is the key, the user name anything.

        """;

    private const string Hub = """
        {
          "path": "/live",
          "protocols": ["json", "messagepack"],
          "description": "A topic is the path of a place, such as parking-lots/jingtie-north or communities/jingtie-jiayuan, or of one's own account, accounts/{id}. A view is whole; of two, the one with the higher (epoch, version) is newer: keep it and drop the other. After a reconnect call Watch again. At most 100 topics a connection, one push per topic in 100 ms, the newest view. Send a ping at least every 15 s (SignalR keep-alive interval 5 s). Before several hosts connect by WebSocket without negotiation; any other transport of SignalR needs sticky sessions.",
          "server": {
            "Watch": {
              "arguments": [["parking-lots/jingtie-north"]],
              "returns": [{ "topic": "parking-lots/jingtie-north", "epoch": 3, "version": 42, "view": { "$ref": "#/components/schemas/OccupancyView" } }],
              "description": "Watches topics in addition to those before. One answer per topic, in order; view is null while there is no such place, and it is pushed once it is created.",
              "codes": { "topic-unknown": "In the answer: the text is no topic.", "forbidden": "In the answer: the caller may not watch it.", "unavailable": "In the answer: the place cannot be reached now, and is pushed once it can.", "too-many-topics": "A HubException that begins with this code: nothing changed." }
            },
            "Unwatch": { "arguments": [["parking-lots/jingtie-north"]], "description": "Watches topics no more." }
          },
          "client": {
            "changed": {
              "arguments": ["parking-lots/jingtie-north", { "epoch": 3, "version": 43 }, { "$ref": "#/components/schemas/OccupancyView" }],
              "description": "A topic has a new view: OccupancyView, or CommunityView for communities."
            },
            "status": {
              "arguments": [{ "unconfirmedSince": "2026-05-01T00:02:30+00:00" }],
              "description": "Since when this host cannot reach the store, so that its figures may not be the newest: mark them. Null: they are confirmed again. Comes on connection unless it is null, and at each change. A new connection that says nothing before its first answer confirms its figures."
            },
            "goodbye": {
              "arguments": [{ "reconnectAfterMs": 2350 }],
              "description": "This host is being shut down. Stay connected, and kept up to date, for so many milliseconds, then connect again; the host closes what is left a second later."
            }
          },
          "codes": { "ticket-invalid": "401 at the connection: the ticket in the query was used, is too old, or was never issued.", "origin-not-allowed": "403 at the negotiation or connection: a page from another site that is not on the operator's list.", "rate-limited": "429 at the negotiation or connection: too many requests.", "too-many-connections": "429 at the negotiation or connection: too many from one address.", "draining": "503 at the negotiation or connection: this host is being shut down; connect to another." }
        }
        """;

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "Coordination", Version = ProductVersion.Text, Description = About + ErrorTable() };
        document.Servers = [];
        (document.Components ??= new OpenApiComponents()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [AccessWords.KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The key of a device (`cdk_…`) or a program (`cpk_…`), or a token of the OpenID Connect provider.",
            },
            [AccessWords.SessionScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "__Host-coordination",
                Description = "The session of a person in a browser; unsafe methods also send `X-Antiforgery`.",
            },
        };
        document.AddExtension("x-error-codes", new JsonNodeExtension(new JsonArray([.. ErrorCodes.All.Select(error =>
            (JsonNode)new JsonObject { ["code"] = error.Code, ["status"] = error.Status, ["meaning"] = error.Meaning })])));
        document.AddExtension("x-live-hub", new JsonNodeExtension(JsonNode.Parse(Hub)!));
        document.Paths["/health/live"] = Probe("GetLiveness", "The process answers.", "text/plain", "Healthy", null);
        document.Paths["/health/ready"] = Probe("GetReadiness", "Every place is awake and a commit would succeed now.", "application/json",
            """{ "status": "healthy", "checks": { "places": { "status": "healthy" }, "store": { "status": "healthy" } } }""",
            """{ "status": "unhealthy", "checks": { "places": { "status": "healthy" }, "store": { "status": "unhealthy", "detail": "The disk is full." } } }""");
        document.Paths["/metrics"] = Probe("GetMetrics", "Metrics in the text format of Prometheus; names in docs/metrics.md.", "text/plain",
            "# TYPE coordination_inputs_total counter\ncoordination_inputs_total{status=\"accepted\"} 1042\n", null);
        var metrics = document.Paths["/metrics"].Operations![HttpMethod.Get];
        var access = new AccessRequirement(Permission.SeeOperations, null, NeedsSignIn: true);
        metrics.Description += $"\n\n{AccessWords.Of(access)}";
        AccessWords.Secure(metrics, access, document);
        NotedOperations.AddErrors(metrics, [.. AccessWords.CodesOf(access)], document);
        return Task.CompletedTask;
    }

    private static string ErrorTable()
    {
        var table = new StringBuilder("| code | status | meaning |\n|---|---|---|\n");
        foreach (var error in ErrorCodes.All)
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{error.Code}` | {error.Status} | {error.Meaning} |\n");
        return table.ToString();
    }

    private static OpenApiPathItem Probe(string id, string summary, string type, string example, string? unhealthy)
    {
        var operation = new OpenApiOperation
        {
            OperationId = id,
            Summary = summary,
            Description = "For the tools that run the server.",
            Responses = new OpenApiResponses { ["200"] = Answer("It is so.", type, example) },
        };
        if (unhealthy is not null)
            operation.Responses["503"] = Answer("It is not so; `checks` says why.", type, unhealthy);
        return new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Get] = operation } };
    }

    private static OpenApiResponse Answer(string description, string type, string example)
    {
        var isJson = type == "application/json";
        return new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [type] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = isJson ? JsonSchemaType.Object : JsonSchemaType.String },
                    Example = isJson ? JsonNode.Parse(example) : JsonValue.Create(example),
                },
            },
        };
    }
}

using System.Net;
using System.Text.Json;

namespace Coordination.Client;

/// <summary>The server said no, or could not be reached for longer than the caller was willing to wait.</summary>
public sealed class CoordinationException : Exception
{
    public CoordinationException()
    {
    }

    public CoordinationException(string message)
        : base(message)
    {
    }

    public CoordinationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>HTTP status of the answer; null when there was none.</summary>
    public HttpStatusCode? Status { get; private init; }

    /// <summary>Stable code of the problem, such as <c>place-not-found</c>; null when the answer carried none.</summary>
    public string? Code { get; private init; }

    /// <summary>The field at fault in JSON path form, if one is.</summary>
    public string? Field { get; private init; }

    internal static async Task<CoordinationException> FromAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        string? code = null, detail = null, field = null;
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            using var problem = JsonDocument.Parse(body);
            code = Text(problem.RootElement, "code");
            detail = Text(problem.RootElement, "detail") ?? Text(problem.RootElement, "title");
            field = Text(problem.RootElement, "field");
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
        {
            // Not problem details, or cut short: the status alone has to do.
        }
        var request = response.RequestMessage;
        var message = $"{request?.Method} {request?.RequestUri?.PathAndQuery}: {(int)response.StatusCode}"
            + (code is null ? "" : $" {code}") + (field is null ? "" : $" ({field})") + (detail is null ? "" : $": {detail}");
        return new CoordinationException(message) { Status = response.StatusCode, Code = code, Field = field };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Coordination.Fuzz.Wire;

namespace Coordination.Fuzz.Checks;

/// <summary>What every answer must be, whatever was asked.</summary>
/// <param name="codes">Status of each documented error code.</param>
internal sealed class AnswerCheck(IReadOnlyDictionary<string, int> codes)
{
    private const int LargestError = 4096;

    /// <summary>What is wrong with an answer; null when nothing is.</summary>
    public string? Fault(FuzzRequest request, FuzzAnswer answer)
    {
        if (answer.Status >= 500 && !(request.Standing != Standing.Sound && answer.Status is 501 or 505 && IsBare(answer)))
            return "a server error";
        if (answer.Text.Contains("   at ", StringComparison.Ordinal) && answer.Text.Contains("Exception", StringComparison.Ordinal) && answer.Status >= 400)
            return "a stack in an answer";
        if (request.Standing != Standing.Sound && answer.Status >= 400 && IsBare(answer))
            return null; // Kestrel's own word on what is no HTTP.
        if (answer.Headers.GetValueOrDefault("x-content-type-options") is not "nosniff" || !answer.Headers.ContainsKey("content-security-policy") || answer.Headers.ContainsKey("server"))
            return "an answer without the headers of the defence";
        if (answer.Headers.ContainsKey("x-injected") || answer.Headers.ContainsKey("injected"))
            return "a header that the client wrote";
        if (answer.Status < 400 || request.Method == "HEAD" || (request.IsTransport && answer.ContentType is null or "text/plain" or "text/plain; charset=utf-8"))
            return answer.Status < 400 && answer.ContentType?.StartsWith("application/json", StringComparison.Ordinal) is true && request.Method != "HEAD" && !IsJson(answer.Body) ? "an answer that is no JSON" : null;
        return ProblemFault(answer);
    }

    private string? ProblemFault(FuzzAnswer answer)
    {
        if (answer.ContentType?.StartsWith("application/problem+json", StringComparison.Ordinal) is not true)
            return "an error that is no problem";
        if (answer.Body.Length > LargestError)
            return "an error that repeats what was sent at length";
        JsonNode? problem;
        try
        {
            problem = JsonNode.Parse(answer.Body);
        }
        catch (JsonException)
        {
            return "an error that is no JSON";
        }
        if (problem is not JsonObject || (string?)problem["code"] is not { } code || !codes.TryGetValue(code, out var status))
            return "an error without a documented code";
        if (status != answer.Status || (int?)problem["status"] != answer.Status)
            return $"an error {code} with another status than is documented";
        if (answer.Status is 429 or 503 && !answer.Headers.ContainsKey("retry-after"))
            return "an error without Retry-After";
        return null;
    }

    /// <summary>No more than a status, and the end of the connection.</summary>
    private static bool IsBare(FuzzAnswer answer) => answer is { Body.Length: 0, ClosesConnection: true } && !answer.Headers.ContainsKey("x-content-type-options");

    private static bool IsJson(byte[] body)
    {
        try
        {
            JsonDocument.Parse(body).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

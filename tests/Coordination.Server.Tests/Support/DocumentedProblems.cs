using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Coordination.Server.Api;
using Coordination.Testing;

namespace Coordination.Server.Tests.Support;

/// <summary>
/// Holds every error that any test gets against the description: its code is in the table, with this status, and the operation
/// lists it. And nothing that a client sends makes the server fail.
/// </summary>
internal sealed class DocumentedProblems(Uri address) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly Lazy<Task<JsonNode>> description = new(async () =>
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(address, "openapi/v1.json")))!;
    });

    /// <param name="address">The server.</param>
    /// <param name="key">Sent with every request; that of the administrator when left out, none when empty.</param>
    public static HttpClient Client(Uri address, string key = ServerProcess.Key)
    {
        var http = new HttpClient(new DocumentedProblems(address)) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        if (key.Length > 0)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode < 400 || request.RequestUri!.AbsolutePath.StartsWith("/health", StringComparison.Ordinal))
            return response;
        var what = $"{request.Method} {request.RequestUri.PathAndQuery}: {(int)response.StatusCode}";
        Assert.True((int)response.StatusCode != 500, what);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
        var code = (string?)problem["code"];
        Assert.True(ErrorCodes.All.Any(error => error.Code == code && error.Status == (int)response.StatusCode), $"{what} {code} is not in the table");
        Assert.False(string.IsNullOrEmpty((string?)problem["detail"]), what);
        Assert.Equal((int)response.StatusCode, (int?)problem["status"]);
        if ((int)response.StatusCode is 429 or 503)
            Assert.NotNull(response.Headers.RetryAfter);
        if (OperationOf(await description.Value, request) is { } operation)
            Assert.True(operation["responses"]?[$"{(int)response.StatusCode}"]?["content"]?["application/problem+json"]?["examples"]?[code!] is not null, $"{what} {code} is not in the description");
        return response;
    }

    private static JsonNode? OperationOf(JsonNode description, HttpRequestMessage request)
    {
        var parts = request.RequestUri!.AbsolutePath.Split('/');
        var path = description["paths"]!.AsObject().FirstOrDefault(candidate => candidate.Key.Split('/') is var wanted && wanted.Length == parts.Length
            && wanted.Zip(parts).All(pair => pair.First == pair.Second || pair.First.StartsWith('{')));
        return path.Value?[request.Method.Method.ToLowerInvariant()];
    }
}

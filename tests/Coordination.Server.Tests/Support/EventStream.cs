using System.Text.Json.Nodes;

namespace Coordination.Server.Tests.Support;

/// <summary>A client of <c>GET /api/live</c>.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    private EventStream(HttpResponseMessage response, StreamReader reader) => (this.response, this.reader) = (response, reader);

    public static async Task<EventStream> OpenAsync(HttpClient http, params string[] topics)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/live?" + string.Join('&', topics.Select(topic => $"topic={topic}")));
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event whose view fits.</summary>
    public async Task<JsonNode> NextAsync(Func<JsonNode?, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            var data = JsonNode.Parse(line[6..])!;
            if (fits(data["view"]))
                return data;
        }
        throw new InvalidOperationException("The stream ended.");
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}

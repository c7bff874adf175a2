using System.Text.Json.Nodes;

namespace Coordination.Live.Tests.Support;

/// <summary>A reader of an event stream that knows no more than the format.</summary>
internal sealed record EventReader(HttpClient Http, HttpResponseMessage Response, StreamReader Reader) : IDisposable
{
    public static async Task<EventReader> OpenAsync(LiveServer server, params string[] topics)
    {
        var http = new HttpClient { BaseAddress = server.Address };
        var response = await http.GetAsync(
            "/api/live?" + string.Join('&', topics.Select(topic => $"topic={topic}")),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return new EventReader(http, response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>The next line that says something; null at the end.</summary>
    public async Task<string?> LineAsync()
    {
        while (true)
        {
            var line = await Reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Soon();
            if (line is not "")
                return line;
        }
    }

    /// <summary>The next event, which must be of this name.</summary>
    public async Task<JsonObject> DataAsync(string expected)
    {
        var name = "";
        while (true)
        {
            var line = await LineAsync() ?? throw new EndOfStreamException();
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line["event: ".Length..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            Assert.Equal(expected, name);
            return JsonNode.Parse(line["data: ".Length..])!.AsObject();
        }
    }

    /// <summary>The next view.</summary>
    public async Task<Told> EventAsync()
    {
        var data = await DataAsync("changed");
        Assert.True(data.ContainsKey("view"));
        return new Told((string)data["topic"]!, (long)data["epoch"]!, (long)data["version"]!, data["view"]);
    }

    public void Dispose()
    {
        Reader.Dispose();
        Response.Dispose();
        Http.Dispose();
    }
}

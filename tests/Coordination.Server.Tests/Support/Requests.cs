using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Coordination.Server.Tests.Support;

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, JsonNode? Body, HttpResponseHeaders Headers)
{
    public string? Code => (string?)Body?["code"];

    public string? Field => (string?)Body?["field"];

    public string? ETag => Headers.ETag?.Tag;

    public JsonNode this[string property] => Body?[property] ?? throw new InvalidOperationException($"No {property} in {Status} {Body?.ToJsonString()}");

    public bool Has(string property) => Body?[property] is not null;
}

internal static class Requests
{
    public static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    /// <summary>An instant in the past as JSON text; later ones for greater numbers.</summary>
    public static string At(int seconds = 0) => Now.AddMinutes(-5).AddSeconds(seconds).ToString("O");

    public static Task<Answer> Get(this HttpClient http, string path, params (string, string)[] headers) => http.AskAsync(HttpMethod.Get, path, null, headers);

    public static Task<Answer> Put(this HttpClient http, string path, string json, params (string, string)[] headers) => http.AskAsync(HttpMethod.Put, path, json, headers);

    public static Task<Answer> Post(this HttpClient http, string path, string json, params (string, string)[] headers) => http.AskAsync(HttpMethod.Post, path, json, headers);

    public static async Task<Answer> AskAsync(this HttpClient http, HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null, response.Headers);
    }

    /// <summary>Puts a car park and returns its path under /api.</summary>
    public static async Task<string> NewLotAsync(this HttpClient http, string profile = """{ "name": "停车场", "capacity": 100 }""")
    {
        var path = $"api/parking-lots/{SharedServer.NewId("lot")}";
        Assert.Equal(201, (await http.Put(path, profile)).Status);
        return path;
    }

    public static Task<Answer> ReadingAsync(this HttpClient http, string path, int sequence, int occupied, string rest = "") =>
        http.Post($"{path}/readings", $$"""{ "deviceId": "d1", "sequence": {{sequence}}, "at": "{{At(sequence)}}", "occupied": {{occupied}}{{rest}} }""");

    /// <summary>Asks again until the answer fits: for figures that reach a list one-way.</summary>
    /// <param name="orNone">Also while nobody listens yet.</param>
    public static async Task<Answer> UntilAsync(this HttpClient http, string path, Func<Answer, bool> fits, bool orNone = false, params (string, string)[] headers)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Answer answer;
            try
            {
                answer = await http.Get(path, headers);
            }
            catch (HttpRequestException) when (orNone && !patience.IsCancellationRequested)
            {
                answer = new Answer(0, null, new HttpResponseMessage().Headers);
            }
            if (fits(answer))
                return answer;
            Assert.False(patience.IsCancellationRequested, $"{path} stayed {answer.Status} {answer.Body?.ToJsonString()}");
            await Task.Delay(25);
        }
    }
}

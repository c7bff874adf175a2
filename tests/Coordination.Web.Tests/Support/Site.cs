using System.Text;
using Coordination.Testing;

namespace Coordination.Web.Tests.Support;

/// <summary>One real server process for most tests, without seed places. Each test has places of its own.</summary>
public sealed class Site : IAsyncLifetime
{
    private static int places;

    public ServerProcess Process { get; private set; } = null!;

    public Uri Address => Process.Address;

    public HttpClient Http => Process.Http;

    public async ValueTask InitializeAsync() => Process = await ServerProcess.StartAsync();

    /// <summary>A slug that no other test uses.</summary>
    public static string NewId(string word) => $"{word}-{Interlocked.Increment(ref places)}";

    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
            await Process.DisposeAsync();
    }
}

/// <summary>Says things to a server through its public API; whatever is not taken fails the test.</summary>
internal static class Speech
{
    private static long sequence;

    /// <summary>An instant that many minutes ago as JSON text.</summary>
    public static string MinutesAgo(double minutes) => TimeProvider.System.GetUtcNow().AddMinutes(-minutes).ToString("O");

    public static Task PutAsync(this HttpClient http, string path, string json) => http.SayAsync(HttpMethod.Put, path, json);

    public static Task PostAsync(this HttpClient http, string path, string json) => http.SayAsync(HttpMethod.Post, path, json);

    /// <summary>Puts a car park and returns its topic.</summary>
    public static async Task<string> NewLotAsync(this HttpClient http, string profile = """{ "name": "停车场", "capacity": 100 }""", string? id = null)
    {
        var topic = $"parking-lots/{id ?? Site.NewId("lot")}";
        await http.PutAsync($"api/{topic}", profile);
        return topic;
    }

    /// <summary>Puts a scenic area and returns its topic.</summary>
    public static async Task<string> NewAreaAsync(this HttpClient http, string profile)
    {
        var topic = $"scenic-areas/{Site.NewId("area")}";
        await http.PutAsync($"api/{topic}", profile);
        return topic;
    }

    /// <summary>A reading of a place or one of its zones.</summary>
    public static Task ReadAsync(this HttpClient http, string topic, int occupied, string? zone = null, double minutesAgo = 0) =>
        http.PostAsync($"api/{topic}/readings", $$"""
            { "deviceId": "counter-{{zone}}", "sequence": {{Interlocked.Increment(ref sequence)}}, "at": "{{MinutesAgo(minutesAgo)}}", "occupied": {{occupied}}{{(zone is null ? "" : $", \"zone\": \"{zone}\"")}} }
            """);

    public static Task OperateAsync(this HttpClient http, string topic, string operation, string reason) =>
        http.PutAsync($"api/{topic}/operation", $$"""{ "operation": "{{operation}}", "by": "值班员", "reason": "{{reason}}" }""");

    private static async Task SayAsync(this HttpClient http, HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path} {json}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Processes;

namespace Coordination.LoadTests.Scenarios;

/// <summary>What it costs to ask who calls and what it may: requests with a key over the same requests without, and a role for a street over one for the place itself.</summary>
internal sealed class AccessScenario : IScenario
{
    private const int Callers = 16;
    private const string Place = "access-lot";

    public string Name => "access";

    public string Title => "requests/s with the guard at work over those where it has nothing to ask";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var server = await ServerProcess.StartServerAsync(stop);
        await DefineAsync(server, stop);
        using var nobody = Client(server, null);
        using var sensor = Client(server, await IssueAsync(server, "devices", "sensor", $"parking-lots/{Place}", stop));
        using var officer = Client(server, await IssueAsync(server, "programs", "streetOfficer", "streets/京/甲区/一街道", stop));
        using var administrator = Client(server, ServerProcess.Key);
        var requests = options.Quick ? 4_000 : 20_000;

        (string Name, HttpClient Baseline, HttpClient Ours, Func<HttpClient, int, CancellationToken, Task<HttpResponseMessage>> Ask)[] cases =
        [
            ("a place is read, with a device's key over without any", nobody, sensor, ReadAsync),
            ("a count is corrected, by a role for the street over one for everything", administrator, officer, CorrectAsync),
        ];
        foreach (var (name, baseline, ours, ask) in cases)
        {
            for (var warm = 0; warm < (options.Quick ? 1 : 3); warm++)
            {
                await RunAsync(server, baseline, ask, requests, stop);
                await RunAsync(server, ours, ask, requests, stop);
            }
            var (rates, costs) = (new Series(), new Series());
            for (var round = 0; round < options.Rounds(7); round++)
            {
                var without = await RunAsync(server, baseline, ask, requests, stop);
                var with = await RunAsync(server, ours, ask, requests, stop);
                rates.Add(without.PerSecond, with.PerSecond);
                costs.Add(without.Microseconds, with.Microseconds);
            }
            yield return rates.ToFigure(name, "requests/s", 0.8);
            yield return costs.ToFigure($"{name}: processor", "µs/request", note: "processor time of the server process on all cores");
        }
    }

    private static Task<HttpResponseMessage> ReadAsync(HttpClient http, int number, CancellationToken stop) => http.GetAsync($"api/parking-lots/{Place}", stop);

    private static Task<HttpResponseMessage> CorrectAsync(HttpClient http, int number, CancellationToken stop) =>
        http.PostAsJsonAsync($"api/parking-lots/{Place}/corrections", new { occupied = number % 1000, by = "load", reason = "load" }, stop);

    private static async Task<(double PerSecond, double Microseconds)> RunAsync(
        ServerProcess server, HttpClient http, Func<HttpClient, int, CancellationToken, Task<HttpResponseMessage>> ask, int requests, CancellationToken stop)
    {
        var (began, used) = (Stopwatch.GetTimestamp(), server.ProcessorTime);
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = stop }, async (number, cancel) =>
        {
            using var answer = await ask(http, number, cancel);
            answer.EnsureSuccessStatusCode();
        });
        return (requests / Stopwatch.GetElapsedTime(began).TotalSeconds, (server.ProcessorTime - used).TotalMicroseconds / requests);
    }

    private static async Task DefineAsync(ServerProcess server, CancellationToken stop)
    {
        using var put = await server.Http.PutAsJsonAsync(
            $"api/parking-lots/{Place}", new { name = "停车场", capacity = 1000, city = "京", district = "甲区", street = "一街道" }, stop);
        put.EnsureSuccessStatusCode();
    }

    private static async Task<string> IssueAsync(ServerProcess server, string kind, string role, string scope, CancellationToken stop)
    {
        using var issued = await server.Http.PostAsJsonAsync($"api/{kind}", new { name = role, role, scope }, stop);
        issued.EnsureSuccessStatusCode();
        return (await issued.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("key").GetString()!;
    }

    private static HttpClient Client(ServerProcess server, string? key)
    {
        var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}/")) };
        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return http;
    }
}

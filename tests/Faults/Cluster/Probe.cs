using System.Diagnostics;
using System.Net.Http.Json;

namespace Coordination.Faults.Cluster;

/// <summary>How a host answers one command, asked once.</summary>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="RetryAfter">Whether it says when to ask again.</param>
/// <param name="Took">How long the answer took.</param>
internal readonly record struct Probe(int Status, bool RetryAfter, TimeSpan Took)
{
    /// <summary>Sends one command about a place that no client of the load uses.</summary>
    public static async Task<Probe> CommandAsync(Host host, string place)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            using var answer = await host.Process.Http.PostAsJsonAsync($"api/{place}/corrections", new { occupied = 1, by = "test", reason = "probe" }, patience.Token);
            return new((int)answer.StatusCode, answer.Headers.RetryAfter is not null, Stopwatch.GetElapsedTime(began));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return new(0, false, Stopwatch.GetElapsedTime(began));
        }
    }

    /// <summary>Creates places for probing, enough that each host has some.</summary>
    public static async Task<string[]> CreatePlacesAsync(ClusterProcesses cluster)
    {
        string[] places = [.. Enumerable.Range(1, 8).Select(i => $"parking-lots/probe-{i}")];
        foreach (var place in places)
        {
            using var answer = await cluster.Hosts[0].Process.Http.PutAsJsonAsync($"api/{place}", new { name = place, capacity = 10 });
            answer.EnsureSuccessStatusCode();
        }
        return places;
    }
}

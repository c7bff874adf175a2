using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Coordination.Testing;

namespace Coordination.Faults.Clients;

/// <summary>
/// A client that repeats a request with the same id until it has an answer, whatever happens to the server meanwhile; where there are
/// several hosts, it asks any of them, and another after each failure.
/// </summary>
/// <param name="addresses">The hosts.</param>
/// <param name="log">What it was told.</param>
/// <param name="patience">How long it waits for an answer before it asks again.</param>
/// <param name="giveUp">Ends everything.</param>
internal sealed class Caller(IReadOnlyList<Uri> addresses, ClientLog log, TimeSpan patience, CancellationToken giveUp) : IDisposable
{
    private static readonly AuthenticationHeaderValue Key = new("Bearer", ServerProcess.Key);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly HttpClient http = new() { Timeout = patience };
    private int next;

    /// <summary>For one host that takes its time to start again.</summary>
    public Caller(Uri address, ClientLog log, CancellationToken giveUp)
        : this([address], log, TimeSpan.FromSeconds(8), giveUp)
    {
    }

    public void Dispose() => http.Dispose();

    public Task CreateAsync(string place, object profile, string key) => SendAsync(place, HttpMethod.Put, $"api/{place}", profile, key);

    /// <summary>Sends a command until it is done.</summary>
    public async Task CommandAsync(string place, HttpMethod method, string path, object body, string key)
    {
        var invoked = Stopwatch.GetTimestamp();
        var answer = await SendAsync(place, method, $"api/{place}/{path}", body, key);
        log.Acknowledged(place, key, answer.GetProperty("version").GetInt64(), invoked);
    }

    /// <summary>Sends an input until it is taken.</summary>
    public async Task InputAsync(SentInput input)
    {
        var invoked = Stopwatch.GetTimestamp();
        var answer = await SendAsync(
            input.Place, HttpMethod.Post, $"api/{input.Place}/{(input.Direction is null ? "readings" : "movements")}", BodyOf(input), key: null);
        Note(input, answer, invoked);
    }

    /// <summary>Sends inputs as NDJSON until each is taken.</summary>
    public async Task IngestAsync(IReadOnlyList<SentInput> inputs)
    {
        var invoked = Stopwatch.GetTimestamp();
        var open = inputs.ToList();
        while (open.Count > 0)
        {
            var lines = open.ToArray();
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(NextHost(), "api/ingest"))
                {
                    Content = new StringContent(string.Join('\n', lines.Select(LineOf)), Encoding.UTF8, "application/x-ndjson"),
                };
                request.Headers.Authorization = Key;
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, giveUp);
                response.EnsureSuccessStatusCode();
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(giveUp));
                while (await reader.ReadLineAsync(giveUp) is { } line)
                {
                    using var result = JsonDocument.Parse(line);
                    var input = lines[result.RootElement.GetProperty("line").GetInt32() - 1];
                    switch (result.RootElement.GetProperty("status").GetString())
                    {
                        case "unavailable" or "overloaded":
                            break;
                        case "refused":
                            throw new InvalidOperationException($"{input} was refused: {line}");
                        default:
                            Note(input, result.RootElement, invoked);
                            open.Remove(input);
                            break;
                    }
                }
            }
            catch (Exception failure) when (IsPassing(failure))
            {
                // Cut off in the middle, perhaps of a line: what has no whole result is sent again.
            }
            if (open.Count > 0)
                await Task.Delay(Pause, giveUp);
        }
    }

    private async Task<JsonElement> SendAsync(string place, HttpMethod method, string path, object body, string? key)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(method, new Uri(NextHost(), path)) { Content = JsonContent.Create(body) };
                request.Headers.Authorization = Key;
                if (key is not null)
                    request.Headers.Add("Idempotency-Key", key);
                using var response = await http.SendAsync(request, giveUp);
                if (response.IsSuccessStatusCode)
                    return await response.Content.ReadFromJsonAsync<JsonElement>(giveUp);
                var problem = await response.Content.ReadAsStringAsync(giveUp);
                // A host whose clock is behind takes what just happened for the future: another host, or the same one later, will not.
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable && !problem.Contains("\"time-in-future\"", StringComparison.Ordinal))
                    throw new InvalidOperationException($"{method} {path} for {place}: {response.StatusCode} {problem}");
            }
            catch (Exception failure) when (IsPassing(failure))
            {
                // The server is gone or was cut off before its answer: the same again.
            }
            await Task.Delay(Pause, giveUp);
        }
    }

    private Uri NextHost() => addresses[(int)((uint)Interlocked.Increment(ref next) % (uint)addresses.Count)];

    private bool IsPassing(Exception failure) =>
        failure is HttpRequestException { StatusCode: null or HttpStatusCode.ServiceUnavailable } or IOException or JsonException
        || (failure is OperationCanceledException && !giveUp.IsCancellationRequested);

    private void Note(SentInput input, JsonElement answer, long invoked)
    {
        var isFirst = answer.GetProperty("status").GetString() is "accepted" or "late";
        log.Acknowledged(input, isFirst ? answer.GetProperty("version").GetInt64() : null, invoked);
    }

    private static object BodyOf(SentInput input) => input.Direction is { } direction
        ? new { deviceId = input.Device, sequence = input.Sequence, at = DateTimeOffset.UtcNow, direction, count = input.Count }
        : new { deviceId = input.Device, sequence = input.Sequence, at = DateTimeOffset.UtcNow, occupied = input.Count };

    private static string LineOf(SentInput input) => JsonSerializer.Serialize(input.Direction is { } direction
        ? (object)new { place = input.Place, type = "movement", deviceId = input.Device, sequence = input.Sequence, at = DateTimeOffset.UtcNow, direction, count = input.Count }
        : new { place = input.Place, type = "reading", deviceId = input.Device, sequence = input.Sequence, at = DateTimeOffset.UtcNow, occupied = input.Count });
}

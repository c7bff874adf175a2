using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Coordination.Faults.Clients;

/// <summary>An answer to a read.</summary>
/// <param name="At">When it was asked for, <see cref="Stopwatch"/> ticks.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Unconfirmed">Whether it was marked as possibly old.</param>
internal readonly record struct Read(long At, TimeSpan Took, int Status, bool Unconfirmed);

/// <summary>Somebody who reads one place after the other at one host.</summary>
internal sealed class Reader : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient http;
    private readonly string name;
    private readonly string[] places;
    private readonly ViewLog log;
    private readonly ConcurrentQueue<Read> reads = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    public Reader(string name, Uri host, string[] places, ViewLog log)
    {
        (this.name, this.places, this.log) = (name, places, log);
        http = new HttpClient { BaseAddress = host, Timeout = TimeSpan.FromSeconds(3) };
        running = Task.Run(RunAsync);
    }

    public IReadOnlyCollection<Read> Reads => reads;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        http.Dispose();
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            var at = Stopwatch.GetTimestamp();
            try
            {
                var place = places[number % places.Length];
                using var answer = await http.GetAsync($"api/{place}", stopping.Token);
                var body = await answer.Content.ReadAsStringAsync(stopping.Token);
                reads.Enqueue(new Read(at, Stopwatch.GetElapsedTime(at), (int)answer.StatusCode, answer.Headers.Contains("Unconfirmed-Since")));
                if (answer.IsSuccessStatusCode)
                {
                    using var view = JsonDocument.Parse(body);
                    log.Add(name, 0, pushed: false, place, view.RootElement.GetProperty("epoch").GetInt64(), view.RootElement.GetProperty("version").GetInt64(), view.RootElement);
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
            {
                if (!stopping.IsCancellationRequested)
                    reads.Enqueue(new Read(at, Stopwatch.GetElapsedTime(at), 0, false));
            }
            await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

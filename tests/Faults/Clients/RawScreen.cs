using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Coordination.Faults.Clients;

/// <summary>
/// Watches places on the hub of one host, and writes down every push as it came: nothing older is filtered out, as the product's own client
/// does. After a lost connection it comes back to the same host.
/// </summary>
internal sealed class RawScreen : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static int connections;

    private readonly string name;
    private readonly Uri hub;
    private readonly string[] places;
    private readonly ViewLog log;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    public RawScreen(string name, Uri host, string[] places, ViewLog log)
    {
        (this.name, hub, this.places, this.log) = (name, new Uri(host, "live"), places, log);
        running = Task.Run(RunAsync);
    }

    /// <summary>A number that no connection had yet.</summary>
    public static int NextConnection() => Interlocked.Increment(ref connections);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(NextConnection());
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Whatever it was: the host is asked again, as a screen does for as long as it hangs on its wall.
            }
            await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(int number)
    {
        await using var connection = new HubConnectionBuilder().WithUrl(hub, options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
        }).Build();
        // A frozen or cut-off host says nothing: who does not notice that shows old figures for half a minute.
        connection.ServerTimeout = TimeSpan.FromSeconds(30);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        connection.On<string, JsonElement, JsonElement?>("changed", (topic, order, view) =>
        {
            if (view is { ValueKind: JsonValueKind.Object } shown)
                log.Add(name, number, pushed: true, topic, order.GetProperty("epoch").GetInt64(), order.GetProperty("version").GetInt64(), shown);
        });
        await connection.StartAsync(stopping.Token);
        while (true)
        {
            var answers = await connection.InvokeAsync<JsonElement[]>("Watch", places, stopping.Token);
            var missing = false;
            foreach (var answer in answers)
            {
                if (answer.TryGetProperty("view", out var view) && view.ValueKind == JsonValueKind.Object)
                    log.Add(name, number, pushed: false, answer.GetProperty("topic").GetString()!, answer.GetProperty("epoch").GetInt64(), answer.GetProperty("version").GetInt64(), view);
                else
                    missing = true;
            }
            if (!missing)
                break;
            await Task.Delay(Pause, stopping.Token);
        }
        await closed.Task.WaitAsync(stopping.Token);
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Coordination.Client;

/// <summary>One connection to one host, from its start to its end. Used once.</summary>
internal sealed class LiveSession : IAsyncDisposable
{
    // The server says something every 5 s, looking once a second whether it is time.
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(8);

    private readonly HubConnection connection;
    private readonly CancellationTokenSource ended = new();
    private readonly TaskCompletionSource<bool> over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;
    private readonly CancellationToken end;

    /// <param name="server">The host.</param>
    /// <param name="fallback">Negotiates and lets SignalR choose; otherwise a web socket at once.</param>
    /// <param name="time">Clock of the wait after a goodbye.</param>
    /// <param name="changed">Told of each view that is pushed.</param>
    /// <param name="status">Told since when figures are unconfirmed, or null.</param>
    public LiveSession(Uri server, bool fallback, TimeProvider time, Action<LiveUpdate> changed, Action<DateTimeOffset?> status)
    {
        this.time = time;
        end = ended.Token;
        connection = new HubConnectionBuilder().WithUrl(new Uri(server, "live"), options =>
        {
            if (fallback)
                return;
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
        }).WithServerTimeout(SilentAfter).Build();
        connection.On<string, ViewOrder, JsonElement?>("changed", (topic, order, view) => changed(new LiveUpdate(topic, order.Epoch, order.Version, ViewOf(view))));
        connection.On<StatusNotice>("status", notice =>
        {
            HeardStatus = true;
            status(notice.UnconfirmedSince);
        });
        connection.On<GoodbyeNotice>("goodbye", notice => _ = LeaveAfterAsync(TimeSpan.FromMilliseconds(Math.Max(0, notice.ReconnectAfterMs))));
        connection.Closed += _ =>
        {
            over.TrySetResult(IsLeaving);
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection is lost, or the host has asked to leave and its wait is over: then with true.</summary>
    public Task<bool> Over => over.Task;

    /// <summary>Whether this host has said whether its figures are confirmed; one that says nothing confirms them.</summary>
    public bool HeardStatus { get; private set; }

    private bool IsLeaving { get; set; }

    public Task StartAsync(CancellationToken cancellation) => connection.StartAsync(cancellation);

    public Task<WatchAnswer[]> WatchAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation) =>
        connection.InvokeAsync<WatchAnswer[]>("Watch", topics, cancellation);

    public Task UnwatchAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation) => connection.InvokeAsync("Unwatch", topics, cancellation);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await connection.DisposeAsync();
        ended.Dispose();
    }

    public static JsonElement? ViewOf(JsonElement? view) => view is { ValueKind: JsonValueKind.Object } ? view : null;

    private async Task LeaveAfterAsync(TimeSpan wait)
    {
        IsLeaving = true;
        await Task.Delay(wait, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.TrySetResult(true);
    }
}

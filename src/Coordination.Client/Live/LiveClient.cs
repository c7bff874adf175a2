using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Coordination.Client;

/// <summary>
/// Watches topics on the hub <c>/live</c>. Keeps the newest view of each, reconnects for ever, and asks for every topic again after
/// each reconnect, so it cannot stay wrong however long it was away. Holds one view per watched topic and nothing else.
/// </summary>
/// <remarks>Callbacks come one at a time and must return quickly; an exception out of one is not caught.</remarks>
public sealed class LiveClient : IAsyncDisposable
{
    private readonly Uri hub;
    private readonly TimeProvider time;
    private readonly RetryPolicy retry;
    private readonly Lock gate = new();
    private readonly Dictionary<string, LiveUpdate?> watched = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private HubConnection? current;
    private Task running = Task.CompletedTask;
    private bool started;

    /// <param name="server">Base address of the server.</param>
    /// <param name="retry">Waits between attempts to connect; its patience is not used, for there is always another attempt.</param>
    /// <param name="time">Clock of the waits.</param>
    public LiveClient(Uri server, RetryPolicy? retry = null, TimeProvider? time = null)
    {
        hub = new Uri(server, "live");
        this.time = time ?? TimeProvider.System;
        this.retry = retry ?? RetryPolicy.Default;
    }

    /// <summary>A topic has a newer view than any before.</summary>
    public event Action<LiveUpdate>? Changed;

    /// <summary>The connection was lost or is back.</summary>
    public event Action<LiveState>? StateChanged;

    public LiveState State { get; private set; } = LiveState.Connecting;

    /// <summary>Starts connecting, and goes on until disposed. Returns at once; a server that is away is no error.</summary>
    public void Start()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
            if (started)
                return;
            started = true;
            running = Task.Run(RunAsync);
        }
    }

    /// <summary>The newest view of a topic; null when it is not watched or nothing is known yet.</summary>
    public LiveUpdate? Latest(string topic)
    {
        lock (gate)
            return watched.GetValueOrDefault(topic);
    }

    /// <summary>
    /// Watches more topics. When connected, returns when their views are there; otherwise at once, and they follow with the
    /// connection.
    /// </summary>
    /// <exception cref="CoordinationException">The server refuses: a malformed topic, or too many. None of the new ones is watched then.</exception>
    public async Task WatchAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation = default)
    {
        HubConnection? connection;
        List<string> added;
        lock (gate)
        {
            added = [.. topics.Where(topic => watched.TryAdd(topic, null))];
            connection = current;
        }
        if (connection is null || added.Count == 0)
            return;
        try
        {
            await WatchOnAsync(connection, added, cancellation);
        }
        catch (Exception error) when (error is HubException or CoordinationException)
        {
            lock (gate)
            {
                foreach (var topic in added)
                    watched.Remove(topic);
            }
            if (error is CoordinationException)
                await UnwatchAsync(added, cancellation);
            throw error as CoordinationException ?? new CoordinationException(error.Message, error);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // The connection went away in between; the next one asks for everything.
        }
    }

    /// <summary>Watches topics no longer.</summary>
    public async Task UnwatchAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation = default)
    {
        HubConnection? connection;
        lock (gate)
        {
            foreach (var topic in topics)
                watched.Remove(topic);
            connection = current;
        }
        if (connection is null)
            return;
        try
        {
            await connection.InvokeAsync("Unwatch", topics, cancellation);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // A connection that is gone watches nothing.
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (stopping.IsCancellationRequested)
                return;
            stopping.Cancel();
        }
        await running;
        Become(LiveState.Stopped);
        stopping.Dispose();
    }

    // One loop instead of the library's automatic reconnect: the first connection, a lost one and one the server closed for good
    // are the same case here.
    private async Task RunAsync()
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = Build();
                var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                connection.Closed += _ =>
                {
                    closed.TrySetResult();
                    return Task.CompletedTask;
                };
                await connection.StartAsync(stopping.Token);
                try
                {
                    await WatchAllAsync(connection);
                    failures = 0;
                    Become(LiveState.Connected);
                    await closed.Task.WaitAsync(stopping.Token);
                }
                finally
                {
                    lock (gate)
                        current = null;
                    Become(LiveState.Connecting);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or InvalidOperationException or HubException
                or OperationCanceledException or TimeoutException or System.Net.WebSockets.WebSocketException or AggregateException)
            {
                // Out of reach, going down or refusing for now: try again, for as long as it takes.
            }
            failures++;
            await Task.Delay(retry.DelayAfter(failures, null, Random.Shared.NextDouble()), time, stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private HubConnection Build()
    {
        var connection = new HubConnectionBuilder().WithUrl(hub).Build();
        connection.On<string, ViewOrder, JsonElement?>("changed", (topic, order, view) => Take(new LiveUpdate(topic, order.Epoch, order.Version, ViewOf(view))));
        return connection;
    }

    /// <summary>Asks for every topic; those added meanwhile by <see cref="WatchAsync"/> before the connection is known are caught by the next round.</summary>
    private async Task WatchAllAsync(HubConnection connection)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            List<string> topics;
            lock (gate)
            {
                topics = [.. watched.Keys.Where(asked.Add)];
                if (topics.Count == 0)
                {
                    current = connection;
                    return;
                }
            }
            try
            {
                await WatchOnAsync(connection, topics, stopping.Token);
            }
            catch (CoordinationException)
            {
                // A topic that the server does not know stays without a view; the others have theirs.
            }
        }
    }

    private async Task WatchOnAsync(HubConnection connection, List<string> topics, CancellationToken cancellation)
    {
        var answers = await connection.InvokeAsync<WatchAnswer[]>("Watch", topics, cancellation);
        foreach (var answer in answers)
        {
            if (answer.Code is null)
                Take(new LiveUpdate(answer.Topic, answer.Epoch, answer.Version, ViewOf(answer.View)));
        }
        // A topic whose view cannot be had now is watched all the same; the view follows.
        if (answers.FirstOrDefault(answer => answer.Code is not (null or "unavailable")) is { } refused)
            throw new CoordinationException($"Cannot watch {refused.Topic}: {refused.Code}");
    }

    private void Take(LiveUpdate update)
    {
        lock (gate)
        {
            if (!watched.TryGetValue(update.Topic, out var last) || !update.IsNewerThan(last))
                return;
            watched[update.Topic] = update;
            Changed?.Invoke(update);
        }
    }

    private void Become(LiveState state)
    {
        lock (gate)
        {
            if (State == state || State == LiveState.Stopped)
                return;
            State = state;
            StateChanged?.Invoke(state);
        }
    }

    private static JsonElement? ViewOf(JsonElement? view) => view is { ValueKind: JsonValueKind.Object } ? view : null;
}

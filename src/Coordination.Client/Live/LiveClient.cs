using Microsoft.AspNetCore.SignalR;

namespace Coordination.Client;

/// <summary>
/// Watches topics on the hub <c>/live</c>. Keeps the newest view of each, reconnects for ever, and asks for every topic again after
/// each reconnect, so it cannot stay wrong however long it was away. Holds one view per watched topic and nothing else.
/// </summary>
/// <remarks>
/// <para>With several hosts it starts at a random one and moves on to the next when one fails or says goodbye. A host that says goodbye
/// is kept until the wait that it asks for is over, and the next is connected without any other wait.</para>
/// <para>It opens a web socket at once, without the negotiation of SignalR: that is one request, so any balancer of plain TCP connections
/// will do, without sticky sessions. See <see cref="AllowFallbackTransports"/>.</para>
/// <para>Callbacks come one at a time and must return quickly and not throw: an exception out of one may cost the connection, which is then made anew.</para>
/// </remarks>
public sealed class LiveClient : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan LeastStay = TimeSpan.FromMilliseconds(500);

    private readonly ServerRing servers;
    private readonly TimeProvider time;
    private readonly RetryPolicy retry;
    private readonly TopicBook book;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private LiveSession? current;
    private Task running = Task.CompletedTask;
    private bool started;

    /// <param name="server">Base address of the server, or of a balancer before several.</param>
    /// <param name="retry">Waits between attempts to connect; its patience is not used, for there is always another attempt.</param>
    /// <param name="time">Clock of the waits.</param>
    public LiveClient(Uri server, RetryPolicy? retry = null, TimeProvider? time = null)
        : this([server], retry, time)
    {
    }

    /// <param name="servers">Base addresses of the hosts of one cluster; at least one.</param>
    /// <param name="retry">Waits between rounds of attempts over all hosts; its patience is not used, for there is always another attempt.</param>
    /// <param name="time">Clock of the waits.</param>
    public LiveClient(IEnumerable<Uri> servers, RetryPolicy? retry = null, TimeProvider? time = null)
    {
        this.servers = new ServerRing(servers);
        this.time = time ?? TimeProvider.System;
        this.retry = retry ?? RetryPolicy.Default;
        book = new TopicBook(gate, this.time);
    }

    /// <summary>A topic has a newer view than any before.</summary>
    public event Action<LiveUpdate>? Changed;

    /// <summary>The connection was lost or is back.</summary>
    public event Action<LiveState>? StateChanged;

    /// <summary><see cref="UnconfirmedSince"/> is another.</summary>
    public event Action<DateTimeOffset?>? UnconfirmedChanged;

    /// <summary>
    /// Lets SignalR negotiate, and fall back to server-sent events and long polling where web sockets do not get through. Its transport
    /// is then several requests that must reach the same host: a balancer before several hosts needs sticky sessions. Default false.
    /// </summary>
    public bool AllowFallbackTransports { get; init; }

    public LiveState State { get; private set; } = LiveState.Connecting;

    /// <summary>
    /// Since when the host cannot confirm that its figures are the newest: show them as unconfirmed. Null when it can. Keeps its value
    /// while there is no connection.
    /// </summary>
    public DateTimeOffset? UnconfirmedSince { get; private set; }

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
    public LiveUpdate? Latest(string topic) => book.Latest(topic);

    /// <summary>
    /// Watches more topics. When connected, returns when their views are there; otherwise at once, and they follow with the
    /// connection.
    /// </summary>
    /// <exception cref="CoordinationException">The server refuses: a malformed topic, or too many. None of the new ones is watched then.</exception>
    public async Task WatchAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation = default)
    {
        LiveSession? session;
        List<string> added;
        lock (gate)
        {
            added = book.Add(topics);
            session = current;
        }
        if (session is null || added.Count == 0)
            return;
        try
        {
            await WatchOnAsync(session, added, cancellation);
        }
        catch (Exception error) when (error is HubException or CoordinationException)
        {
            book.Remove(added);
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
        LiveSession? session;
        lock (gate)
        {
            book.Remove(topics);
            session = current;
        }
        if (session is null)
            return;
        try
        {
            await session.UnwatchAsync(topics, cancellation);
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
            var server = servers.Current;
            var isAskedToLeave = false;
            var since = time.GetTimestamp();
            try
            {
                await using var session = new LiveSession(server, AllowFallbackTransports, time, update => Take(update, isAnswer: false), Confirm);
                using (var late = new CancellationTokenSource(ConnectTimeout, time))
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping.Token))
                    await session.StartAsync(either.Token);
                try
                {
                    await WatchAllAsync(session);
                    if (!session.HeardStatus)
                        Confirm(null);
                    failures = 0;
                    Become(LiveState.Connected);
                    isAskedToLeave = await StayAsync(session);
                }
                finally
                {
                    lock (gate)
                        current = null;
                    Become(LiveState.Connecting);
                }
            }
            catch (Exception)
            {
                // Out of reach, going down, refusing for now, or no server of ours at all: try again, for as long as it takes. No list of
                // exceptions is complete, and one that is missing would end this loop without a word.
                if (stopping.IsCancellationRequested)
                    return;
            }
            servers.MoveOn(server);

            // The host has spread its clients over time already. But hosts that all leave are not gone round and round.
            if (isAskedToLeave && time.GetElapsedTime(since) >= LeastStay)
                continue;
            failures++;
            await Task.Delay(servers.DelayAfter(retry, failures), time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the connection is over; asks again for what is doubted. Returns whether the host asked to leave.</summary>
    private async Task<bool> StayAsync(LiveSession session)
    {
        while (true)
        {
            var (now, next) = book.Doubted();
            if (now.Count > 0)
            {
                await WatchOnAsync(session, now, stopping.Token);
                continue;
            }

            try
            {
                return await session.Over.WaitAsync(next ?? TopicBook.DoubtFor, time, stopping.Token);
            }
            catch (TimeoutException)
            {
                // Time to look again.
            }
        }
    }

    /// <summary>Asks for every topic; those added meanwhile by <see cref="WatchAsync"/> before the connection is known are caught by the next round.</summary>
    private async Task WatchAllAsync(LiveSession session)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            List<string> topics;
            lock (gate)
            {
                topics = book.NotIn(asked);
                if (topics.Count == 0)
                {
                    current = session;
                    return;
                }
            }
            try
            {
                await WatchOnAsync(session, topics, stopping.Token);
            }
            catch (CoordinationException)
            {
                // A topic that the server does not know stays without a view; the others have theirs.
            }
        }
    }

    private async Task WatchOnAsync(LiveSession session, List<string> topics, CancellationToken cancellation)
    {
        var answers = await session.WatchAsync(topics, cancellation);
        foreach (var answer in answers)
        {
            if (answer.Code is null)
                Take(new LiveUpdate(answer.Topic, answer.Epoch, answer.Version, LiveSession.ViewOf(answer.View)), isAnswer: true);
        }
        // A topic whose view cannot be had now is watched all the same; the view follows.
        if (answers.FirstOrDefault(answer => answer.Code is not (null or "unavailable")) is { } refused)
            throw new CoordinationException($"Cannot watch {refused.Topic}: {refused.Code}");
    }

    private void Take(LiveUpdate update, bool isAnswer) => book.Take(update, isAnswer, Changed);

    private void Confirm(DateTimeOffset? unconfirmedSince)
    {
        lock (gate)
        {
            if (UnconfirmedSince == unconfirmedSince || State == LiveState.Stopped)
                return;
            UnconfirmedSince = unconfirmedSince;
            UnconfirmedChanged?.Invoke(unconfirmedSince);
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
}

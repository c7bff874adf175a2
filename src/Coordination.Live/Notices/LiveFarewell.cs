using Coordination.Live.Relay;

namespace Coordination.Live.Notices;

/// <summary>
/// How a host leaves its clients: each is told to go elsewhere after a wait of its own, so that the other hosts are not met by all of
/// them at once, and is kept up to date until then. Connections that come meanwhile are refused with 503 <c>draining</c>.
/// </summary>
/// <remarks>
/// To be called before the host stops, because SignalR and the event streams cut their connections as soon as it does. A client that
/// does not read delays nobody: it is told once it reads, and is cut off in the end.
/// </remarks>
public sealed class LiveFarewell
{
    /// <summary>A client that is still there this long after its time is closed by the server.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly LiveConnections _connections;
    private readonly TimeProvider _time;
    private Departure? _departure;
    private Task _running = Task.CompletedTask;

    internal LiveFarewell(LiveConnections connections, TimeProvider time)
    {
        (_connections, _time) = (connections, time);
        connections.Opened += connection => Volatile.Read(ref _departure)?.Tell(connection);
    }

    /// <summary>Whether goodbye is being said or was said; there is no way back.</summary>
    public bool IsLeaving => Volatile.Read(ref _departure) is not null;

    /// <summary>
    /// Says goodbye to every connection, each with a random wait between zero and <paramref name="spread"/>. Completes when all are
    /// gone, at the latest two seconds after the spread: then those that are left are cut off. Called again, it waits for the first.
    /// </summary>
    /// <param name="spread">Longest wait of a client; not negative.</param>
    /// <param name="cancellation">Ends the wait of the caller; the goodbye goes on.</param>
    public Task SayGoodbyeAsync(TimeSpan spread, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spread, TimeSpan.Zero);
        lock (_gate)
        {
            if (_departure is null)
            {
                Volatile.Write(ref _departure, new Departure(_time, spread));
                _running = LeaveAsync(_departure);
            }

            return _running.WaitAsync(cancellation);
        }
    }

    private async Task LeaveAsync(Departure departure)
    {
        // Not on the caller's thread: there may be ten thousand to tell.
        await Task.Yield();
        foreach (var connection in _connections.Snapshot())
            departure.Tell(connection);

        using var looks = new PeriodicTimer(Look, _time);
        while (_connections.Count > 0)
        {
            var isOver = departure.Elapsed >= departure.Spread + (Grace * 2);
            foreach (var connection in _connections.Snapshot())
            {
                if (isOver)
                    connection.Abort();
                else if (connection.IsOverdue(Grace))
                    connection.End();
            }

            if (isOver)
                return;
            await looks.WaitForNextTickAsync();
        }
    }

    private sealed class Departure(TimeProvider time, TimeSpan spread)
    {
        private readonly long _start = time.GetTimestamp();

        public TimeSpan Spread { get; } = spread;

        public TimeSpan Elapsed => time.GetElapsedTime(_start);

        /// <summary>Who comes late shares what is left of the spread.</summary>
        public void Tell(LiveConnection connection)
        {
            var left = Spread - Elapsed;
            connection.SayGoodbye((left > TimeSpan.Zero ? left : TimeSpan.Zero) * Random.Shared.NextDouble());
        }
    }
}

using Coordination.Live.Core;
using Coordination.Live.Hosting;
using Coordination.Live.Relay;
using Microsoft.Extensions.Options;

namespace Coordination.Live.Notices;

/// <summary>The open connections of this host, of every transport: whoever has something to tell all of them finds them here.</summary>
internal sealed class LiveConnections
{
    private readonly Lock _gate = new();
    private readonly HashSet<LiveConnection> _open = [];
    private readonly ViewRelay _relay;
    private readonly FeedCondition _condition;
    private readonly LiveOptions _options;
    private readonly TimeProvider _time;

    public LiveConnections(ViewRelay relay, FeedCondition condition, IOptions<LiveOptions> options, TimeProvider time)
    {
        (_relay, _condition, _options, _time) = (relay, condition, options.Value, time);
        condition.Changed += TellStatus;
    }

    /// <summary>A connection came; called when whoever asks for <see cref="Snapshot"/> afterwards sees it.</summary>
    public event Action<LiveConnection>? Opened;

    /// <summary>Connections open now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>Opens a connection; disposing it takes it out again.</summary>
    public LiveConnection Open(ILiveTransport transport, OutboxCounts counts)
    {
        var connection = new LiveConnection(_relay, _condition, _options, _time, transport, counts, Forget);
        lock (_gate)
            _open.Add(connection);

        // In this order: a change that does not find it here yet is one that it finds itself now.
        if (_condition.UnconfirmedSince is not null)
            connection.Outbox.Tell(Notice.Status);
        Opened?.Invoke(connection);
        return connection;
    }

    public LiveConnection[] Snapshot()
    {
        lock (_gate)
            return [.. _open];
    }

    private void Forget(LiveConnection connection)
    {
        lock (_gate)
            _open.Remove(connection);
    }

    private void TellStatus()
    {
        foreach (var connection in Snapshot())
            connection.Outbox.Tell(Notice.Status);
    }
}

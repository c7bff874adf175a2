using Coordination.Live.Core;
using Coordination.Live.Hosting;
using Coordination.Live.Notices;

namespace Coordination.Live.Relay;

/// <summary>One connection of any transport: its outbox and the topics it watches. Disposing it leaves them all.</summary>
internal sealed class LiveConnection : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly ViewRelay _relay;
    private readonly FeedCondition _condition;
    private readonly LiveOptions _options;
    private readonly TimeProvider _time;
    private readonly ILiveTransport _transport;
    private readonly Action<LiveConnection> _disposed;
    private bool _closed;
    private TimeSpan? _wait;
    private long _told;
    private bool _ending;

    /// <param name="disposed">Called once when it is disposed.</param>
    public LiveConnection(
        ViewRelay relay,
        FeedCondition condition,
        LiveOptions options,
        TimeProvider time,
        ILiveTransport transport,
        OutboxCounts counts,
        Action<LiveConnection> disposed)
    {
        (_relay, _condition, _options, _time, _transport, _disposed) = (relay, condition, options, time, transport, disposed);
        Outbox = new Outbox(transport.WriteAsync, _ => transport.Abort(), counts, WriteAsync);
    }

    public Outbox Outbox { get; }

    private TimeSpan UntilLeave => _wait is { } wait ? wait - _time.GetElapsedTime(_told) : TimeSpan.MaxValue;

    /// <summary>Tells the client to go elsewhere after the wait. Only the first time counts.</summary>
    public void SayGoodbye(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_wait is not null)
                return;
            _told = _time.GetTimestamp();
            _wait = wait;
        }

        Outbox.Tell(Notice.Goodbye);
    }

    /// <summary>Whether it was to leave longer ago than the grace.</summary>
    public bool IsOverdue(TimeSpan grace)
    {
        lock (_gate)
            return UntilLeave <= -grace;
    }

    /// <summary>Ends the connection in good order if it takes what it is given, else at once.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_ending)
                return;
            _ending = true;
        }

        if (Outbox.IsWriting)
            Abort();
        else
            Outbox.Tell(Notice.End);
    }

    public void Abort() => _transport.Abort();

    /// <summary>
    /// Watches the topics, in addition to those watched before, and waits a bounded time until it is known what they show.
    /// Topics that are none are passed over.
    /// </summary>
    /// <exception cref="TooManyTopicsException">More than the limit in all; nothing changed.</exception>
    public async Task WatchAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        var answers = Add(topics);
        try
        {
            await Task.WhenAll(answers).WaitAsync(_options.FirstViewTimeout, _time, cancellation);
        }
        catch (TimeoutException)
        {
            // What has no answer yet is looked up as unknown, and pushed when it comes.
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A topic was left meanwhile.
        }
    }

    /// <exception cref="TooManyTopicsException">More than a connection may watch; for asking before anything is looked up for them.</exception>
    public void RefuseTooMany(IReadOnlyCollection<string> topics)
    {
        // Repeated topics count too: each is answered with a whole view.
        if (topics.Count > _options.MaxTopicsPerConnection)
            throw new TooManyTopicsException(_options.MaxTopicsPerConnection);
    }

    public bool IsTopic(string topic) => _relay.IsTopic(topic);

    /// <summary>What a watched topic shows; see <see cref="ViewRelay.Look"/>.</summary>
    public SharedView? Look(string topic) => _relay.Look(topic);

    public void Unwatch(IEnumerable<string> topics)
    {
        lock (_gate)
        {
            foreach (var topic in topics)
            {
                if (topic is not null && _topics.Remove(topic))
                    _relay.Remove(topic, Outbox);
            }
        }
    }

    public void Dispose()
    {
        Outbox.Close();
        _disposed(this);
        lock (_gate)
        {
            _closed = true;
            foreach (var topic in _topics)
                _relay.Remove(topic, Outbox);
            _topics.Clear();
        }
    }

    private ValueTask WriteAsync(Notice notice)
    {
        switch (notice)
        {
            case Notice.Status:
                return _transport.WriteAsync(_condition.Status);
            case Notice.Goodbye:
                TimeSpan left;
                lock (_gate)
                    left = UntilLeave;
                return _transport.WriteGoodbyeAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            default:
                return _transport.EndAsync();
        }
    }

    private List<Task> Add(IReadOnlyCollection<string> topics)
    {
        RefuseTooMany(topics);
        var answers = new List<Task>(topics.Count);
        lock (_gate)
        {
            if (_closed)
                return answers;
            var added = topics.Where(topic => _relay.IsTopic(topic) && !_topics.Contains(topic)).ToHashSet(StringComparer.Ordinal);
            if (_topics.Count + added.Count > _options.MaxTopicsPerConnection)
                throw new TooManyTopicsException(_options.MaxTopicsPerConnection);
            foreach (var topic in added)
            {
                _topics.Add(topic);
                answers.Add(_relay.Add(topic, Outbox));
            }
        }

        return answers;
    }
}

/// <summary>A connection asked for more topics than it may watch.</summary>
internal sealed class TooManyTopicsException(int limit)
    : InvalidOperationException($"too-many-topics: a connection watches at most {limit} topics.");

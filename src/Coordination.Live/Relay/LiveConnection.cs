using Coordination.Live.Core;
using Coordination.Live.Hosting;

namespace Coordination.Live.Relay;

/// <summary>One connection of any transport: its outbox and the topics it watches. Disposing it leaves them all.</summary>
internal sealed class LiveConnection(ViewRelay relay, LiveOptions options, TimeProvider time, Outbox outbox) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private bool _closed;

    public Outbox Outbox { get; } = outbox;

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
            await Task.WhenAll(answers).WaitAsync(options.FirstViewTimeout, time, cancellation);
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

    public bool IsTopic(string topic) => relay.IsTopic(topic);

    /// <summary>What a watched topic shows; see <see cref="ViewRelay.Look"/>.</summary>
    public SharedView? Look(string topic) => relay.Look(topic);

    public void Unwatch(IEnumerable<string> topics)
    {
        lock (_gate)
        {
            foreach (var topic in topics)
            {
                if (topic is not null && _topics.Remove(topic))
                    relay.Remove(topic, Outbox);
            }
        }
    }

    public void Dispose()
    {
        Outbox.Close();
        lock (_gate)
        {
            _closed = true;
            foreach (var topic in _topics)
                relay.Remove(topic, Outbox);
            _topics.Clear();
        }
    }

    private List<Task> Add(IReadOnlyCollection<string> topics)
    {
        // Repeated topics count too: each is answered with a whole view.
        if (topics.Count > options.MaxTopicsPerConnection)
            throw new TooManyTopicsException(options.MaxTopicsPerConnection);
        var answers = new List<Task>(topics.Count);
        lock (_gate)
        {
            if (_closed)
                return answers;
            var added = topics.Where(topic => relay.IsTopic(topic) && !_topics.Contains(topic)).ToHashSet(StringComparer.Ordinal);
            if (_topics.Count + added.Count > options.MaxTopicsPerConnection)
                throw new TooManyTopicsException(options.MaxTopicsPerConnection);
            foreach (var topic in added)
            {
                _topics.Add(topic);
                answers.Add(relay.Add(topic, Outbox));
            }
        }

        return answers;
    }
}

/// <summary>A connection asked for more topics than it may watch.</summary>
internal sealed class TooManyTopicsException(int limit)
    : InvalidOperationException($"too-many-topics: a connection watches at most {limit} topics.");

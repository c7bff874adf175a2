using System.Collections.Concurrent;
using System.Threading.Channels;
using Coordination.Contracts.Live;
using Coordination.Domain;
using Coordination.Live.Relay;

namespace Coordination.Live.Tests.Support;

/// <summary>A cluster in memory: a grain per topic, made when it is first asked for.</summary>
internal sealed class FakeGrains : ITopicGrains
{
    private readonly ConcurrentDictionary<string, FakeGrain> _grains = new(StringComparer.Ordinal);

    /// <summary>The cluster cannot be reached.</summary>
    public bool IsDown { get; set; }

    public FakeGrain this[string topic] => _grains.GetOrAdd(topic, key => new FakeGrain(this, key));

    public bool IsTopic(string? topic) => PlaceId.TryParse(topic, out _);

    public IWatchable Get(string topic) => this[topic];

    public IViewObserver Publish(IViewObserver observer) =>
        IsDown ? throw new InvalidOperationException("There is no cluster yet.") : observer;
}

/// <summary>A place that tells its observers, unless its messages get lost.</summary>
internal sealed class FakeGrain(FakeGrains cluster, string topic) : IWatchable
{
    private readonly Lock _gate = new();
    private readonly HashSet<IViewObserver> _observers = [];
    private int _waiting;
    private readonly Channel<string> _calls = Channel.CreateUnbounded<string>();

    public LiveView? Current { get; private set; }

    public bool LosesMessages { get; set; }

    /// <summary>Calls are held until this completes.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    public int Observers
    {
        get
        {
            lock (_gate)
                return _observers.Count;
        }
    }

    /// <summary>The calls it gets, in their order: <c>watch</c>, <c>failed</c>, <c>unwatch</c>.</summary>
    public ChannelReader<string> Calls => _calls.Reader;

    /// <summary>Calls that are held.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Moves to another host: whoever observed it is forgotten.</summary>
    public FakeGrain Forget()
    {
        lock (_gate)
            _observers.Clear();
        return this;
    }

    public async Task<LiveView?> Watch(IViewObserver observer)
    {
        Interlocked.Increment(ref _waiting);
        await Answering;
        Interlocked.Decrement(ref _waiting);
        if (cluster.IsDown)
        {
            _calls.Writer.TryWrite("failed");
            throw new TimeoutException("The grain does not answer.");
        }

        LiveView? current;
        lock (_gate)
        {
            _observers.Add(observer);
            current = Current;
        }

        _calls.Writer.TryWrite("watch");
        return current;
    }

    public Task Unwatch(IViewObserver observer)
    {
        lock (_gate)
            _observers.Remove(observer);
        _calls.Writer.TryWrite("unwatch");
        return Task.CompletedTask;
    }

    public void Publish(long version, string? json = null, long epoch = 1) => Publish(Views.Of(topic, version, epoch, json));

    public void Publish(LiveView view)
    {
        IViewObserver[] observers;
        lock (_gate)
        {
            Current = view;
            observers = LosesMessages ? [] : [.. _observers];
        }

        foreach (var observer in observers)
            _ = observer.OnView(view);
    }
}

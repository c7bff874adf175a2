using Coordination.Contracts.Live;
using Coordination.Live.Core;
using Coordination.Live.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Coordination.Live.Relay;

/// <summary>
/// One per host: watches at the grains whatever a connection of this host watches, and hands each new view to their outboxes.
/// A change crosses the cluster once per host, however many screens show it.
/// </summary>
/// <remarks>
/// A topic is registered when its first watcher comes, again every <see cref="WatchLease.Renewal"/>, and signed off with the last.
/// The answer of each renewal is a view like any other, so a message that was lost, or that a grain which moved sent to nobody, is made
/// up for within that time. While a grain cannot be reached its topics keep their last view, and the calls go on. Works in a host of the
/// cluster and in one that is only its client; needs no cluster to start.
/// </remarks>
public sealed partial class ViewRelay : BackgroundService
{
    private readonly Lock _gate = new();
    private readonly RelayCore _core;
    private readonly LeaseBook _leases = new();
    private readonly ViewInbox _inbox;
    private readonly Wake _viewWake;
    private readonly Wake _leaseWake;
    private readonly SemaphoreSlim _calls;
    private readonly ITopicGrains _grains;
    private readonly LiveOptions _options;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ILogger<ViewRelay> _logger;
    private IViewObserver? _published;
    private DateTimeOffset? _unreachableSince;

    public ViewRelay(ITopicGrains grains, IOptions<LiveOptions> options, TimeProvider time, ILogger<ViewRelay> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _grains = grains;
        _options = options.Value;
        _time = time;
        _start = time.GetTimestamp();
        _logger = logger;
        _core = new RelayCore(_options.SendInterval);
        _calls = new SemaphoreSlim(_options.MaxConcurrentRenewals);
        _viewWake = new Wake(time);
        _leaseWake = new Wake(time);
        _inbox = new ViewInbox(_viewWake.Now);
    }

    /// <summary>Topics watched on this host.</summary>
    public int Topics
    {
        get
        {
            lock (_gate)
                return _core.Topics;
        }
    }

    /// <summary>Pairs of connection and topic on this host.</summary>
    public int Subscriptions
    {
        get
        {
            lock (_gate)
                return _core.Subscriptions;
        }
    }

    /// <summary>
    /// Since when no grain answered at all although some were called; null when the last call was answered, or nothing is watched. As every watched topic is
    /// called every <see cref="WatchLease.Renewal"/>, one that lasts longer than that means that this host is cut off from the cluster.
    /// </summary>
    public DateTimeOffset? UnreachableSince
    {
        get
        {
            lock (_gate)
                return _core.Topics == 0 ? null : _unreachableSince;
        }
    }

    // Monotonic: a wall clock that jumps back must not silence a topic.
    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Whether a text is the form of a topic.</summary>
    public bool IsTopic(string? topic) => _grains.IsTopic(topic);

    /// <summary>Sends the topic's views to the outbox from now on.</summary>
    /// <returns>Completes when it is known what the topic shows: then <see cref="Look"/> has the answer.</returns>
    public Task Add(string topic, Outbox outbox)
    {
        Task answered;
        lock (_gate)
        {
            if (_core.Add(topic, outbox))
                _leases.Want(topic, Now);
            answered = _core.Latest(topic) is null ? _leases.Find(topic)!.Answer.Task : Task.CompletedTask;
        }

        _leaseWake.Now();
        return answered;
    }

    /// <summary>Sends the topic's views to the outbox no more.</summary>
    public void Remove(string topic, Outbox outbox)
    {
        lock (_gate)
        {
            if (!_core.Remove(topic, outbox))
                return;
            _leases.Leave(topic, Now);
        }

        _leaseWake.Now();
    }

    /// <summary>
    /// What a watched topic shows: its newest view; <see cref="SharedView.IsAbsent"/> when the place does not exist; null when
    /// that is not known (yet).
    /// </summary>
    public SharedView? Look(string topic)
    {
        lock (_gate)
        {
            return _core.Latest(topic)
                ?? (_leases.Find(topic) is { Answer.Task.IsCompletedSuccessfully: true } ? SharedView.Absent(topic) : null);
        }
    }

    /// <summary>
    /// Renews every watched topic within about a second: to be called when hosts join or leave the cluster, because grains may have moved.
    /// Waits for nothing; calls that come together make one round.
    /// </summary>
    public void RenewAll()
    {
        lock (_gate)
            _leases.RenewAll(Now);
        _leaseWake.Now();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RunAsync(_viewWake, SendDue, stoppingToken), RunAsync(_leaseWake, CallDue, stoppingToken));

    /// <inheritdoc/>
    public override void Dispose()
    {
        _viewWake.Dispose();
        _leaseWake.Dispose();
        base.Dispose();
    }

    private async Task RunAsync(Wake wake, Action<CancellationToken> work, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await wake.WaitAsync(stopping);
                try
                {
                    work(stopping);
                }
                catch (Exception error)
                {
                    LogLoopFailed(error);
                    wake.In(TimeSpan.FromSeconds(1));
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void SendDue(CancellationToken stopping)
    {
        foreach (var view in _inbox.TakeAll())
            Send(view);

        while (true)
        {
            Delivery delivery;
            lock (_gate)
            {
                if (!_core.TryTakeDue(Now, out delivery))
                {
                    _viewWake.In(_core.NextDue - Now);
                    return;
                }
            }

            delivery.Send();
        }
    }

    private void Send(LiveView view)
    {
        Delivery delivery;
        lock (_gate)
            _core.OnView(view, Now, out delivery);

        // Outside the lock: who comes or leaves does not wait for everybody to be sent to.
        delivery.Send();
    }
}

using Coordination.Ledger.Redis;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Coordination.Server.Telemetry;

namespace Coordination.Server.Hosting;

/// <summary>
/// Asks every second whether a commit would succeed. While it would not, or no place answers this host, reads and screens go on with what
/// is in memory and are marked; a store that is not the one this host knew raises an alarm.
/// </summary>
internal sealed partial class StoreWatch : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly RedisEventStore store;
    private readonly FeedCondition feed;
    private readonly ViewRelay relay;
    private readonly TimeProvider time;
    private readonly ILogger<StoreWatch> logger;
    private StoreState told;
    private string? warned;

    public StoreWatch(RedisEventStore store, FeedCondition feed, ViewRelay relay, TimeProvider time, ILogger<StoreWatch> logger)
    {
        this.store = store;
        this.feed = feed;
        this.relay = relay;
        this.time = time;
        this.logger = logger;
        ServerMetrics.ObserveStore(() => told);
    }

    /// <summary>Since when this host cannot reach the store; null while it can.</summary>
    public DateTimeOffset? LostSince { get; private set; }

    /// <summary>Whether the store does not answer; one that answers and is refused is another matter, and no other host does better with it.</summary>
    public bool IsUnreachable => LostSince is not null && told is not StoreState.Refused;

    /// <summary>Which store it is.</summary>
    public Guid Identity => store.Identity;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await store.ProbeAsync(stoppingToken);
                if (LostSince is not null)
                    LogBack();
                told = StoreState.Healthy;
                LostSince = null;
                Warn(store.Condition);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LostSince ??= time.GetUtcNow();
                Tell(failure);
            }
            feed.Set(LostSince ?? CutOffSince());
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Since when no place answered this host, once that lasts longer than a host that was lost costs.</summary>
    private DateTimeOffset? CutOffSince() => relay.UnreachableSince is { } since && time.GetUtcNow() - since > Patience ? since : null;

    /// <summary>Once for each condition, not once a second.</summary>
    private void Tell(Exception failure)
    {
        var state = store.Condition.State is StoreState.Refused ? StoreState.Refused : StoreState.Unreachable;
        if (told == state)
            return;
        told = state;
        if (state is StoreState.Refused)
            LogRefused(failure.Message);
        else
            LogUnreachable(failure.Message);
    }

    /// <summary>What a healthy store leaves to be wished, once.</summary>
    private void Warn(StoreCondition condition)
    {
        if (condition.State is not StoreState.Healthy || condition.Reason == warned)
            return;
        warned = condition.Reason;
        if (warned is not null)
            LogWish(warned);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "ALARM: the event store is refused, and nothing is written to it: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The event store cannot be reached; figures are shown from memory and marked: {Reason}")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event store works, but: {Reason}")]
    private partial void LogWish(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The event store is back.")]
    private partial void LogBack();
}

using Coordination.Grains;

namespace Coordination.Server.Hosting;

/// <summary>
/// Some time after hosts joined or left, gives what this host has above its share to those that have less: otherwise a host that was
/// restarted would stand empty beside the others for good. Places move with what they have in memory, and nobody waits for them.
/// </summary>
internal sealed partial class BalanceWatch(
    IClusterMembershipService membership, OtherHosts others, PlaceLedger ledger, StoreWatch store, Readiness readiness, TimeProvider time, ILogger<BalanceWatch> logger) : BackgroundService
{
    /// <summary>How long the cluster must have been the same: a rolling restart is over, and a host that comes and goes gets nothing.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);

    /// <summary>Less than this above its share is no reason to move anything.</summary>
    private const int Tolerated = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        MembershipVersion? seen = null;
        using var timer = new PeriodicTimer(Calm, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var version = membership.CurrentSnapshot.Version;
            var isCalm = version == seen;
            seen = version;
            // A place that moved while the store is away could not be opened again, and would be there for nobody.
            if (!isCalm || readiness.IsLeaving || store.LostSince is not null)
                continue;
            try
            {
                await ShareAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotShared(failure.Message);
            }
        }
    }

    private async Task ShareAsync(CancellationToken stopping)
    {
        if (ledger.Active.Count <= Tolerated)
            return;
        var counts = await others.TakingPlacesAsync(stopping);
        counts.Add(others.Self, ledger.Active.Count);
        var targets = Targets(others.Self, counts);
        if (targets.Count == 0)
            return;
        await ledger.Active.MoveAsync(targets, Patience, time, stopping);
        LogShared(targets.Count, counts[others.Self]);
    }

    /// <summary>
    /// One host for each place that this one gives away; none for a small difference. All hosts reckon alike, each takes its own part of
    /// the room there is: when several give at the same time, none is given too much.
    /// </summary>
    /// <param name="self">The host that asks.</param>
    /// <param name="counts">Places of every host, its own among them.</param>
    internal static List<T> Targets<T>(T self, IReadOnlyDictionary<T, int> counts)
        where T : IComparable<T>
    {
        var share = (counts.Values.Sum() + counts.Count - 1) / counts.Count;
        var tolerated = Math.Max(Tolerated, share / 10);
        var givers = counts.Where(host => host.Value - share > tolerated).OrderBy(host => host.Key).ToList();
        var before = givers.TakeWhile(host => host.Key.CompareTo(self) != 0).Sum(host => host.Value - share);
        var own = givers.Any(host => host.Key.CompareTo(self) == 0) ? counts[self] - share : 0;
        return [.. counts.Where(host => host.Value < share).OrderBy(host => host.Value).ThenBy(host => host.Key)
            .SelectMany(host => Enumerable.Repeat(host.Key, share - host.Value)).Skip(before).Take(own)];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Moved} of {Count} places have moved to hosts that had fewer.")]
    private partial void LogShared(int moved, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The places were not shared out this time ({Reason}).")]
    private partial void LogNotShared(string reason);
}

using Coordination.Grains;

namespace Coordination.Server.Hosting;

/// <summary>
/// Some time after hosts joined or left, gives what this host has above its share to those that have less: otherwise a host that was
/// restarted would stand empty beside the others for good. Places move with what they have in memory, and nobody waits for them.
/// </summary>
internal sealed partial class BalanceWatch(
    IClusterMembershipService membership, OtherHosts others, PlaceLedger ledger, TimeProvider time, ILogger<BalanceWatch> logger) : BackgroundService
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
            if (!isCalm)
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
        var own = ledger.Active.Count;
        var hosts = others.Active();
        if (hosts.Count == 0 || own <= Tolerated)
            return;
        var counts = new Dictionary<SiloAddress, int>();
        foreach (var host in hosts)
            counts.Add(host, await others.AskAsync(host, grain => grain.CountPlaces()));
        var targets = Targets(own, counts);
        if (targets.Count == 0)
            return;
        await ledger.Active.MoveAsync(targets, Patience, time, stopping);
        LogShared(targets.Count, own);
    }

    /// <summary>One host for each place to be moved: the emptiest first, none beyond its share; nothing for a small difference.</summary>
    internal static List<T> Targets<T>(int own, IReadOnlyDictionary<T, int> others)
        where T : notnull
    {
        var share = (own + others.Values.Sum() + others.Count) / (others.Count + 1);
        if (own - share <= Math.Max(Tolerated, share / 10))
            return [];
        return [.. others.OrderBy(host => host.Value)
            .SelectMany(host => Enumerable.Repeat(host.Key, Math.Max(0, share - host.Value))).Take(own - share)];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Moved} of {Count} places have moved to hosts that had fewer.")]
    private partial void LogShared(int moved, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The places were not shared out this time ({Reason}).")]
    private partial void LogNotShared(string reason);
}

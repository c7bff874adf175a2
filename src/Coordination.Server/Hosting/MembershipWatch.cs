using Coordination.Contracts;
using Coordination.Domain;
using Coordination.Live.Relay;

namespace Coordination.Server.Hosting;

/// <summary>
/// When a host joins or is lost, watches every topic of this host again at once, and has the lists wake the places that were on the lost
/// one: something may fall due there, and nobody else may ask for it.
/// </summary>
internal sealed partial class MembershipWatch(
    IClusterMembershipService membership, ViewRelay relay, IGrainFactory grains, TimeProvider time, ILogger<MembershipWatch> logger) : BackgroundService
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var known = Active(membership.CurrentSnapshot);
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var now = Active(snapshot);
            if (now.SetEquals(known))
                continue;
            LogChanged(known.Count, now.Count);
            var lost = !known.IsSubsetOf(now);
            known = now;
            relay.RenewAll();
            if (lost)
                _ = WakeAsync(stoppingToken);
        }
    }

    private async Task WakeAsync(CancellationToken stopping)
    {
        foreach (var kind in Enum.GetValues<PlaceKind>())
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    await grains.DirectoryGrain(kind).Wake();
                    break;
                }
                catch (Exception failure) when (!stopping.IsCancellationRequested)
                {
                    LogNotAwake(PlaceId.PathOf(kind), failure.Message);
                    await Task.Delay(TryAgain, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private static HashSet<SiloAddress> Active(ClusterMembershipSnapshot snapshot) =>
        [.. snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress)];

    [LoggerMessage(Level = LogLevel.Information, Message = "The cluster had {Before} hosts and has {Now} now.")]
    private partial void LogChanged(int before, int now);

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Kind} are not awake again yet ({Reason}); tried again.")]
    private partial void LogNotAwake(string kind, string reason);
}

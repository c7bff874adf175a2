using Coordination.Contracts;
using Orleans.Runtime.Placement;

namespace Coordination.Server.Hosting;

/// <summary>The other hosts of the cluster.</summary>
internal sealed class OtherHosts(IClusterMembershipService membership, ILocalSiloDetails self, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>This host.</summary>
    public SiloAddress Self => self.SiloAddress;

    /// <summary>Those that are active, as this host sees it.</summary>
    public List<SiloAddress> Active() => [.. membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(self.SiloAddress)).Select(member => member.SiloAddress)];

    /// <summary>Those that take places now, with how many they have: not those that are about to stop or cannot write.</summary>
    public async Task<Dictionary<SiloAddress, int>> TakingPlacesAsync(CancellationToken cancellation)
    {
        var hosts = Active();
        var counts = await Task.WhenAll(hosts.Select(async host =>
        {
            try
            {
                return await AskAsync(host, grain => grain.CountPlaces()).WaitAsync(Patience, time, cancellation);
            }
            catch (Exception) when (!cancellation.IsCancellationRequested)
            {
                return null;
            }
        }));
        return hosts.Zip(counts).Where(host => host.Second is not null).ToDictionary(host => host.First, host => host.Second!.Value);
    }

    /// <summary>Asks another host; whatever comes in between is an exception of the call.</summary>
    public async Task<T> AskAsync<T>(SiloAddress host, Func<IHostGrain, Task<T>> question)
    {
        // Its grain is made on that host, and stays there.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, host);
        try
        {
            return await question(grains.GetGrain<IHostGrain>(host.ToParsableString()));
        }
        finally
        {
            RequestContext.Clear();
        }
    }
}

using Coordination.Contracts;
using Coordination.Grains;
using Orleans.Runtime.Placement;

namespace Coordination.Server.Hosting;

/// <summary>Answers for the host that it was placed on.</summary>
public sealed class HostGrain(IServiceProvider services, PlaceLedger ledger) : Grain, IHostGrain
{
    public Task<bool> CanReachStore() => Task.FromResult(services.GetRequiredService<StoreWatch>().LostSince is null);

    public Task<int?> CountPlaces() =>
        Task.FromResult<int?>(services.GetRequiredService<Readiness>().IsLeaving ? null : ledger.Active.Count);
}

/// <summary>The other hosts of the cluster.</summary>
internal sealed class OtherHosts(IClusterMembershipService membership, ILocalSiloDetails self, IGrainFactory grains)
{
    /// <summary>This host.</summary>
    public SiloAddress Self => self.SiloAddress;

    /// <summary>Those that are active, as this host sees it.</summary>
    public List<SiloAddress> Active() => [.. membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(self.SiloAddress)).Select(member => member.SiloAddress)];

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

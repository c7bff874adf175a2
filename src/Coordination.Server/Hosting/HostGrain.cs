using Coordination.Contracts;
using Coordination.Grains;

namespace Coordination.Server.Hosting;

/// <summary>Answers for the host that it was placed on.</summary>
internal sealed class HostGrain(StoreWatch store, PlaceLedger ledger, Readiness readiness, ILocalSiloDetails self) : Grain, IHostGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken) => this.GetPrimaryKeyString() == self.SiloAddress.ToParsableString()
        ? Task.CompletedTask
        : throw new OrleansException($"{this.GetPrimaryKeyString()} cannot be asked: this is {self.SiloAddress}.");

    public Task<bool> CanReachStore(Guid identity) => Task.FromResult(store.LostSince is null && store.Identity == identity);

    public Task<int?> CountPlaces() =>
        Task.FromResult<int?>(readiness.IsLeaving || store.LostSince is not null ? null : ledger.Active.Count);
}

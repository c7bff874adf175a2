using Coordination.Contracts;

namespace Coordination.Server.Hosting;

/// <summary>Answers for the host that it was placed on.</summary>
public sealed class HostGrain(IServiceProvider services) : Grain, IHostGrain
{
    public Task<bool> CanReachStore() => Task.FromResult(services.GetRequiredService<StoreWatch>().LostSince is null);
}

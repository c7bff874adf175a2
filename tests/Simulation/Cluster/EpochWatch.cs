using Coordination.Ledger;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>
/// Asks the store every few seconds for the epochs of the places in the memory of a host, so that one that was replaced elsewhere
/// learns of it also when nobody writes to it.
/// </summary>
internal sealed class EpochWatch
{
    private readonly SimulatedCluster cluster;
    private readonly Host host;
    private readonly Lane lane;

    public EpochWatch(SimulatedCluster cluster, Host host)
    {
        this.cluster = cluster;
        this.host = host;
        lane = host.NewLane($"watch@{host.Name}");
        lane.Post(RunAsync);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await cluster.World.Delay(cluster.WatchPeriod * (0.8 + (0.4 * cluster.World.Chance.NextDouble())));
            host.Guard.WriteFile();
            var watched = cluster.ActivationsOf(host).FindAll(activation => activation is { IsGone: false, Stream.Epoch: > 0 });
            if (watched.Count == 0)
                continue;
            try
            {
                var epochs = await host.Store.ReadEpochsAsync(watched.ConvertAll(activation => activation.Stream.Name), CancellationToken.None);
                for (var i = 0; i < watched.Count; i++)
                {
                    var (activation, epoch) = (watched[i], epochs[i]);
                    activation.Lane.Post(() => activation.NoteEpoch(epoch));
                }
            }
            catch (StoreUnavailableException)
            {
                // Nothing is known; the next time tells.
            }
        }
    }
}

using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>
/// Who is taken for alive. The table is one and kept with the store; each host has the copy it read last, and reads the next one
/// when it comes to it. A host that finds itself declared dead ends and starts again.
/// </summary>
internal sealed class Membership(SimulatedCluster cluster)
{
    private readonly World world = cluster.World;

    /// <summary>In the order in which they joined; never changed, only replaced.</summary>
    public IReadOnlyList<Host> Table { get; private set; } = [];

    public void Join(Host host)
    {
        // Who starts where another was that nobody missed yet declares that one dead.
        Table = [.. Table.Where(known => known.Name != host.Name), host];
        host.Learn(Table);
        Spread();
    }

    /// <summary>Whether it is true or not.</summary>
    public void DeclareDead(Host host)
    {
        if (!Table.Contains(host) || Table.Count == 1)
            return;
        world.Trace($"{host.Name} is declared dead{(host.IsDead ? "" : ", and goes on")}");
        Table = [.. Table.Where(known => known != host)];
        Spread();
    }

    private void Spread()
    {
        foreach (var host in cluster.Hosts)
        {
            if (!host.IsDead && !host.IsLearning)
                Tell(host);
        }
    }

    private void Tell(Host host)
    {
        host.IsLearning = true;
        world.After(cluster.Weather.IsCalm ? world.Between(10, 1000) : world.Between(10, 10_000), () => host.Pool.Post(() =>
        {
            if (!cluster.Disk.Serves(host))
            {
                Tell(host);
                return;
            }
            host.IsLearning = false;
            if (Table.Contains(host))
                host.Learn(Table);
            else
                cluster.Crash(host);
        }));
    }
}

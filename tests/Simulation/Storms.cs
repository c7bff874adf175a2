using Coordination.Simulation.Clients;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Feed;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation;

/// <summary>What happens to hosts and connections from outside, before any step.</summary>
internal sealed class Storms(SimulatedCluster cluster, IReadOnlyList<Screen> screens)
{
    private readonly World world = cluster.World;
    private readonly Weather weather = cluster.Weather;

    public void Strike()
    {
        if (world.Happens(weather.Crash) && cluster.Alive() is [_, ..] alive)
            cluster.Crash(world.Pick(alive));
        if (world.Happens(weather.Pause))
            Pause(world.Pick(cluster.Hosts));
        if (world.Happens(weather.SecondActivation))
            cluster.ActivateAgain(world.Pick(Requests.Places));
        if (world.Happens(weather.Deactivation))
            cluster.Deactivate();
        if (world.Happens(weather.Outage))
        {
            world.Trace("the disk takes no writes");
            weather.OutageUntil = world.Now + world.Between(100, 5_000);
        }
        if (world.Happens(weather.ClockIsSet))
            world.Pick(cluster.Hosts).Clock.Error = world.Between(-1_200_000, 1_200_000);
        if (world.Happens(weather.Disconnect))
            world.Pick(screens).Disconnect();
        if (world.Happens(weather.Disconnect))
            world.Pick(screens).WatchAgain();
    }

    private void Pause(Host host)
    {
        var until = world.Now + world.Between(50, 10_000);
        world.Trace($"{host.Name} hangs until {until.TotalSeconds:F3}");
        host.Pause(until);
        world.After(until - world.Now, () => { }); // So that there is a moment at which it wakes.
    }
}

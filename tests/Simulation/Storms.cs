using Coordination.Simulation.Clients;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Feed;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation;

/// <summary>What happens to hosts, store, network and connections from outside, before any step.</summary>
internal sealed class Storms(SimulatedCluster cluster, IReadOnlyList<Screen> screens)
{
    private readonly World world = cluster.World;
    private readonly Weather weather = cluster.Weather;

    public void Strike()
    {
        StrikeHosts();
        StrikePlaces();
        StrikeStore();
        if (world.Happens(weather.Partition))
            Partition();
        if (world.Happens(weather.Disconnect))
            world.Pick(screens).Disconnect();
        if (world.Happens(weather.Disconnect))
            world.Pick(screens).WatchAgain();
    }

    private void StrikeHosts()
    {
        if (world.Happens(weather.Crash))
            cluster.Crash(world.Pick(cluster.Hosts));
        if (world.Happens(weather.Shutdown))
            cluster.Shutdown(world.Pick(cluster.Hosts));
        if (world.Happens(weather.Pause))
            Pause(world.Pick(cluster.Hosts));
        if (world.Happens(weather.DeclaredDead))
            cluster.Membership.DeclareDead(world.Pick(cluster.Hosts));
        if (world.Happens(weather.ClockIsSet))
            world.Pick(cluster.Hosts).Clock.Error = world.Between(-1_200_000, 1_200_000);
    }

    private void StrikePlaces()
    {
        if (world.Happens(weather.SecondActivation))
        {
            var place = world.Pick(Requests.Places);
            for (var count = world.Happens(0.3) ? 2 : 1; count > 0; count--)
                cluster.ActivateAgain(place);
        }
        if (world.Happens(weather.Deactivation))
            cluster.Deactivate();
        if (world.Happens(weather.Migration))
            cluster.Migrate();
    }

    private void StrikeStore()
    {
        if (world.Happens(weather.Backup))
            cluster.Disk.Backup();
        if (world.Happens(weather.StoreRestart))
            cluster.RestartStore();
        if (world.Happens(weather.Outage))
        {
            world.Trace("the disk takes no writes");
            weather.OutageUntil = world.Now + world.Between(100, 5_000);
        }
    }

    /// <summary>Hangs; when it does so for long, the others may declare it dead, and it goes on all the same.</summary>
    private void Pause(Host host)
    {
        var duration = world.Happens(0.3) ? world.Between(5_000, 30_000) : world.Between(50, 5_000);
        world.Trace($"{host.Name} hangs for {duration.TotalSeconds:F3} s");
        host.Pause(world.Now + duration);
        world.After(duration, () => { }); // So that there is a moment at which it wakes.
        if (duration > TimeSpan.FromSeconds(2) && world.Happens(0.6))
            world.After(duration * world.Chance.NextDouble(), () => Suspect(host));
    }

    /// <summary>A host is cut off from another, from the store, from the clients or from all of them; one way or both, once or again and again.</summary>
    private void Partition()
    {
        var host = world.Pick(cluster.Hosts);
        var others = cluster.Hosts.ConvertAll(other => other.Name).FindAll(name => name != host.Name);
        IReadOnlyList<string> far = world.Chance.Next(6) switch
        {
            0 => [Links.Store],
            1 => [Links.Clients],
            2 => others,
            3 => [.. others, Links.Store],
            4 => [.. others, Links.Store, Links.Clients],
            _ => [world.Pick(others)],
        };
        var ways = world.Chance.Next(4); // Mostly both.
        var duration = world.Happens(0.5) ? world.Between(50, 3_000) : world.Between(3_000, 60_000);
        var times = world.Happens(0.3) ? world.Chance.Next(2, 8) : 1;
        for (var time = 0; time < times; time++)
            world.After(duration / times * time, () => Cut(host.Name, far, ways, times == 1 ? duration : duration / times * world.Chance.NextDouble()));
        if (duration > TimeSpan.FromSeconds(3) && far.Count > 1 && world.Happens(0.6))
            world.After(duration * world.Chance.NextDouble(), () => Suspect(host));
    }

    private void Suspect(Host host)
    {
        if (!weather.IsCalm)
            cluster.Membership.DeclareDead(host);
    }

    private void Cut(string host, IReadOnlyList<string> far, int ways, TimeSpan duration)
    {
        if (weather.IsCalm)
            return;
        foreach (var other in far)
        {
            if (ways != 0)
                cluster.Links.Cut(host, other, duration);
            if (ways != 1)
                cluster.Links.Cut(other, host, duration);
        }
    }
}

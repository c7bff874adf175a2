using Coordination.Domain;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>
/// How a host finds a place. What is known of a place is kept by one of the hosts; which one follows from who is alive, so hosts
/// that see that differently ask different ones, and a place gets two activations.
/// </summary>
internal sealed class PlaceDirectory(SimulatedCluster cluster)
{
    private readonly World world = cluster.World;

    /// <summary>Where a host finds a place, which is activated when nobody knows it; null when who is to be asked cannot be.</summary>
    public Activation? Find(Host through, PlaceId place)
    {
        if (through.Routes.TryGetValue(place, out var known) && IsBelieved(through, known))
            return known;
        var keeper = KeeperOf(place, through.View);
        if (!Talk(through, keeper))
            return null;
        if (!keeper.Kept.TryGetValue(place, out var found) || !IsBelieved(keeper, found))
        {
            var target = world.Pick(keeper.View);
            if (target.IsStopping || !Talk(keeper, target))
                return null;
            found = keeper.Kept[place] = cluster.Activate(target, place);
        }
        return through.Routes[place] = found;
    }

    /// <summary>A place has come to a host with its state: it is known there, if nobody has made another one meanwhile.</summary>
    /// <returns>Whether it may stay.</returns>
    public bool Register(Host at, Activation arrived, Activation left)
    {
        var keeper = KeeperOf(arrived.Place, at.View);
        if (Talk(at, keeper))
        {
            if (keeper.Kept.TryGetValue(arrived.Place, out var other) && other != left && IsBelieved(keeper, other) && world.Happens(0.7))
                return false;
            keeper.Kept[arrived.Place] = arrived;
        }
        at.Routes[arrived.Place] = arrived;
        return true;
    }

    /// <summary>A host has learnt who is alive: what it keeps for others it hands on, if that works, and what was on dead ones is forgotten.</summary>
    public void Rearrange(Host host)
    {
        foreach (var (place, activation) in host.Kept.ToArray())
        {
            var keeper = KeeperOf(place, host.View);
            if (keeper == host && host.View.Contains(activation.Host))
                continue;
            host.Kept.Remove(place);
            if (keeper != host && Talk(host, keeper) && !world.Happens(cluster.Weather.DirectoryForgets))
                TakeOver(keeper, place, activation);
        }
        foreach (var (place, activation) in host.Routes.ToArray())
        {
            if (!host.View.Contains(activation.Host))
                host.Routes.Remove(place);
        }
    }

    private void TakeOver(Host keeper, PlaceId place, Activation activation)
    {
        if (!keeper.Kept.TryGetValue(place, out var other) || !IsBelieved(keeper, other))
            keeper.Kept[place] = activation;
        else if (other != activation && Talk(keeper, activation.Host) && world.Happens(0.5))
            activation.Lane.Post(activation.DeactivateAsync); // One too many; the other half of the time nobody tells it.
    }

    private bool IsBelieved(Host by, Activation activation) =>
        by.View.Contains(activation.Host) && !(activation.IsRetired && Talk(by, activation.Host));

    private bool Talk(Host one, Host other) =>
        one == other || (!other.IsDead && cluster.Links.CarriesBothWays(one.Name, other.Name));

    private static Host KeeperOf(PlaceId place, IReadOnlyList<Host> view) => view[place.ToString().Sum(letter => letter) % view.Count];
}

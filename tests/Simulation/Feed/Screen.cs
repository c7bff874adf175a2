using Coordination.Contracts.Live;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Feed;

/// <summary>A client that watches: keeps the newest view of each topic, drops older ones, and connects again when it is cut off.</summary>
internal sealed class Screen
{
    private readonly SimulatedCluster cluster;
    private readonly World world;
    private readonly IReadOnlyList<string> topics;
    private readonly Dictionary<string, LiveView> shown = new(StringComparer.Ordinal);
    private (Host Host, Connection Connection)? current;

    public Screen(SimulatedCluster cluster, string name, IReadOnlyList<string> topics)
    {
        this.cluster = cluster;
        this.topics = topics;
        world = cluster.World;
        Name = name;
        Connect();
    }

    public string Name { get; }

    /// <summary>What it shows of a topic; null before the first view.</summary>
    public LiveView? Shows(string topic) => shown.GetValueOrDefault(topic);

    public void Show(LiveView view)
    {
        if (!view.IsNewerThan(Shows(view.Topic)))
            return;
        // Epochs order the openings of a stream, so a newer epoch never has fewer events.
        if (Shows(view.Topic) is { } before && view.Version < before.Version)
            world.Fail(Fault.Backwards, $"{Name} showed version {before.Version} of {view.Topic} and goes back to {view.Epoch}.{view.Version}.");
        if (world.IsTracing)
            world.Trace($"{Name} shows {view.Topic} {view.Epoch}.{view.Version}");
        shown[view.Topic] = view;
    }

    /// <summary>The network cuts it off.</summary>
    public void Disconnect()
    {
        if (current is not { } link)
            return;
        world.Trace($"{Name} is cut off");
        link.Connection.Break();
        if (!link.Host.IsDead)
            link.Host.Relay.Disconnect(link.Connection);
    }

    /// <summary>It leaves a topic and comes back to it on the same connection.</summary>
    public void WatchAgain()
    {
        if (current is { } link && cluster.Links.Carries(Links.Clients, link.Host.Name))
            link.Host.Relay.WatchAgain(link.Connection, world.Pick(topics));
    }

    public void Lost(Connection connection)
    {
        if (current?.Connection != connection)
            return;
        current = null;
        world.After(world.Between(10, 3000), Connect);
    }

    private void Connect()
    {
        var host = world.Pick(cluster.Hosts);
        if (host.IsDead || host.IsStopping || !cluster.Links.CarriesBothWays(Links.Clients, host.Name))
        {
            world.After(world.Between(10, 3000), Connect);
            return;
        }
        var connection = new Connection(cluster, host, this, topics);
        current = (host, connection);
        host.Relay.Connect(connection);
    }
}

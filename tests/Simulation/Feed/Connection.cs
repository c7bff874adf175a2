using Coordination.Contracts.Live;
using Coordination.Live.Core;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Feed;

/// <summary>
/// One connection of a screen to a host, with the real <see cref="Outbox"/> and a transport that takes one write at a time, at
/// once, soon, or after so long that the screen counts as stuck.
/// </summary>
internal sealed class Connection
{
    private readonly SimulatedCluster cluster;
    private readonly World world;
    private readonly Weather weather;
    private readonly Host host;
    private readonly Screen screen;
    private readonly Dictionary<string, LiveView> pushed = new(StringComparer.Ordinal);
    private readonly HashSet<string> watchedAgain = new(StringComparer.Ordinal);
    private bool broken;

    public Connection(SimulatedCluster cluster, Host host, Screen screen, IReadOnlyList<string> topics)
    {
        this.cluster = cluster;
        this.host = host;
        world = cluster.World;
        weather = cluster.Weather;
        this.screen = screen;
        Topics = topics;
        Outbox = new Outbox(WriteAsync);
    }

    public Outbox Outbox { get; }

    public IReadOnlyList<string> Topics { get; }

    /// <summary>
    /// The topic is left and watched anew: a delivery that was on its way when it was left may still come, so from here on it is the
    /// screen that drops what is older.
    /// </summary>
    public void WatchedAgain(string topic) => watchedAgain.Add(topic);

    /// <summary>The answer to a watch. It is on its way beside the pushes, so either may come first.</summary>
    public void Answer(LiveView view) => world.After(weather.MessageLatency(), () =>
    {
        if (IsCarried())
            screen.Show(view);
    });

    /// <summary>A push arrives. Those of one connection keep their order, so each must be newer than the one before.</summary>
    public void Deliver(LiveView view)
    {
        if (!IsCarried())
            return;
        if (pushed.TryGetValue(view.Topic, out var before) && !view.IsNewerThan(before) && !watchedAgain.Contains(view.Topic))
            world.Fail(Fault.Backwards, $"{view.Topic} {view.Epoch}.{view.Version} came after {before.Epoch}.{before.Version} to {screen.Name}.");
        pushed[view.Topic] = view;
        screen.Show(view);
    }

    /// <summary>Ends from either side; what is on its way is lost.</summary>
    public void Break()
    {
        if (broken)
            return;
        broken = true;
        screen.Lost(this);
    }

    /// <summary>A write over a network that does not carry it ends the connection; the screen finds out when it misses something.</summary>
    private bool IsCarried()
    {
        if (!broken && !cluster.Links.Carries(host.Name, Links.Clients))
        {
            broken = true;
            world.After(world.Between(10, 15_000), () => screen.Lost(this));
            host.Relay.Disconnect(this);
        }
        return !broken;
    }

    private ValueTask WriteAsync(SharedView view)
    {
        if (!world.Happens(weather.WriterStuck) && world.Happens(0.5))
        {
            Deliver(view.View);
            return ValueTask.CompletedTask;
        }
        return SlowAsync(view);
    }

    private async ValueTask SlowAsync(SharedView view)
    {
        await world.Delay(world.Happens(weather.WriterStuck) ? world.Between(1_000, 60_000) : world.Between(0.1, 20));
        Deliver(view.View);
    }
}

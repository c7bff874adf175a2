using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>
/// Which way is cut for now. The ends are the hosts, by their names, <see cref="Store"/> and <see cref="Clients"/>; each direction is
/// cut by itself, because a network that carries only one way is the harder one.
/// </summary>
internal sealed class Links(World world)
{
    public const string Store = "store";
    public const string Clients = "clients";

    private readonly Dictionary<(string From, string To), TimeSpan> cuts = [];

    public bool Carries(string from, string to) => !cuts.TryGetValue((from, to), out var until) || world.Now >= until;

    /// <summary>Whether a question comes through, and its answer.</summary>
    public bool CarriesBothWays(string one, string other) => Carries(one, other) && Carries(other, one);

    public void Cut(string from, string to, TimeSpan duration)
    {
        world.Trace($"nothing comes from {from} to {to} for {duration.TotalSeconds:F3} s");
        cuts[(from, to)] = world.Now + duration;
    }

    public void Heal() => cuts.Clear();
}

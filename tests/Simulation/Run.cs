using Coordination.Simulation.Clients;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Disk;
using Coordination.Simulation.Feed;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation;

/// <summary>What a run did.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">How many steps it took.</param>
/// <param name="Acknowledged">Commands and inputs that were acknowledged.</param>
/// <param name="Events">Events that became durable.</param>
/// <param name="Fingerprint">Equal for two runs that did the same.</param>
internal sealed record RunResult(int Seed, int Steps, int Acknowledged, long Events, ulong Fingerprint);

/// <summary>
/// One simulation: some hundred steps in bad weather, then calm until every client has its answers and every screen the last view.
/// </summary>
internal static class Run
{
    private const int Clients = 3;
    private const int Screens = 3;

    /// <summary>
    /// Steps in calm weather after which a run that has not come to its end counts as stuck. A host that hangs when the calm begins may do so
    /// for half a minute more, and what waits for it takes a step every millisecond or two.
    /// </summary>
    private const int MostCalmSteps = 200_000;

    /// <summary>Time from the last answer until everything is right: a write that was stuck ends, leases and watches come round.</summary>
    private static readonly TimeSpan MostCalmTime = TimeSpan.FromSeconds(90);

    /// <exception cref="FaultFoundException">Something is wrong; the message says what, and how to see it again.</exception>
    public static RunResult Seed(int seed, SimulationOptions? options = null, Action<string>? trace = null)
    {
        // A test runner's context would take continuations out of the simulation.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return SeedAlone(seed, options ?? SimulationOptions.AsShipped, trace);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static RunResult SeedAlone(int seed, SimulationOptions options, Action<string>? trace)
    {
        var world = new World(seed, trace);
        var weather = new Weather(world);
        var cluster = new SimulatedCluster(world, weather, options);
        var clients = Enumerable.Range(1, Clients).Select(number => Client.Start(cluster, $"client{number}")).ToArray();
        var topics = Requests.Places.Select(place => place.ToString()).ToArray();
        var screens = Enumerable.Range(1, Screens).Select(number => new Screen(cluster, $"screen{number}", topics)).ToArray();
        var storms = new Storms(cluster, screens);

        for (var stormy = world.Chance.Next(600, 2400); stormy > 0; stormy--)
        {
            storms.Strike();
            world.Step();
        }
        world.Trace("calm");
        weather.Calm();
        cluster.Links.Heal();
        cluster.Disk.Mend();
        var (steps, began) = (world.Steps, world.Now);
        while (!HasEnded())
        {
            if (Array.Exists(clients, client => !client.IsDone))
                began = world.Now;
            if (world.Steps - steps > MostCalmSteps || world.Now - began > MostCalmTime)
                world.Fail(Fault.NoEnd, WhoWaits());
            world.ThrowIfFailed();
            world.Step();
        }
        cluster.Checker.CheckAcknowledged();
        // As a start would read it; an observer's store answers at once, so this is no step of the simulation.
        if (!cluster.Checker.CheckDiskAsync(new DiskStore(world, cluster.Disk, null)).IsCompletedSuccessfully)
            world.Fail(Fault.Exception, "The disk cannot be read.");
        world.ThrowIfFailed();
        return new RunResult(
            seed, world.Steps, cluster.Checker.Acknowledged, topics.Sum(topic => cluster.Checker.LogOf(topic).Version), world.Fingerprint);

        bool HasEnded() => Array.TrueForAll(clients, client => client.IsDone) && cluster.Replaced().Count == 0
            && Array.TrueForAll(screens, screen => Array.TrueForAll(topics, topic => IsLast(screen, topic)));

        bool IsLast(Screen screen, string topic) => screen.Shows(topic) is { } view && view.Version == cluster.Checker.LogOf(topic).Version;

        string WhoWaits() => string.Join(", ", clients.Where(client => !client.IsDone).Select(client => $"{client.Name} waits for an answer")
            .Concat(cluster.Replaced().Select(activation => $"{activation.Lane.Name} at epoch {activation.Stream.Epoch} does not know that it was replaced"))
            .Concat(screens.SelectMany(screen => topics.Where(topic => !IsLast(screen, topic)).Select(topic =>
                $"{screen.Name} shows version {screen.Shows(topic)?.Version} of {topic}, the last is {cluster.Checker.LogOf(topic).Version}"))));
    }
}

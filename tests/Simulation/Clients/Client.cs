using System.Collections.Immutable;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Clients;

/// <summary>
/// A device, a gate or an office: asks, and asks again with the same id until it has an answer. Never knows what became of what
/// it sent and got no answer to.
/// </summary>
internal sealed class Client
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SimulatedCluster cluster;
    private readonly World world;
    private readonly Dictionary<PlaceId, long> sequences = [];
    private readonly Dictionary<PlaceId, long> seen = [];
    private readonly List<(PlaceId Place, OccupancyInput Input)> sent = [];
    private readonly List<(PlaceId Place, CommandKey Key)> done = [];
    private int commands;

    private Client(SimulatedCluster cluster, string name)
    {
        this.cluster = cluster;
        Name = name;
        world = cluster.World;
    }

    /// <summary>A client that asks as long as the weather is bad.</summary>
    public static Client Start(SimulatedCluster cluster, string name)
    {
        var client = new Client(cluster, name);
        new Lane(client.world, name).Post(client.RunAsync);
        return client;
    }

    public string Name { get; }

    /// <summary>It has its answers and asks for nothing more.</summary>
    public bool IsDone { get; private set; }

    private async Task RunAsync()
    {
        foreach (var place in Requests.Places)
            await CommandAsync(place, new DefinePlace(Requests.Profile(place, place.Slug), ExpectedVersion: 0));
        while (!cluster.Weather.IsCalm)
        {
            await world.Delay(world.Happens(0.03) ? world.Between(1_000, world.Happens(0.2) ? 200_000 : 10_000) : world.Between(0.1, 30));
            var place = world.Pick(Requests.Places);
            switch (world.Chance.Next(10))
            {
                case < 5:
                    await InputsAsync(place);
                    break;
                case < 8:
                    await CommandAsync(place, Requests.Command(world, place, commands, seen.GetValueOrDefault(place)));
                    break;
                case 8:
                    await UseKeyAgainAsync();
                    break;
                default:
                    await ReadAsync(place);
                    break;
            }
        }
        IsDone = true;
    }

    private Task CommandAsync(PlaceId place, OccupancyCommand command)
    {
        var number = ++commands;
        return CommandAsync(place, command, new CommandKey($"{Name}-{number}", (ulong)number), keyWasUsed: false);
    }

    /// <summary>The same key with another body, which must be refused for as long as the key is remembered.</summary>
    private async Task UseKeyAgainAsync()
    {
        if (done.Count == 0)
            return;
        var (place, key) = world.Pick(done);
        await CommandAsync(place, new CorrectCount(place == Requests.Lot ? null : "east", 1, Name, "another body"), key with { Fingerprint = 999_999 }, keyWasUsed: true);
    }

    private async Task CommandAsync(PlaceId place, OccupancyCommand command, CommandKey key, bool keyWasUsed)
    {
        while (true)
        {
            var existed = cluster.Checker.IsCreated(place);
            var reply = await cluster.AskAsync(Links.Clients, Entry(), place, Patience, activation => activation.ExecuteAsync(command, key));
            if (reply is not null && reply.Result.Status is not (CommandStatus.Unavailable or CommandStatus.Overloaded))
            {
                if (world.IsTracing)
                    world.Trace($"{Name}: {key.Id} {command.GetType().Name} on {place}: {reply.Result.Status} {reply.Result.Rejection?.Code} at version {reply.Result.Version}");
                cluster.Checker.Answered(place, command, key, reply, keyWasUsed, existed && !reply.IsReplaced);
                if (reply.Result.Version > 0)
                    seen[place] = reply.Result.Version;
                if (!keyWasUsed && reply is { Changed: true } or { Result.Status: CommandStatus.Replayed })
                    done.Add((place, key));
                return;
            }
            await PauseAsync();
        }
    }

    private async Task InputsAsync(PlaceId place)
    {
        var batch = new List<OccupancyInput>();
        for (var count = world.Chance.Next(1, 5); count > 0; count--)
        {
            if (world.Happens(0.1) && sent.FindAll(before => before.Place == place) is { Count: > 0 } earlier)
                batch.Add(world.Pick(earlier).Input); // A device that was switched off and sends its memory again.
            else
            {
                var sequence = sequences[place] = sequences.GetValueOrDefault(place) + 1;
                batch.Add(Requests.Input(world, place, Name, sequence));
                sent.Add((place, batch[^1]));
            }
        }
        while (batch.Count > 0)
        {
            var existed = cluster.Checker.IsCreated(place);
            var inputs = batch.ToImmutableArray();
            var reply = await cluster.AskAsync(Links.Clients, Entry(), place, Patience, activation => activation.RecordAsync(inputs));
            if (reply is { Receipt: { Unavailable: false } receipt })
            {
                for (var i = 0; i < receipt.Outcomes.Length; i++)
                {
                    if (world.IsTracing)
                        world.Trace($"{Name}: input {inputs[i].Sequence} on {place}: {receipt.Outcomes[i].Status} {receipt.Outcomes[i].Rejection?.Code} at version {receipt.Outcomes[i].Version}");
                    cluster.Checker.Answered(place, inputs[i], receipt.Outcomes[i], existed && !reply.IsReplaced);
                }
                batch.RemoveRange(0, receipt.Outcomes.Length);
            }
            if (batch.Count > 0)
                await PauseAsync();
        }
    }

    private async Task ReadAsync(PlaceId place)
    {
        var answer = await cluster.AskAsync(Links.Clients, Entry(), place, Patience, async activation => new Seen(await activation.ReadAsync()));
        if (answer?.View is not { } view)
            return;
        cluster.Checker.Shown(view);
        seen[place] = view.Version;
    }

    private Task PauseAsync() => world.Delay(world.Between(20, 1500));

    private Host Entry() => world.Pick(cluster.Hosts);

    private sealed record Seen(LiveView? View);
}

using Coordination.Contracts.Live;
using Coordination.Domain;
using Coordination.Live.Core;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Feed;

/// <summary>
/// From the activations to the connections of one host: the real <see cref="RelayCore"/>, with registrations that are renewed as
/// the product renews them.
/// </summary>
internal sealed class Relay
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    private readonly SimulatedCluster cluster;
    private readonly World world;
        private readonly Lane lane;
    private readonly RelayCore core = new(TimeSpan.FromMilliseconds(100));
    private readonly List<Connection> connections = [];
    private readonly HashSet<string> renewed = new(StringComparer.Ordinal);

    public Relay(SimulatedCluster cluster, Host host)
    {
        this.cluster = cluster;
        Host = host;
        world = cluster.World;
        lane = host.NewLane($"relay@{host.Name}");
    }

    public Host Host { get; }

    /// <summary>A connection comes. It hears at once what is known of each topic, and from then on what is new.</summary>
    public void Connect(Connection connection)
    {
        connections.Add(connection); // At once: it breaks with the host, also when nothing was said on it.
        lane.Post(() =>
        {
            foreach (var topic in connection.Topics)
                Watch(connection, topic);
        });
    }

    public void Disconnect(Connection connection) => lane.Post(() =>
    {
        if (!connections.Remove(connection))
            return;
        connection.Outbox.Close();
        foreach (var topic in connection.Topics)
            core.Remove(topic, connection.Outbox);
    });

    /// <summary>A client leaves a topic and comes back to it.</summary>
    public void WatchAgain(Connection connection, string topic) => lane.Post(() =>
    {
        core.Remove(topic, connection.Outbox);
        connection.WatchedAgain(topic);
        Watch(connection, topic);
    });

    /// <summary>A view has come, pushed or as an answer.</summary>
    public void OnView(LiveView view) => lane.Post(() => Take(view));

    /// <summary>The host is gone: its connections break.</summary>
    public void Drop() => connections.ForEach(connection => connection.Break());

    private void Watch(Connection connection, string topic)
    {
        if (!connections.Contains(connection))
            return;
        core.Add(topic, connection.Outbox);
        if (core.Latest(topic) is { } known)
            connection.Answer(known.View);
        if (renewed.Add(topic))
            lane.Post(() => RenewAsync(topic));
    }

    private async Task RenewAsync(string topic)
    {
        PlaceId.TryParse(topic, out var place);
        var retry = FirstRetry;
        while (connections.Exists(connection => connection.Topics.Contains(topic)))
        {
            var answer = await cluster.AskAsync(Host.Name, Host, place, WatchLease.Answer, async activation => new Answered(await activation.WatchAsync(this)));
            if (world.IsTracing)
                world.Trace($"{lane.Name} renews {topic}: {(answer is null ? "no answer" : answer.View is { } now ? $"{now.Epoch}.{now.Version}" : "no such place")}");
            if (answer is not null)
                TakeAnswer(topic, answer.View);
            await world.Delay(answer is null ? retry : WatchLease.Renewal * (0.8 + (0.2 * world.Chance.NextDouble())));
            retry = answer is null ? Min(retry * 2, LongestRetry) : FirstRetry;
        }
        renewed.Remove(topic);
    }

    private void TakeAnswer(string topic, LiveView? view)
    {
        if (cluster.HasCarelessRelay)
        {
            if (view is not null)
                Take(view);
            return;
        }
        if (view is not null)
            cluster.Checker.Shown(view);
        var before = core.NextDue;
        if (core.OnAnswer(topic, view, world.Now, out var delivery, out var misled))
            Send(delivery);
        SendLater(before);
        foreach (var connection in connections.FindAll(connection => misled.Contains(connection.Outbox)))
        {
            world.Trace($"{lane.Name} believes what is older of {topic}, and breaks a connection");
            connection.Break();
            Disconnect(connection);
        }
    }

    private void Take(LiveView view)
    {
        cluster.Checker.Shown(view);
        if (cluster.HasCarelessRelay)
        {
            connections.ForEach(connection => connection.Deliver(view));
            return;
        }
        var before = core.NextDue;
        if (core.OnView(view, world.Now, out var delivery))
            Send(delivery);
        SendLater(before);
    }

    private void SendLater(TimeSpan? before)
    {
        if (core.NextDue is { } due && due != before)
            world.After(due - world.Now, () => lane.Post(SendDue));
    }

    private void SendDue()
    {
        while (core.TryTakeDue(world.Now, out var delivery))
            Send(delivery);
        if (core.NextDue is { } due)
            world.After(due - world.Now, () => lane.Post(SendDue));
    }

    /// <summary>Deliveries are sent outside the relay's lock, so any number of them may be on their way, in any order.</summary>
    private void Send(Delivery delivery) => Host.Pool.Post(delivery.Send);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed record Answered(LiveView? View);
}

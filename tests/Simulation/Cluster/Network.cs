using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>Between clients and hosts, and between hosts: what is sent may be lost, late, doubled and out of order.</summary>
internal sealed class Network(World world, Weather weather, Links links)
{
    /// <summary>Sends something that is not answered. Within one end nothing is lost.</summary>
    public void Push(string from, string to, Action deliver)
    {
        if (from == to)
        {
            world.After(TimeSpan.Zero, deliver);
            return;
        }
        for (var copies = world.Happens(weather.MessageTwice) ? 2 : 1; copies > 0; copies--)
        {
            if (!links.Carries(from, to) || world.Happens(weather.MessageLost))
                world.Trace($"network: lost from {from} to {to}");
            else
                world.After(weather.MessageLatency(), deliver);
        }
    }

    /// <summary>Sends a request and waits for its answer; null when none came in time, whatever became of the request.</summary>
    public Task<T?> AskAsync<T>(string from, string to, TimeSpan patience, Action<Action<T>> send)
        where T : class
    {
        var answered = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.After(patience, () => answered.TrySetResult(null));
        Push(from, to, () => send(answer => Push(to, from, () => answered.TrySetResult(answer))));
        return answered.Task;
    }
}

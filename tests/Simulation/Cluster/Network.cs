using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>Between clients and hosts, and between hosts: what is sent may be lost, late, doubled and out of order.</summary>
internal sealed class Network(World world, Weather weather)
{
    /// <summary>Sends something that is not answered.</summary>
    public void Push(Action deliver)
    {
        for (var copies = world.Happens(weather.MessageTwice) ? 2 : 1; copies > 0; copies--)
        {
            if (world.Happens(weather.MessageLost))
                world.Trace("network: lost");
            else
                world.After(weather.MessageLatency(), deliver);
        }
    }

    /// <summary>Sends a request and waits for its answer; null when none came in time, whatever became of the request.</summary>
    public Task<T?> AskAsync<T>(TimeSpan patience, Action<Action<T>> send)
        where T : class
    {
        var answered = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.After(patience, () => answered.TrySetResult(null));
        Push(() => send(answer => Push(() => answered.TrySetResult(answer))));
        return answered.Task;
    }
}

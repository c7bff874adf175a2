using Coordination.Live.Hosting;
using Microsoft.AspNetCore.Http;

namespace Coordination.Live.Tests.Support;

/// <summary>Lets everybody watch everything but what it is told to refuse, and ends connections when it is told to.</summary>
internal sealed class TestAccess : ITopicAccess
{
    private readonly List<Action> _connections = [];

    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    public int Connections
    {
        get
        {
            lock (_connections)
                return _connections.Count;
        }
    }

    public ValueTask<bool> MayWatchAsync(HttpContext http, string topic) => ValueTask.FromResult(!Refused.Contains(topic));

    public IDisposable WatchFor(HttpContext http, Action ended)
    {
        lock (_connections)
            _connections.Add(ended);
        return new Ended(() =>
        {
            lock (_connections)
                _connections.Remove(ended);
        });
    }

    public void EndAll()
    {
        Action[] all;
        lock (_connections)
            all = [.. _connections];
        foreach (var end in all)
            end();
    }

    private sealed class Ended(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}

using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Coordination.Testing.Stub;

/// <summary>The live feed of the stub: what watchers get is what the test puts.</summary>
public sealed class StubFeed(IHubContext<StubHub> hub)
{
    private readonly ConcurrentDictionary<string, StubView> views = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HubCallerContext> connections = new(StringComparer.Ordinal);

    /// <summary>Topics of each call of Watch, in order.</summary>
    public ConcurrentQueue<string[]> Watches { get; } = new();

    /// <summary>Keeps a view without telling anybody: what a client misses while it is away.</summary>
    public void Put(string topic, long epoch, long version, object view) => views[topic] = new StubView(topic, epoch, version, view, null);

    /// <summary>Tells everybody, whether it is newer or not.</summary>
    public Task PushAsync(string topic, long epoch, long version, object view) =>
        hub.Clients.All.SendAsync("changed", topic, new { epoch, version }, view);

    /// <summary>Connections now.</summary>
    public int Connections => connections.Count;

    /// <summary>Since when figures are unconfirmed; told to whoever connects.</summary>
    public DateTimeOffset? UnconfirmedSince { get; private set; }

    /// <summary>Tells everybody since when figures are unconfirmed.</summary>
    public Task SetStatusAsync(DateTimeOffset? since)
    {
        UnconfirmedSince = since;
        return hub.Clients.All.SendAsync("status", new { unconfirmedSince = since });
    }

    /// <summary>Tells everybody to go elsewhere after so many milliseconds.</summary>
    public Task SayGoodbyeAsync(int reconnectAfterMs) => hub.Clients.All.SendAsync("goodbye", new { reconnectAfterMs });

    /// <summary>Cuts every connection.</summary>
    public void Cut()
    {
        foreach (var connection in connections.Values)
            connection.Abort();
    }

    internal StubView[] Watch(string[] topics)
    {
        Watches.Enqueue(topics);
        return [.. topics.Select(topic => !topic.Contains('/')
            ? new StubView(topic, 0, 0, null, "topic-unknown")
            : views.GetValueOrDefault(topic) ?? new StubView(topic, 0, 0, null, null))];
    }

    internal void Connected(HubCallerContext connection) => connections[connection.ConnectionId] = connection;

    internal void Disconnected(HubCallerContext connection) => connections.TryRemove(connection.ConnectionId, out _);
}

/// <summary>An answer to Watch.</summary>
public sealed record StubView(string Topic, long Epoch, long Version, object? View, string? Code);

/// <summary>The hub <c>/live</c> of the stub.</summary>
public sealed class StubHub(StubFeed feed) : Hub
{
    public StubView[] Watch(string[] topics) => feed.Watch(topics);

    public void Unwatch(string[] topics) => _ = topics;

    public override async Task OnConnectedAsync()
    {
        feed.Connected(Context);
        if (feed.UnconfirmedSince is { } since)
            await Clients.Caller.SendAsync("status", new { unconfirmedSince = since });
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        feed.Disconnected(Context);
        return Task.CompletedTask;
    }
}

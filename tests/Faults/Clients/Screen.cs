using Coordination.Client;

namespace Coordination.Faults.Clients;

/// <summary>The product's own client watching places, at one host or through a load balancer.</summary>
internal sealed class Screen : IAsyncDisposable
{
    /// <summary>What the names of screens begin with that may go to any host.</summary>
    public const string Prefix = "screen ";

    private readonly LiveClient client;

    private Screen(string name, Uri server, ViewLog log)
    {
        Name = name;
        var number = RawScreen.NextConnection();
        client = new LiveClient(server);
        client.Changed += update =>
        {
            if (update.View is { } view)
                log.Add(name, number, pushed: true, update.Topic, update.Epoch, update.Version, view);
        };
    }

    public string Name { get; }

    public static async Task<Screen> StartAsync(string name, Uri server, string[] places, ViewLog log)
    {
        var screen = new Screen(name, server, log);
        await screen.client.WatchAsync(places);
        screen.client.Start();
        return screen;
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}

using System.Threading.Channels;
using Coordination.Testing.Stub;

namespace Coordination.Client.Tests;

/// <summary>A client whose updates can be waited for.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private readonly Channel<LiveUpdate> updates = Channel.CreateUnbounded<LiveUpdate>();
    private readonly Channel<LiveState> states = Channel.CreateUnbounded<LiveState>();
    private readonly Channel<DateTimeOffset?> statuses = Channel.CreateUnbounded<DateTimeOffset?>();

    public Watcher(params StubServer[] stubs)
        : this([.. stubs.Select(stub => stub.Address)])
    {
    }

    public Watcher(params Uri[] servers)
        : this(new LiveClient(servers, Lines.Quick))
    {
    }

    public Watcher(LiveClient client)
    {
        Client = client;
        Client.Changed += update => updates.Writer.TryWrite(update);
        Client.StateChanged += state => states.Writer.TryWrite(state);
        Client.UnconfirmedChanged += since => statuses.Writer.TryWrite(since);
    }

    public LiveClient Client { get; }

    public async Task<LiveUpdate> NextAsync() => await updates.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<DateTimeOffset?> StatusAsync() => await statuses.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Until it is connected once more.</summary>
    public async Task ConnectedAsync()
    {
        while (await states.Reader.ReadAsync(TestContext.Current.CancellationToken) != LiveState.Connected)
        {
            // Still trying.
        }
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}

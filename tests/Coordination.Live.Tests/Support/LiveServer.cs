using System.Net;
using Coordination.Live.Hosting;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Live.Tests.Support;

/// <summary>A real Kestrel on a free loopback port with the live feed over <see cref="FakeGrains"/>.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    // Small, so that a client that does not read is noticed after kilobytes, not after megabytes.
    private const int SendBuffer = 16 * 1024;

    private readonly WebApplication _app;

    private LiveServer(WebApplication app, FakeGrains grains) => (_app, Grains) = (app, grains);

    public FakeGrains Grains { get; }

    public Uri Address => new(_app.Urls.Single());

    public IServiceProvider Services => _app.Services;

    public LiveMetrics Metrics => Services.GetRequiredService<LiveMetrics>();

    public FeedCondition Condition => Services.GetRequiredService<FeedCondition>();

    public LiveFarewell Farewell => Services.GetRequiredService<LiveFarewell>();

    public ViewRelay Relay => Services.GetRequiredService<ViewRelay>();

    public static async Task<LiveServer> StartAsync(
        Action<LiveOptions>? configure = null,
        Action<WebApplication>? map = null,
        FakeGrains? grains = null,
        int port = 0,
        ITopicAccess? access = null)
    {
        grains ??= new FakeGrains();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = SendBuffer;
            return socket;
        });
        builder.Services.AddSingleton<ITopicGrains>(grains);
        builder.Services.AddSingleton<ITopicAccess>(access ?? new TestAccess());
        builder.Services.AddLiveFeed(configure);
        var app = builder.Build();
        app.MapLiveFeed();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new LiveServer(app, grains);
    }

    public HubConnection Client(bool messagePack = false)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(Address, "/live"));
        if (messagePack)
            builder.AddMessagePackProtocol();
        var connection = builder.Build();
        connection.KeepAliveInterval = TimeSpan.FromSeconds(5);
        return connection;
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

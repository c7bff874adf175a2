using System.Collections.Concurrent;
using Coordination.Contracts.Live;
using Coordination.Live.Hosting;
using Coordination.Live.Relay;
using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests.Support;

/// <summary>Endpoints of a test behind the defence of the server, on a free port of the loopback address, without places.</summary>
internal sealed class DefendedApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private DefendedApp(WebApplication app)
    {
        this.app = app;
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address => new(app.Urls.Single());

    public HttpClient Http { get; }

    /// <summary>What its defence wrote to the log.</summary>
    public ConcurrentQueue<string> Log { get; private init; } = [];

    /// <param name="options">Settings of the server.</param>
    /// <param name="map">Its endpoints.</param>
    /// <param name="isDefended">Without it the same endpoints stand open, to show what would happen.</param>
    /// <param name="signIn">What knows who asks.</param>
    public static async Task<DefendedApp> StartAsync(ServerOptions options, Action<WebApplication> map, bool isDefended = true, Action<WebApplication>? signIn = null)
    {
        var builder = WebApplication.CreateBuilder();
        var log = new KeptLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(options);
        builder.Services.AddProblems();
        builder.Services.AddSingleton<ITopicGrains, NoPlaces>();
        builder.Services.AddSingleton<ITopicAccess, Everybody>();
        builder.Services.AddLiveFeed(live => live.MaxConnectionsPerAddress = options.MaxConnectionsPerAddress);
        if (isDefended)
            builder.AddDefence(options);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseProblems();
        if (isDefended)
            app.UseDefence();
        signIn?.Invoke(app);
        if (isDefended)
            app.UseSubjectLimits();
        map(app);
        await app.StartAsync();
        return new DefendedApp(app) { Log = log.Lines };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }

    /// <summary>A feed on which nothing ever happens.</summary>
    private sealed class NoPlaces : ITopicGrains, IWatchable
    {
        public bool IsTopic(string? topic) => true;

        public IWatchable Get(string topic) => this;

        public IViewObserver Publish(IViewObserver observer) => observer;

        public Task<LiveView?> Watch(IViewObserver observer) => Task.FromResult<LiveView?>(null);

        public Task Unwatch(IViewObserver observer) => Task.CompletedTask;
    }

    /// <summary>Who may watch what is not what these tests are about.</summary>
    private sealed class Everybody : ITopicAccess
    {
        public ValueTask<bool> MayWatchAsync(HttpContext http, string topic) => ValueTask.FromResult(true);

        public IDisposable WatchFor(HttpContext http, Action ended) => new Ends();

        private sealed class Ends : IDisposable
        {
            public void Dispose()
            {
            }
        }
    }
}

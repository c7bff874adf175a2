using Coordination.Live.Hubs;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Coordination.Live.Sse;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Coordination.Live.Hosting;

/// <summary>Puts the live feed into a host.</summary>
public static class LiveFeedExtensions
{
    /// <summary>Path of the hub.</summary>
    public const string HubPath = "/live";

    /// <summary>Path of the event streams.</summary>
    public const string StreamPath = "/api/live";

    // What a client sends is a list of words.
    private const int MaxJsonDepth = 16;

    /// <summary>
    /// Adds the relay of this host, the hub with both of its protocols, and the event streams. Topics are the places of the cluster
    /// unless another <see cref="ITopicGrains"/> is registered; who may watch them the host says with its <see cref="ITopicAccess"/>.
    /// </summary>
    public static IServiceCollection AddLiveFeed(this IServiceCollection services, Action<LiveOptions>? configure = null)
    {
        services.AddOptions<LiveOptions>().Configure(options => configure?.Invoke(options)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITopicGrains, PlaceTopics>();
        services.AddMetrics();
        services.AddSingleton<LiveMetrics>();
        services.AddSingleton<ConnectionLimit>();
        services.AddSingleton<FeedCondition>();
        services.AddSingleton<LiveConnections>();
        services.AddSingleton(provider => new LiveFarewell(provider.GetRequiredService<LiveConnections>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LeavingGuard>();
        services.AddSingleton<ViewRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<ViewRelay>());

        services.AddSignalR().AddJsonProtocol(options => options.PayloadSerializerOptions.MaxDepth = MaxJsonDepth)
            .AddMessagePackProtocol(options => options.SerializerOptions = LiveMessagePack.Extend(options.SerializerOptions));
        services.AddOptions<HubOptions<LiveHub>>().Configure<IOptions<LiveOptions>>((hub, live) =>
        {
            hub.MaximumReceiveMessageSize = live.Value.MaxMessageBytes;
            hub.KeepAliveInterval = live.Value.KeepAlive;
            hub.ClientTimeoutInterval = live.Value.ClientTimeout;
        });
        services.AddSingleton<HubLifetimeManager<LiveHub>, LiveHubLifetimeManager>();
        return services;
    }

    /// <summary>Maps the hub <c>/live</c> and the event streams <c>/api/live</c>.</summary>
    /// <param name="endpoints">Where they are added.</param>
    /// <param name="configure">Adds to what is said about each of them, such as who may use it.</param>
    public static IEndpointRouteBuilder MapLiveFeed(this IEndpointRouteBuilder endpoints, Action<IEndpointConventionBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<LiveOptions>>().Value;
        var limit = endpoints.ServiceProvider.GetRequiredService<ConnectionLimit>();
        var leaving = endpoints.ServiceProvider.GetRequiredService<LeavingGuard>();

        var access = endpoints.ServiceProvider.GetRequiredService<ITopicAccess>();

        // Instruments exist from the start, not only from the first connection.
        endpoints.ServiceProvider.GetRequiredService<LiveMetrics>();

        var hub = endpoints.MapHub<LiveHub>(HubPath, hub => hub.TransportSendTimeout = options.WriteTimeout);
        hub.Add(endpoint => Guard(endpoint, leaving, limit, access));
        configure?.Invoke(hub);

        var stream = endpoints.MapGet(StreamPath, EventStreamEndpoint.GetAsync)
            .WithName("watchLive")
            .WithTags("Live")
            .WithSummary("Views of places as they change, as Server-Sent Events.")
            .WithDescription(
                "Event `changed` with data `{topic, epoch, version, view}`: each topic once at the start (view null when there is no such "
                + "place yet), then whenever it changes, at most once per topic and 100 ms, the newest view. A comment every 15 s keeps the "
                + "stream alive. Keep the highest (epoch, version) per topic. Event `status` with data `{unconfirmedSince}`: since when the host "
                + "cannot confirm its figures, null when it can again. Event `goodbye` with data `{reconnectAfterMs}`: the host leaves; connect "
                + "again after so many milliseconds, the stream is kept up to date until then.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        stream.Add(endpoint => Guard(endpoint, leaving, limit, access));
        configure?.Invoke(stream);
        return endpoints;
    }

    private static void Guard(EndpointBuilder endpoint, LeavingGuard leaving, ConnectionLimit limit, ITopicAccess access)
    {
        if (endpoint.RequestDelegate is { } next)
            endpoint.RequestDelegate = leaving.Guard(limit.Guard(context => ServeAsync(context, next, access)));
    }

    /// <summary>As long as who asked for the connection is let in.</summary>
    private static async Task ServeAsync(HttpContext context, RequestDelegate next, ITopicAccess access)
    {
        using var watch = access.WatchFor(context, context.Abort);
        await next(context);
    }
}

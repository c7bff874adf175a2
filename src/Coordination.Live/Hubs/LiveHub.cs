using Coordination.Live.Hosting;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

namespace Coordination.Live.Hubs;

/// <summary>
/// The hub <c>/live</c>. A client watches topics and gets <c>changed(topic, {epoch, version}, view)</c> for each, at most one per
/// topic and 100 ms. Answers and pushes may cross, and come twice: a client keeps the highest (epoch, version) per topic. After a
/// reconnect it watches again. <c>status({unconfirmedSince})</c> and <c>goodbye({reconnectAfterMs})</c> come when there is something to
/// say: see <see cref="FeedCondition"/> and <see cref="LiveFarewell"/>.
/// </summary>
public sealed class LiveHub(ITopicAccess access) : Hub
{
    /// <summary>Name of the call from server to client with a view.</summary>
    public const string Changed = "changed";

    /// <summary>Name of the call that says whether the figures are confirmed.</summary>
    public const string Status = "status";

    /// <summary>Name of the call that sends the client to another host.</summary>
    public const string Goodbye = "goodbye";

    private LiveConnection Connection => Context.Features.GetRequiredFeature<LiveConnection>();

    /// <summary>Watches topics, in addition to those watched before.</summary>
    /// <returns>
    /// One answer per topic asked for, in the same order: its view, or null while there is no such place (it is pushed once it is
    /// created). With code <c>topic-unknown</c> the text is no topic; with <c>forbidden</c> the caller may not watch it; with
    /// <c>unavailable</c> the place cannot be reached, and is pushed as soon as it can.
    /// </returns>
    /// <exception cref="HubException"><c>too-many-topics</c>: more than the limit in all; nothing changed.</exception>
    public async Task<IReadOnlyList<WatchedTopic>> Watch(string[] topics)
    {
        var connection = Connection;
        topics ??= [];
        try
        {
            connection.RefuseTooMany(topics);
            var forbidden = await FindForbiddenAsync(connection, topics);
            await connection.WatchAsync(forbidden is null ? topics : Array.FindAll(topics, topic => topic is null || !forbidden.Contains(topic)), Context.ConnectionAborted);
            return Array.ConvertAll(topics, topic => topic is not null && forbidden?.Contains(topic) is true
                ? new WatchedTopic(topic, 0, 0, null, "forbidden")
                : Answer(connection, topic));
        }
        catch (TooManyTopicsException error)
        {
            throw new HubException(error.Message);
        }
    }

    /// <summary>Watches topics no more. What is not watched is passed over.</summary>
    public void Unwatch(string[] topics) => Connection.Unwatch(topics ?? []);

    /// <summary>The topics that the caller may not watch; null when there is none.</summary>
    private async ValueTask<HashSet<string>?> FindForbiddenAsync(LiveConnection connection, string[] topics)
    {
        HashSet<string>? forbidden = null;
        var http = Context.GetHttpContext() ?? throw new HubException("The connection has no request.");
        foreach (var topic in topics)
        {
            if (topic is not null && connection.IsTopic(topic) && !await access.MayWatchAsync(http, topic))
                (forbidden ??= new(StringComparer.Ordinal)).Add(topic);
        }

        return forbidden;
    }

    private static WatchedTopic Answer(LiveConnection connection, string? topic) => topic is null || !connection.IsTopic(topic)
        ? new WatchedTopic(topic ?? "", 0, 0, null, "topic-unknown")
        : connection.Look(topic) switch
        {
            null => new WatchedTopic(topic, 0, 0, null, "unavailable"),
            { IsAbsent: true } => new WatchedTopic(topic, 0, 0, null, null),
            { } view => new WatchedTopic(topic, view.View.Epoch, view.View.Version, new ViewBody(view), null),
        };
}

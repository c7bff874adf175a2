using Coordination.Live.Core;
using Coordination.Live.Hosting;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Coordination.Live.Sse;

/// <summary>
/// <c>GET /api/live?topic=a&amp;topic=b</c>: the feed for clients without SignalR, as Server-Sent Events. Each topic is sent once at
/// the start (view null when there is no such place yet) and then whenever it changes, by the same rules as on the hub.
/// </summary>
internal static class EventStreamEndpoint
{
    /// <summary>Streams until the client leaves, takes nothing for too long, or the server stops.</summary>
    public static async Task<IResult> GetAsync(
        HttpContext context,
        [FromQuery(Name = "topic")] string[] topics,
        ViewRelay relay,
        LiveConnections connections,
        LiveMetrics metrics,
        ITopicAccess access,
        IOptions<LiveOptions> options,
        TimeProvider time,
        IHostApplicationLifetime lifetime)
    {
        if (Refuse(topics, relay, options.Value) is { } refusal)
            return refusal;
        foreach (var topic in topics)
        {
            if (!await access.MayWatchAsync(context, topic))
                return Problems.Of(StatusCodes.Status403Forbidden, "forbidden", $"You may not watch '{topic}'.", "topic");
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await using var stream = await OpenAsync(context, time, ended.Token);
        using var connection = connections.Open(new StreamTransport(context, stream, ended), metrics.Stream);
        metrics.StreamConnections(+1);
        try
        {
            await ServeAsync(context, connection, stream, topics, options.Value, time, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The client is gone or the server stops; either way the stream ends here.
        }
        finally
        {
            metrics.StreamConnections(-1);
            await ended.CancelAsync();
        }

        return Results.Empty;
    }

    private static IResult? Refuse(string[] topics, ViewRelay relay, LiveOptions options)
    {
        if (topics.Length == 0)
            return Problems.Of(StatusCodes.Status400BadRequest, "malformed", "Name at least one topic to watch.", "topic");
        if (Array.Find(topics, topic => !relay.IsTopic(topic)) is { } none)
            return Problems.Of(StatusCodes.Status400BadRequest, "topic-unknown", $"'{Shorten(none)}' is not a topic.", "topic");
        return topics.Distinct(StringComparer.Ordinal).Count() > options.MaxTopicsPerConnection
            ? Problems.Of(
                StatusCodes.Status400BadRequest,
                "too-many-topics",
                $"A connection watches at most {options.MaxTopicsPerConnection} topics.",
                "topic")
            : null;
    }

    private static string Shorten(string text) => text.Length <= 120 ? text : text[..120] + "…";

    private static async Task<EventStream> OpenAsync(HttpContext context, TimeProvider time, CancellationToken ended)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var stream = new EventStream(response.BodyWriter, time, ended);
        await stream.WriteAsync(EventFrame.Opening);
        return stream;
    }

    private static async Task ServeAsync(
        HttpContext context,
        LiveConnection connection,
        EventStream stream,
        string[] topics,
        LiveOptions options,
        TimeProvider time,
        CancellationToken ended)
    {
        await connection.WatchAsync(topics, ended);
        foreach (var topic in topics)
        {
            if (connection.Look(topic) is { } view)
                connection.Outbox.Post(view);
        }

        using var heartbeat = new PeriodicTimer(options.StreamHeartbeat, time);
        while (await heartbeat.WaitForNextTickAsync(ended))
        {
            if (stream.Blocked >= options.StreamWriteTimeout)
                context.Abort();
            else if (stream.Blocked == TimeSpan.Zero)
                _ = BeatAsync(stream, connection.Outbox);
        }
    }

    /// <summary>Not awaited: a client that reads nothing must not keep the loop from noticing.</summary>
    private static async Task BeatAsync(EventStream stream, Outbox outbox)
    {
        try
        {
            await stream.WriteIfIdleAsync(EventFrame.Heartbeat);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException)
        {
            outbox.Close();
        }
    }
}

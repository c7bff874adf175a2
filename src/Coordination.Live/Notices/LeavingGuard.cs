using Coordination.Live.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Coordination.Live.Notices;

/// <summary>
/// Refuses new connections while the host leaves: negotiations, web sockets and event streams. Polls and messages of connections that
/// exist already go on until their time has come.
/// </summary>
internal sealed class LeavingGuard(LiveFarewell farewell)
{
    public RequestDelegate Guard(RequestDelegate next) => context => farewell.IsLeaving && IsNew(context) ? RefuseAsync(context) : next(context);

    private static bool IsNew(HttpContext context)
    {
        var request = context.Request;
        return request.Path.Value?.EndsWith("/negotiate", StringComparison.Ordinal) is true
            || HttpMethods.IsConnect(request.Method)
            || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            || (HttpMethods.IsGet(request.Method)
                && (!request.Query.ContainsKey("id") || request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase)));
    }

    private static Task RefuseAsync(HttpContext context)
    {
        // Another host takes it at once; the second is for a client that knows only this one.
        context.Response.Headers.RetryAfter = "1";
        return Problems.Of(
            StatusCodes.Status503ServiceUnavailable,
            "draining",
            "This host is being shut down; connect to another.").ExecuteAsync(context);
    }
}

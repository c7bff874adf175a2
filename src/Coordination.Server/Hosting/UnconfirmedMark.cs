using System.Globalization;
using Coordination.Live.Notices;

namespace Coordination.Server.Hosting;

/// <summary>
/// While this host cannot reach the store, every read says so: header <c>Unconfirmed-Since</c> with the instant (ISO 8601) after which
/// the figures may have changed without this host knowing.
/// </summary>
internal static class UnconfirmedMark
{
    public const string Header = "Unconfirmed-Since";

    public static void UseUnconfirmedMark(this WebApplication app)
    {
        var feed = app.Services.GetRequiredService<FeedCondition>();
        app.Use((http, next) =>
        {
            if (feed.UnconfirmedSince is { } since && HttpMethods.IsGet(http.Request.Method) && http.Request.Path.StartsWithSegments("/api"))
                http.Response.Headers[Header] = since.ToString("O", CultureInfo.InvariantCulture);
            return next(http);
        });
    }
}

using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Antiforgery;

namespace Coordination.Server.Accounts;

/// <summary>
/// A browser sends its cookie with whatever another site makes it ask for: what changes something is done for a session only with the token that
/// only our own page can read. Keys are sent by nobody but their holder, and need none.
/// </summary>
internal static class SessionAntiforgery
{
    public const string Header = "X-Antiforgery";

    /// <summary>What gives out cookies or tokens, which needs the keys that protect them.</summary>
    private static readonly string[] NeedKeys = ["/api/session", "/api/accounts", "/api/me", "/api/demo"];

    public static void UseSessionAntiforgery(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (!http.RequestServices.GetRequiredService<SessionKeyRing>().IsReady && NeedKeys.Any(path => http.Request.Path.StartsWithSegments(path)))
        {
            await Problems.StoreUnavailable(http).ExecuteAsync(http);
            return;
        }
        // Nor does a browser send a header of its own accord.
        if (IsSafe(http.Request) || http.Request.Headers.Authorization.Count > 0 || Caller.Of(http).Credential is not { IsKey: false }
            || await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
        {
            await next(http);
            return;
        }
        http.RequestServices.GetRequiredService<RefusalLog>().Note(http, ErrorCodes.Antiforgery);
        await Problems.Of(StatusCodes.Status400BadRequest, ErrorCodes.Antiforgery, $"The header {Header} holds no token of this session; GET /api/session gives one.", Header)
            .ExecuteAsync(http);
    });

    // The negotiation of the live feed is a POST that changes nothing; of everything else what is no GET may.
    private static bool IsSafe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsTrace(request.Method)
        || HttpMethods.IsConnect(request.Method) || request.Path.StartsWithSegments("/live");
}

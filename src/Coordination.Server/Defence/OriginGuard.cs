using Coordination.Live.Hosting;
using Coordination.Server.Api;

namespace Coordination.Server.Defence;

/// <summary>
/// Which pages may speak to this server. A browser says in <c>Origin</c> whose page asks; for WebSockets that is all there is, since the
/// rules for other requests between sites (CORS) do not hold for them. A page of this server passes, and one of the list
/// <c>Coordination:AllowedOrigins</c>; another's live connections and changes are refused. A program sends no origin and passes.
/// </summary>
internal sealed class OriginGuard
{
    private readonly HashSet<string> allowed;

    /// <param name="setting">Origins such as <c>https://screens.example.org</c>, separated by commas.</param>
    /// <exception cref="FormatException">An entry is no origin; every page of the world is none.</exception>
    public OriginGuard(string? setting) => allowed = [.. TrustedProxies.Split(setting).Select(entry => OriginOf(entry)
        ?? throw new FormatException($"Coordination:AllowedOrigins lists origins such as https://screens.example.org, not '{entry}'."))];

    /// <summary>Whether pages of any other site may speak to this server.</summary>
    public bool ListsAny => allowed.Count > 0;

    /// <summary>Whether pages of this origin may, though they are another site's.</summary>
    public bool Lists(string? origin) => OriginOf(origin) is { } known && allowed.Contains(known);

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!IsGuarded(http.Request) || IsAllowed(http.Request))
            return next(http);
        http.RequestServices.GetRequiredService<RefusalLog>().Note(http, ErrorCodes.OriginNotAllowed);
        return Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.OriginNotAllowed, "A page from another site may not do this. Coordination:AllowedOrigins lists those that may.", "Origin").ExecuteAsync(http);
    }

    /// <summary>Live connections, and everything that may change something. Other reads are CORS's to guard.</summary>
    private static bool IsGuarded(HttpRequest request) =>
        request.Path.StartsWithSegments(LiveFeedExtensions.HubPath) || request.Path.StartsWithSegments(LiveFeedExtensions.StreamPath)
        || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));

    private bool IsAllowed(HttpRequest request)
    {
        if (!request.Headers.TryGetValue("Origin", out var values))
            return true;
        return values.Count == 1 && OriginOf(values[0]) is { } origin
            && (Lists(origin) || origin == OriginOf($"{request.Scheme}://{request.Host}"));
    }

    /// <summary>Scheme, host and port in one spelling; null when it is no origin of a page.</summary>
    private static string? OriginOf(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
            ? $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}"
            : null;
}

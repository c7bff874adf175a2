using System.Net;
using Coordination.Server.Api;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Server.Defence;

/// <summary>
/// The headers that tell a browser what it may not do with an answer. They stand around everything else, the host filter and the handler
/// of failures included, so that there is no answer of this server without them (but those that Kestrel gives to what is no HTTP).
/// </summary>
internal sealed class SecurityHeaders : IStartupFilter
{
    private const string Permissions =
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), "
        + "hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), screen-wake-lock=(self), serial=(), usb=(), xr-spatial-tracking=()";

    private const string OneYear = "max-age=31536000; includeSubDomains";

    private static readonly Func<object, Task> AddAll = static state =>
    {
        Add((HttpContext)state);
        return Task.CompletedTask;
    };

    public static void AddTo(IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        // Its own words are a page of HTML; the pages of status codes say it as a problem.
        services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, SecurityHeaders>());
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        // When the answer begins: a failure takes away what was set before it.
        app.Use((http, rest) =>
        {
            http.Response.OnStarting(AddAll, http);
            return rest(http);
        });
        app.UseProblemPages();
        next(app);
    };

    private static void Add(HttpContext http)
    {
        var (headers, endpoint) = (http.Response.Headers, http.GetEndpoint());
        var isPage = http.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true;
        headers.ContentSecurityPolicy = (isPage ? endpoint?.Metadata.GetMetadata<ContentPolicy>() ?? ContentPolicy.Pages : ContentPolicy.Data).Of(http);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (IsTextOfAFile(http.Response.ContentType))
            http.Response.ContentType += "; charset=utf-8";
        if (endpoint?.Metadata.GetMetadata<PersonalData>() is not null)
            headers.CacheControl = "no-store";
        if (http.Request.IsHttps && !IsThisMachine(http.Request.Host.Host))
            headers.StrictTransportSecurity = OneYear;
    }

    /// <summary>Files are named by their type alone, and all that are text are UTF-8.</summary>
    private static bool IsTextOfAFile(string? type) => type is "text/javascript" or "application/javascript" or "text/css" or "text/html" or "text/plain" or "image/svg+xml";

    /// <summary>A name that means every machine to itself must not be told to be HTTPS for a year.</summary>
    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Server.Defence;

/// <summary>How large a request may be before anybody reads it. Bodies: <see cref="Api.RequestJson"/>.</summary>
internal static class SizeLimits
{
    /// <summary>Longest first line of a request, in bytes: room for a stream of 100 topics with the longest names.</summary>
    public const int MaxRequestLine = 16 * 1024;

    /// <summary>All headers of a request together, in bytes.</summary>
    public const int MaxHeaders = 16 * 1024;

    public const int MaxHeaderCount = 64;

    /// <summary>Deepest nesting of JSON that is read; the deepest document of the API has 6.</summary>
    public const int MaxJsonDepth = 16;

    public static void AddSizeLimits(this IServiceCollection services, LimitOptions limits) => services.Configure<KestrelServerOptions>(kestrel =>
    {
        kestrel.Limits.MaxRequestLineSize = MaxRequestLine;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaders;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaderCount;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections > 0 ? limits.MaxConnections : null;
        kestrel.Limits.MaxConcurrentUpgradedConnections = limits.MaxConnections > 0 ? limits.MaxConnections : null;
    });
}

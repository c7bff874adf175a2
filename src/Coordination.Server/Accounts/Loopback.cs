using System.Net;

namespace Coordination.Server.Accounts;

/// <summary>Whether a request comes from this very machine, and through nobody else.</summary>
internal static class Loopback
{
    private static readonly string[] SignsOfProxies =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"];

    public static bool Is(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !SignsOfProxies.Any(http.Request.Headers.ContainsKey);
}

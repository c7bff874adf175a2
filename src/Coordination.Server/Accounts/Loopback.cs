using System.Net;

namespace Coordination.Server.Accounts;

/// <summary>Whether a request comes from this very machine, and through nobody else.</summary>
internal static class Loopback
{
    private static readonly string[] SignsOfProxies =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Original-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"];

    public static bool Is(HttpContext http) => Is(http.Connection.RemoteIpAddress) && !SignsOfProxies.Any(http.Request.Headers.ContainsKey);

    /// <summary>Whether an address is of this machine.</summary>
    public static bool Is(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}

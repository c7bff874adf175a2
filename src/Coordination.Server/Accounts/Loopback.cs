using System.Net;

namespace Coordination.Server.Accounts;

/// <summary>Whether a request comes from this very machine, and through nobody else.</summary>
internal static class Loopback
{
    private static readonly string[] SignsOfProxies =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Original-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"];

    /// <summary>Also by the name it was asked by: what passes connections on without a word, or a name that points here, is asked by another one.</summary>
    public static bool Is(HttpContext http) =>
        Is(http.Connection.RemoteIpAddress) && IsName(http.Request.Host.Host) && !SignsOfProxies.Any(http.Request.Headers.ContainsKey);

    private static bool IsName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether an address is of this machine.</summary>
    public static bool Is(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}

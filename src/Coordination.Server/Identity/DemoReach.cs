using System.Net;

namespace Coordination.Server.Identity;

/// <summary>How far the accounts and keys for showing the product reach: their secrets are printed, so not beyond the machine itself.</summary>
internal static class DemoReach
{
    private static readonly string[] Forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Real-IP", "Via"];

    /// <summary>Whether a request comes from this machine, and not through something that passes on those of others.</summary>
    public static bool IsLocal(HttpContext http) =>
        IsLocal(http.Connection.RemoteIpAddress) && IsLocal(http.Connection.LocalIpAddress) && !Forwarded.Any(http.Request.Headers.ContainsKey);

    /// <summary>Whether an address is of this machine.</summary>
    public static bool IsLocal(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Coordination.Live.Hosting;

/// <summary>Who a limit per address counts a request for.</summary>
public static class RemoteAddress
{
    /// <summary>
    /// The address a request comes from: IPv4 in either form is one address, and an IPv6 address is its /64 network, since a customer owns
    /// one and could otherwise use each of its addresses. <see cref="IPAddress.None"/> when there is none.
    /// </summary>
    public static IPAddress Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Connection.RemoteIpAddress is not { } address)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}

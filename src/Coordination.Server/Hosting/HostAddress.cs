using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Coordination.Server.Hosting;

/// <summary>Where other hosts reach this one.</summary>
internal static class HostAddress
{
    /// <summary>The address that was given; otherwise the local one from which packets to Redis leave. No packet is sent.</summary>
    /// <exception cref="FormatException">What was given is no IP address.</exception>
    public static async Task<IPAddress> FindAsync(string? given, ConfigurationOptions redis)
    {
        if (given is { Length: > 0 })
            return IPAddress.Parse(given);
        foreach (var endpoint in redis.EndPoints)
        {
            try
            {
                using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
                await socket.ConnectAsync(endpoint);
                if (socket.LocalEndPoint is IPEndPoint local)
                    return local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address;
            }
            catch (SocketException)
            {
                // The next one may be reachable.
            }
        }
        return IPAddress.Loopback;
    }

    /// <summary>
    /// The port that was asked for; otherwise the usual one, or a free one where that is taken. On the loopback address always a free
    /// one: there hosts of one machine start at the same time, and would look for the usual one before any of them has it.
    /// </summary>
    public static int Port(IPAddress address, int wanted, int usual)
    {
        if (wanted > 0)
            return wanted;
        return !IPAddress.IsLoopback(address) && IsFree(address, usual) ? usual : Free(address);
    }

    /// <summary>Whether it is an address of this machine; another is that of something which passes on to it.</summary>
    public static bool IsLocal(IPAddress address) => IsFree(address, 0);

    /// <summary>A free port.</summary>
    public static int Free(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var probe = new TcpListener(address, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Coordination.Server.Defence;

/// <summary>
/// Whose word is taken for the address, the scheme and the host of a request (<c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c>): the
/// proxies of the setting, and nobody else. Without it everybody is who they connect as.
/// </summary>
internal static class TrustedProxies
{
    private static readonly char[] Separators = [',', ';', ' '];

    /// <exception cref="FormatException">An entry is neither an address nor a network.</exception>
    public static IReadOnlyList<IPNetwork> Parse(string? setting) => [.. Split(setting).Select(NetworkOf)];

    public static void AddTrustedProxies(this WebApplicationBuilder builder, string? setting)
    {
        var networks = Parse(setting);
        var hosts = Split(builder.Configuration["AllowedHosts"]).Where(host => host != "*").ToList();
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in networks)
                forwarded.KnownIPNetworks.Add(network);
            forwarded.ForwardedHeaders = networks.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost : ForwardedHeaders.None;
            // As many as there are, one behind the other: the first from the right that is none of ours is the client.
            forwarded.ForwardLimit = null;
            // The host filter has seen the host that the proxy connected to, not the one it names.
            forwarded.AllowedHosts = hosts;
        });
    }

    internal static IEnumerable<string> Split(string? setting) => (setting ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IPNetwork NetworkOf(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network))
            return network;
        if (IPAddress.TryParse(entry, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new FormatException($"Coordination:TrustedProxies lists addresses and networks such as 10.0.0.7 or 10.1.0.0/16, not '{entry}'.");
    }
}

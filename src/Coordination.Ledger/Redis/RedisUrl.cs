using System.Globalization;
using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// Reads <c>redis://[user:password@]host[:port][,host[:port]…][/database]</c>; <c>rediss://</c> is the same over TLS. User and password
/// are percent-encoded, an IPv6 address stands in brackets, the port is 6379 when left out.
/// </summary>
public static class RedisUrl
{
    private const int DefaultPort = 6379;

    /// <summary>Whether a text is meant to be one.</summary>
    public static bool IsOne(string text) =>
        text.StartsWith("redis://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a URL.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="password">A password from elsewhere, such as a file; it takes the place of one in the URL.</param>
    /// <exception cref="FormatException">It is none. The message says what is wrong and never contains the password.</exception>
    public static ConfigurationOptions Parse(string url, string? password = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!IsOne(url))
            throw Wrong("it does not begin with redis:// or rediss://");
        var options = new ConfigurationOptions { Ssl = url.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase) };
        var rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            ReadUser(rest[..at], options);
            rest = rest[(at + 1)..];
        }

        if (!string.IsNullOrEmpty(password))
            options.Password = password;
        if (rest.IndexOfAny(['?', '#']) >= 0)
            throw Wrong("it has options after ? or #, and none are known");
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            ReadDatabase(rest[(slash + 1)..], options);
            rest = rest[..slash];
        }

        foreach (var host in rest.Split(','))
            ReadHost(host, options);
        return options;
    }

    /// <summary>The hosts of a connection, for people; without user and password.</summary>
    public static string Describe(ConfigurationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return string.Join(", ", options.EndPoints.Select(EndPointCollection.ToString));
    }

    private static void ReadUser(string text, ConfigurationOptions options)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? text : text[..colon]);
        if (colon >= 0)
            options.Password = Uri.UnescapeDataString(text[(colon + 1)..]);
        if (user.Length > 0)
            options.User = user;
    }

    private static void ReadDatabase(string text, ConfigurationOptions options)
    {
        if (text.Length == 0)
            return;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var database))
            throw Wrong("what follows the last '/' is not the number of a database. A '/', '@' or ',' within a user or password is written %2F, %40 or %2C");
        options.DefaultDatabase = database;
    }

    private static void ReadHost(string text, ConfigurationOptions options)
    {
        var (host, port) = (text, DefaultPort);
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            host = text[..colon];
            if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
                throw Wrong($"the port of host number {options.EndPoints.Count + 1} is not a number from 1 to 65535");
        }

        host = host.Trim();
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            throw Wrong(host.Length == 0 ? "a host is missing" : $"host number {options.EndPoints.Count + 1} is not a name or an address");
        options.EndPoints.Add(host, port);
    }

    private static FormatException Wrong(string what) =>
        new($"This is not the address of a Redis: {what}. It should look like redis://host:6379 or rediss://user:password@host:6379/0.");
}

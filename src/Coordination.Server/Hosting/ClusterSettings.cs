using Coordination.Ledger.Redis;

namespace Coordination.Server.Hosting;

/// <summary>What a host of a cluster does.</summary>
public enum HostRole
{
    /// <summary>Holds places, and speaks to people and devices.</summary>
    Both,

    /// <summary>Holds places. It listens as well, so that its health and metrics can be asked for, but is not meant to be sent to.</summary>
    Silo,

    /// <summary>Speaks to people and devices, and holds no place.</summary>
    Edge,
}

/// <summary>Who knows which host a place is on.</summary>
public enum DirectoryKind
{
    /// <summary>
    /// Orleans' distributed directory, with leases of no length: the places of healthy hosts stay where they are when another host dies.
    /// </summary>
    Distributed,

    /// <summary>Orleans' older directory: when a host dies, a part of the healthy places is made again elsewhere.</summary>
    Classic,
}

/// <summary>Settings of a host of a cluster, section <c>Coordination:Cluster</c>. The address of Redis is all that a host needs.</summary>
public sealed class ClusterSettings
{
    /// <summary>
    /// <c>redis://[user:password@]host:port[/db]</c>, <c>rediss://</c> for TLS, several addresses separated by commas. Not set, the
    /// server is one process on SQLite. <c>--cluster</c>
    /// </summary>
    public string? Redis { get; set; }

    /// <summary>A file with the password of Redis, so that it need be on no command line.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Name of the cluster and of its keys in Redis; two clusters on one Redis have two names. <c>--cluster-id</c></summary>
    public string Id { get; set; } = "coordination";

    /// <summary><c>--role</c></summary>
    public HostRole Role { get; set; }

    /// <summary>Address at which other hosts reach this one; by default the one from which this host reaches Redis. <c>--advertise</c></summary>
    public string? Advertise { get; set; }

    /// <summary>What Redis must promise before it is written to; less than everything only for those who say so by name. <c>--durability</c></summary>
    public RedisDurability Durability { get; set; }

    /// <summary><c>--directory</c></summary>
    public DirectoryKind Directory { get; set; }

    /// <summary>The store that this must be, if it is to be pinned; otherwise each host remembers the one it knew.</summary>
    public Guid? StoreId { get; set; }

    /// <summary>
    /// Whether this host may create a store in a Redis that holds none, as the first one must. Once a city is live, false keeps a new host
    /// from starting over in a Redis that has lost its data. An edge never does.
    /// </summary>
    public bool CreateStore { get; set; } = true;

    /// <summary>
    /// Seconds over which a host that shuts down lets its screens go, 0 to 300; after it the places move to other hosts. <c>--drain-seconds</c>
    /// </summary>
    public int DrainSeconds { get; set; } = 5;

    /// <summary>Takes its name, address and labels from Kubernetes, and hears from it of pods that are gone. <c>--kubernetes</c></summary>
    public bool Kubernetes { get; set; }

    /// <summary>Encryption between hosts, and who is one; without it whoever reaches their ports can do everything.</summary>
    public HostTlsSettings Tls { get; set; } = new();

    /// <summary>A host sends a sign of life to another this often; two that stay away are a vote for its death. Milliseconds.</summary>
    public int ProbeMilliseconds { get; set; } = 1000;

    /// <summary>Whether a text can name a cluster and its keys.</summary>
    public static bool IsId(string? text) => text is { Length: >= 1 and <= 64 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    public bool IsOn => !string.IsNullOrWhiteSpace(Redis);

    /// <summary>Whether this host holds places.</summary>
    public bool HoldsPlaces => !IsOn || Role is not HostRole.Edge;

    /// <summary>The password of Redis from its file; null when it comes with the address or there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string? ReadPassword() => PasswordFile is { Length: > 0 } file ? File.ReadAllText(file).Trim() : null;
}

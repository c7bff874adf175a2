using Coordination.Grains.Identity;
using Coordination.Grains.Privacy;
using Coordination.Server.Defence;
using Coordination.Server.Identity;

namespace Coordination.Server.Hosting;

/// <summary>
/// Settings of the server, from the section <c>Coordination</c> of the configuration, environment variables
/// (<c>Coordination__Data</c>) or the command line (<c>--data</c>).
/// </summary>
public sealed class ServerOptions
{
    public const string Section = "Coordination";

    /// <summary>Folder of the event store; created when missing. <c>--data</c></summary>
    public string Data { get; set; } = "data";

    /// <summary>Folder with seed places, or <c>none</c>; by default the one that comes with the product. <c>--seeds</c></summary>
    public string? Seeds { get; set; }

    /// <summary>Whether seed places without real input are kept alive by the simulator; by default when there are seeds. <c>--simulate</c></summary>
    public bool? Simulate { get; set; }

    /// <summary>MQTT input.</summary>
    public MqttOptions Mqtt { get; set; } = new();

    /// <summary>Several hosts on one Redis; one machine on SQLite when its <see cref="ClusterSettings.Redis"/> is not set.</summary>
    public ClusterSettings Cluster { get; set; } = new();

    /// <summary>Who may sign in.</summary>
    public IdentitySettings Identity { get; set; } = new();

    /// <summary>How long what is kept about people.</summary>
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>The secret keys of personal data; made at the first start on one machine, and the same on all hosts of a cluster.</summary>
    public PrivacyOptions Privacy { get; set; } = new();

    /// <summary>
    /// Port between hosts, never public. By default 11111 in a cluster, or a free one where that is taken; a free one of the loopback
    /// address on one machine. <c>--silo-port</c>
    /// </summary>
    public int SiloPort { get; set; }

    /// <summary>Port at which edge hosts reach this one, never public. By default 30000, or a free one where that is taken. <c>--gateway-port</c></summary>
    public int GatewayPort { get; set; }

    /// <summary>Events after which a place writes a snapshot of its state.</summary>
    public int SnapshotEvery { get; set; } = 2000;

    /// <summary>Connections to the live feed from one address.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>
    /// Addresses and networks, separated by commas, whose X-Forwarded-For, -Proto and -Host are believed: load balancers and proxies before
    /// this server. None by default.
    /// </summary>
    public string? TrustedProxies { get; set; }

    /// <summary>
    /// Origins of other sites, such as <c>https://screens.example.org</c>, separated by commas, whose pages may speak to this server. None by
    /// default.
    /// </summary>
    public string? AllowedOrigins { get; set; }

    /// <summary>How much one sender may ask for.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>OTLP endpoint for metrics, traces and the log; none by default. Also <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>A city's cluster starts without seed places, unless a folder is named.</summary>
    public bool HasSeeds => Seeds is not "none" && (Seeds is not null || !Cluster.IsOn);

    public string SeedFolder => Seeds ?? Path.Combine(AppContext.BaseDirectory, "seeds");

    /// <summary>In a cluster only when asked for by name, and on one host.</summary>
    public bool IsSimulating => Simulate ?? (HasSeeds && !Cluster.IsOn);

    /// <summary>Short names on the command line.</summary>
    public static Dictionary<string, string> Switches { get; } = new()
    {
        ["--data"] = $"{Section}:Data",
        ["--seeds"] = $"{Section}:Seeds",
        ["--simulate"] = $"{Section}:Simulate",
        ["--mqtt-port"] = $"{Section}:Mqtt:Port",
        ["--mqtt-broker"] = $"{Section}:Mqtt:Broker",
        ["--silo-port"] = $"{Section}:SiloPort",
        ["--gateway-port"] = $"{Section}:GatewayPort",
        ["--cluster"] = $"{Section}:Cluster:Redis",
        ["--cluster-id"] = $"{Section}:Cluster:Id",
        ["--role"] = $"{Section}:Cluster:Role",
        ["--advertise"] = $"{Section}:Cluster:Advertise",
        ["--durability"] = $"{Section}:Cluster:Durability",
        ["--directory"] = $"{Section}:Cluster:Directory",
        ["--drain-seconds"] = $"{Section}:Cluster:DrainSeconds",
        ["--kubernetes"] = $"{Section}:Cluster:Kubernetes",
        ["--create-store"] = $"{Section}:Cluster:CreateStore",
    };
}

/// <summary>MQTT input: an embedded broker, or a connection to an external one.</summary>
public sealed class MqttOptions
{
    /// <summary>Port of the embedded broker on the loopback address; 0 switches it off.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>Address the embedded broker listens on.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>An external broker as <c>host:port</c>, or <c>mqtts://host:port</c> for TLS; then the embedded one stays off.</summary>
    public string? Broker { get; set; }

    /// <summary>A PEM file with the authority of that broker's certificate; the system's authorities when left out.</summary>
    public string? BrokerAuthorityFile { get; set; }

    /// <summary>Account at the external broker.</summary>
    public string? UserName { get; set; }

    /// <summary>Password at the external broker; from the environment or a file, never on a command line.</summary>
    public string? Password { get; set; }

    /// <summary>First level of the topics.</summary>
    public string Root { get; set; } = "coordination";
}

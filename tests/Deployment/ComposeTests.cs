using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Coordination.Deployment;

/// <summary><c>deploy/compose.yaml</c>, the load balancer's file, and the lines of Redis.</summary>
public sealed partial class ComposeTests
{
    [Fact]
    public void The_composition_holds_together() => Assert.Empty(Complaints(Tree.Read("deploy/compose.yaml")));

    [Fact]
    public void The_load_balancer_knows_every_host_and_no_other()
    {
        var hosts = YamlText.Documents(Tree.Read("deploy/compose.yaml"))[0].Names("services").Where(name => name.StartsWith("host-", StringComparison.Ordinal));
        Assert.Equal(hosts.Order(), Server().Matches(Tree.Read("deploy/haproxy.cfg")).Select(found => found.Groups[1].Value).Order());
        Assert.Equal(3, hosts.Count());
    }

    [Fact]
    public void Redis_has_every_line_that_the_event_store_needs() => Assert.Empty(MissingLines(Tree.Read("deploy/redis/redis.conf")));

    [Theory]
    [InlineData("stop_grace_period: 50s", "stop_grace_period: 10s")]
    [InlineData("redis:7.2.11-bookworm", "redis:7")]
    [InlineData("- redis-data:/data", "- redis-dat:/data")]
    [InlineData("secrets: [redis-backup-password]", "secrets: [redis-password]")]
    [InlineData("secrets: [redis-password, hash-keys, master-keys]", "secrets: [redis-password, hash-keys]")]
    [InlineData("HashKeysFile: /run/secrets/hash-keys", "HashKeysFile: /run/secrets/hash-key")]
    [InlineData("./haproxy.cfg:", "./haproxy.conf:")]
    [InlineData("PasswordFile: /run/secrets/redis-password", "PasswordFile: /run/secrets/password")]
    [InlineData("internal: true", "internal: false")]
    [InlineData("TrustedProxies: 172.31.251.10", "TrustedProxies: 172.31.251.11")]
    [InlineData("ipv4_address: 172.31.251.10", "ipv4_address: 172.31.251.200")]
    [InlineData("    networks: [inside]\n    healthcheck", "    networks: [inside]\n    ports: [\"6379:6379\"]\n    healthcheck")]
    [InlineData("redis: { condition: service_healthy }", "radis: { condition: service_healthy }")]
    [InlineData("file: ${", "environment: ${")]
    public void The_twin_finds_what_is_wrong(string right, string wrong)
    {
        var text = Tree.Read("deploy/compose.yaml");
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.NotEmpty(Complaints(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_twin_finds_a_Redis_that_could_lose_something() =>
        Assert.Equal(["appendfsync always"], MissingLines(Tree.Read("deploy/redis/redis.conf").Replace("appendfsync always", "appendfsync everysec", StringComparison.Ordinal)));

    private static IEnumerable<string> MissingLines(string conf) =>
        new[] { "appendonly yes", "appendfsync always", "no-appendfsync-on-rewrite no", "maxmemory-policy noeviction" }.Except(conf.Split('\n').Select(line => line.Trim()));

    private static List<string> Complaints(string text)
    {
        var complaints = new List<string>();
        var root = YamlText.Documents(text)[0];
        var (services, networks, volumes, secrets) = (root.Names("services").ToHashSet(), root.Names("networks").ToHashSet(), root.Names("volumes").ToHashSet(), root.Names("secrets").ToHashSet());
        foreach (var (name, service) in root.Pairs("services"))
        {
            void Want(bool holds, string otherwise)
            {
                if (!holds)
                    complaints.Add($"{name} {otherwise}");
            }
            Want(Images.IsPinned(service.Text("image") ?? ""), "has an image without a version");
            Want(service.Names("depends_on").All(services.Contains), "waits for what is not there");
            Want(service.Names("networks").All(networks.Contains), "is in a network that is not there");
            Want(service.Names("secrets").All(secrets.Contains), "wants a secret that is not there");
            Want(service.Names("cap_drop").Contains("ALL"), "keeps rights it does not need");
            foreach (var mount in service.Names("volumes").Select(mount => mount.Split(':')[0]))
                Want(mount.StartsWith('.') ? Path.Exists(Path.Combine(Tree.PathOf("deploy"), mount)) : volumes.Contains(mount), $"mounts {mount}, which is not there");
            foreach (var secret in service.Names("secrets"))
                Want(Mentioned(service).All(path => service.Names("secrets").Contains(path)), $"reads a secret other than {secret}");
            Want(name is "balancer" || !service.Items("ports").Any(), "is reached from outside");
            Want(service.Names("ports").All(port => port.StartsWith("${COORDINATION_LISTEN:-127.0.0.1:", StringComparison.Ordinal)), "is open to everybody by default");
            if (service.Names("profiles").Any())
                continue;
            Want(service.Text("restart") is "unless-stopped" && service.Text("deploy", "resources", "limits", "memory") is not null, "does not come back, or has no bounds");
            if (!name.StartsWith("host-", StringComparison.Ordinal))
                continue;
            var needed = int.Parse(service.Text("environment", "Coordination__Cluster__DrainSeconds")!, null) + 10 + 20;
            Want(int.Parse(service.Text("stop_grace_period")!.TrimEnd('s'), null) > needed, $"is killed before the {needed} s it may need to stop");
            Want(service.Text("init") is "true" && service.Text("read_only") is "true", "has no init, or may change its files");
        }
        if (root.Text("networks", "inside", "internal") is not "true")
            complaints.Add("the network of the hosts has a way out");
        var balancer = root.Text("services", "balancer", "networks", "inside", "ipv4_address");
        if (root.Pairs("services").Any(service => service.Value.Text("environment", "Coordination__TrustedProxies") is { } trusted && trusted != balancer))
            complaints.Add("the hosts trust another than the balancer");
        var given = root.Items("networks", "inside", "ipam", "config").Select(config => config.Text("ip_range")).Single();
        if (balancer is null || System.Net.IPNetwork.Parse(given!).Contains(System.Net.IPAddress.Parse(balancer)))
            complaints.Add("the address of the balancer may be given to another");
        if (root.Pairs("secrets").Any(secret => secret.Value.Text("file") is null))
            complaints.Add("a secret is not from a file");
        return complaints;
    }

    private static IEnumerable<string> Mentioned(YamlNode service) =>
        service.AllNodes.OfType<YamlScalarNode>().SelectMany(scalar => Secret().Matches(scalar.Value ?? "").Select(found => found.Groups[1].Value));

    [GeneratedRegex(@"^\s*server (\S+) \1:8080", RegexOptions.Multiline)]
    private static partial Regex Server();

    [GeneratedRegex(@"/run/secrets/([\w-]+)")]
    private static partial Regex Secret();
}

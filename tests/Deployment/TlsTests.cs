using YamlDotNet.RepresentationModel;

namespace Coordination.Deployment;

/// <summary>What is offered for mutual TLS between the hosts.</summary>
public sealed class TlsTests
{
    private static readonly string[] Files = ["AuthorityFile", "CertificateFile", "KeyFile"];

    [Fact]
    public async Task In_Kubernetes_all_hosts_and_nobody_else_get_the_certificate_where_the_settings_say()
    {
        var (code, output) = await Tool.RunOrSkipAsync("kubectl", "kustomize", "deploy/kubernetes-tls");
        Assert.True(code == 0, output);
        var documents = YamlText.Documents(output);
        var settings = documents.Single(document => document.Text("kind") == "ConfigMap" && document.Text("metadata", "name") == "settings");
        var named = Files.Select(file => settings.Text("data", $"Coordination__Cluster__Tls__{file}")).ToList();
        Assert.Equal(["/run/secrets/host-tls/ca.crt", "/run/secrets/host-tls/tls.crt", "/run/secrets/host-tls/tls.key"], named);
        var mounted = documents.Where(document => document.AllNodes.OfType<YamlScalarNode>().Any(node => node.Value == "/run/secrets/host-tls")).ToList();
        Assert.Equal(["edge", "silo"], mounted.Select(document => document.Text("metadata", "name")).Order());
        Assert.All(mounted, document => Assert.Contains(document.AllNodes.OfType<YamlMappingNode>(), node => node.Text("secretName") == "host-tls"));
    }

    [Fact]
    public void In_compose_each_host_gets_it()
    {
        var root = YamlText.Documents(Tree.Read("deploy/compose.tls.yaml"))[0];
        var hosts = YamlText.Documents(Tree.Read("deploy/compose.yaml"))[0].Names("services").Where(name => name.StartsWith("host-", StringComparison.Ordinal));
        Assert.Equal(hosts.Order(), root.Names("services").Order());
        foreach (var (_, host) in root.Pairs("services"))
        {
            var folder = Assert.Single(host.Names("volumes")).Split(':')[1];
            Assert.All(Files, file => Assert.StartsWith($"{folder}/", host.Text("environment", $"Coordination__Cluster__Tls__{file}"), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void With_systemd_each_file_that_is_named_is_handed_over()
    {
        var lines = Tree.Read("deploy/systemd/coordination-tls.conf").Split('\n');
        var given = lines.Where(line => line.StartsWith("LoadCredential=", StringComparison.Ordinal)).Select(line => line["LoadCredential=".Length..].Split(':')[0]);
        var named = lines.Where(line => line.StartsWith("Environment=Coordination__Cluster__Tls__", StringComparison.Ordinal)).Select(line => line[(line.LastIndexOf('/') + 1)..]);
        Assert.Equal(3, given.Count());
        Assert.Equal(given.Order(), named.Order());
    }
}

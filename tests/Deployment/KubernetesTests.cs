namespace Coordination.Deployment;

/// <summary>The manifests of <c>deploy/kubernetes</c>.</summary>
public sealed class KubernetesTests
{
    [Fact]
    public void Every_manifest_is_one_that_Kubernetes_knows_and_fits_the_others() => Assert.Empty(Manifests.Complaints(Files()));

    [Fact]
    public void Every_manifest_but_the_example_is_in_the_kustomization()
    {
        var listed = YamlText.Documents(Tree.Read("deploy/kubernetes/kustomization.yaml"))[0].Names("resources").ToList();
        Assert.All(listed, resource => Assert.True(Path.Exists(Tree.PathOf($"deploy/kubernetes/{resource}")), resource));
        Assert.Empty(Files().Select(file => Path.GetFileName(file.Path)).Where(name => !name.Contains("example", StringComparison.Ordinal)).Except(listed));
    }

    [Theory]
    [InlineData("silo.yaml", "terminationGracePeriodSeconds: 60", "terminationGracePeriodSecond: 60")]
    [InlineData("silo.yaml", "terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 30")]
    [InlineData("silo.yaml", "runAsNonRoot: true", "runAsNonRoot: false")]
    [InlineData("silo.yaml", "orleans/clusterId: coordination", "orleans/clusterId: other")]
    [InlineData("silo.yaml", "status.podIP", "status.hostIP")]
    [InlineData("silo.yaml", "coordination:0.1.0", "coordination:latest")]
    [InlineData("settings.yaml", "ORLEANS_CLUSTER_ID: coordination", "ORLEANS_CLUSTER_ID: other")]
    [InlineData("edge.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")]
    [InlineData("edge.yaml", "targetPort: http", "targetPort: web")]
    [InlineData("edge.yaml", "type: ClusterIP", "type: LoadBalancer")]
    [InlineData("edge.yaml", "configMapRef: { name: settings }", "configMapRef: { name: setting }")]
    [InlineData("redis.yaml", "secretName: redis-password", "secretName: redis")]
    [InlineData("silo.yaml", "secretName: privacy-keys", "secretName: privacy-key")]
    [InlineData("accounts.yaml", "verbs: [get, list, watch, patch]", "verbs: [get, list, watch, patch, delete]")]
    [InlineData("network.yaml", "  podSelector: {}", "  podSelector: { matchLabels: { app.kubernetes.io/name: redis } }")]
    public void The_twin_finds_what_is_wrong(string name, string right, string wrong)
    {
        var files = Files().Select(file =>
        {
            if (Path.GetFileName(file.Path) != name)
                return file;
            Assert.Contains(right, file.Text, StringComparison.Ordinal);
            return (file.Path, file.Text.Replace(right, wrong, StringComparison.Ordinal));
        });
        Assert.NotEmpty(Manifests.Complaints(files));
    }

    private static IReadOnlyList<(string Path, string Text)> Files() =>
        [.. Tree.Files("deploy/kubernetes", ".yaml").Where(file => !file.Path.EndsWith("kustomization.yaml", StringComparison.Ordinal))];
}

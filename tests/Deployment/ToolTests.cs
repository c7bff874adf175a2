using Coordination.Testing;

namespace Coordination.Deployment;

/// <summary>What the programs themselves say of their files.</summary>
public sealed class ToolTests
{
    [Fact]
    public async Task The_alerts_are_right_in_form_and_go_off_as_they_should()
    {
        await PassAsync("promtool", "check", "rules", "deploy/prometheus/rules.yaml");
        await PassAsync("promtool", "check", "config", "--syntax-only", "deploy/prometheus/prometheus.yaml");
        await PassAsync("promtool", "test", "rules", "deploy/prometheus/rules.test.yaml");
    }

    [Fact]
    public async Task The_load_balancer_takes_its_file() => await PassAsync("haproxy", "-c", "-f", "deploy/haproxy.cfg");

    [Fact]
    public async Task Systemd_takes_its_units_without_a_word()
    {
        var (code, output) = await Tool.RunOrSkipAsync("systemd-analyze", "verify", "deploy/systemd/coordination.service", "deploy/systemd/coordination-redis.service");
        // It asks whether the programs are there, too; on this machine they need not be.
        Assert.True(code == 0 || output.Contains("is not executable", StringComparison.Ordinal), output);
        Assert.DoesNotContain("Unknown", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Kustomize_puts_the_manifests_together()
    {
        var (code, output) = await Tool.RunOrSkipAsync("kubectl", "kustomize", "deploy/kubernetes");
        Assert.True(code == 0, output);
        Assert.Contains("appendfsync always", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_script_is_one_that_a_shell_can_read()
    {
        foreach (var (path, text) in Tree.Files("deploy", ".sh"))
        {
            var (code, output) = await Tool.RunAsync(text.StartsWith("#!/usr/bin/env bash", StringComparison.Ordinal) ? "bash" : "sh", "-n", path);
            Assert.True(code == 0, output);
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Tree.PathOf(path)).HasFlag(UnixFileMode.UserExecute), $"{path} is not executable.");
        }
    }

    [Fact]
    public async Task Every_script_passes_the_shell_linter()
    {
        foreach (var (path, _) in Tree.Files("deploy", ".sh"))
            await PassAsync("shellcheck", path);
    }

    [Fact]
    public async Task The_twin_finds_an_alert_that_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        var broken = folder.Write("rules.yaml", Tree.Read("deploy/prometheus/rules.yaml").Replace("sum by (instance) (rate(", "sum by (instance) (rat(", StringComparison.Ordinal));
        Assert.NotEqual(0, (await Tool.RunOrSkipAsync("promtool", "check", "rules", broken)).Code);
    }

    [Fact]
    public async Task The_twin_finds_an_alert_that_does_not_go_off()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules.yaml", Tree.Read("deploy/prometheus/rules.yaml").Replace("condition=\"refused\"} ", "condition=\"refusd\"} ", StringComparison.Ordinal).Replace("condition=\"refused\"})", "condition=\"refusd\"})", StringComparison.Ordinal));
        var test = folder.Write("rules.test.yaml", Tree.Read("deploy/prometheus/rules.test.yaml"));
        Assert.NotEqual(0, (await Tool.RunOrSkipAsync("promtool", "test", "rules", test)).Code);
    }

    [Fact]
    public async Task The_twin_finds_a_line_that_the_load_balancer_does_not_know()
    {
        using var folder = new TemporaryFolder();
        var broken = folder.Write("haproxy.cfg", Tree.Read("deploy/haproxy.cfg").Replace("balance leastconn", "balance leastcon", StringComparison.Ordinal));
        Assert.NotEqual(0, (await Tool.RunOrSkipAsync("haproxy", "-c", "-f", broken)).Code);
    }

    [Fact]
    public async Task The_twin_finds_a_line_that_systemd_does_not_know()
    {
        using var folder = new TemporaryFolder();
        var broken = folder.Write("coordination.service", Tree.Read("deploy/systemd/coordination.service").Replace("TimeoutStopSec=", "TimeoutStopSecs=", StringComparison.Ordinal));
        var (_, output) = await Tool.RunOrSkipAsync("systemd-analyze", "verify", broken);
        Assert.Contains("Unknown key", output, StringComparison.Ordinal);
    }

    private static async Task PassAsync(string program, params string[] arguments)
    {
        var (code, output) = await Tool.RunOrSkipAsync(program, arguments);
        Assert.True(code == 0, output);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coordination.Deployment;

/// <summary>Alerts and dashboard ask for figures that there are.</summary>
public sealed partial class MetricsTests
{
    private static readonly string[] OfOthers = ["http_server_", "kestrel_", "dotnet_", "orleans_", "microsoft_orleans_", "process_", "haproxy_"];

    [Fact]
    public void Every_metric_of_the_alerts_is_described() =>
        Assert.Empty(Unknown(string.Join('\n', YamlText.Documents(Tree.Read("deploy/prometheus/rules.yaml")).SelectMany(Expressions))));

    [Fact]
    public void Every_metric_of_the_dashboard_is_described() => Assert.Empty(Unknown(string.Join('\n', Targets().Select(target => (string?)target["expr"]))));

    [Fact]
    public void Every_alert_says_how_bad_it_is_and_what_to_do()
    {
        foreach (var rule in YamlText.Documents(Tree.Read("deploy/prometheus/rules.yaml"))[0].Items("groups").SelectMany(group => group.Items("rules")))
        {
            Assert.Matches("^Coordination[A-Z]", rule.Text("alert"));
            Assert.Matches("^(page|ticket)$", rule.Text("labels", "severity"));
            Assert.NotNull(rule.Text("for"));
            Assert.NotNull(rule.Text("annotations", "summary"));
            Assert.NotNull(rule.Text("annotations", "description"));
            Assert.Matches("^docs/operations\\.md#[a-z-]+$", rule.Text("annotations", "runbook_url"));
        }
    }

    [Fact]
    public void Every_alert_has_its_part_of_the_operations_page()
    {
        var headings = Heading().Matches(Tree.Read("docs/operations.md")).Select(found => found.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-')).ToHashSet();
        var asked = YamlText.Documents(Tree.Read("deploy/prometheus/rules.yaml"))[0].Items("groups").SelectMany(group => group.Items("rules"))
            .Select(rule => rule.Text("annotations", "runbook_url")!.Split('#')[1]).Distinct().ToList();
        Assert.SkipUnless(asked.Any(headings.Contains), "docs/operations.md has no part for any alert yet.");
        Assert.Empty(asked.Except(headings));
    }

    [Fact]
    public void Every_alert_is_tried_out_both_ways()
    {
        var alerts = YamlText.Documents(Tree.Read("deploy/prometheus/rules.yaml"))[0].Items("groups").SelectMany(group => group.Items("rules")).Select(rule => rule.Text("alert")!);
        var tried = YamlText.Documents(Tree.Read("deploy/prometheus/rules.test.yaml"))[0].Items("tests").SelectMany(test => test.Items("alert_rule_test")).ToList();
        Assert.All(alerts, alert => Assert.Contains(tried, one => one.Text("alertname") == alert && one.Items("exp_alerts").Any()));
        Assert.All(alerts, alert => Assert.Contains(tried, one => one.Text("alertname") == alert && !one.Items("exp_alerts").Any()));
    }

    [Fact]
    public void The_dashboard_is_one_that_Grafana_can_show()
    {
        var dashboard = JsonNode.Parse(Tree.Read("deploy/grafana/coordination.json"), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!;
        Assert.NotNull((string?)dashboard["uid"]);
        Assert.True((int)dashboard["schemaVersion"]! >= 36);
        var panels = dashboard["panels"]!.AsArray().Select(panel => panel!).ToList();
        Assert.Distinct(panels.Select(panel => (int)panel["id"]!));
        var variables = dashboard["templating"]!["list"]!.AsArray().Select(variable => (string)variable!["name"]!).ToHashSet();
        foreach (var panel in panels)
        {
            Assert.Matches("^(row|stat|timeseries)$", (string?)panel["type"]);
            var place = panel["gridPos"]!;
            Assert.InRange((int)place["x"]! + (int)place["w"]!, 1, 24);
            Assert.All(panels.Where(other => other != panel), other => Assert.False(Overlap(place, other["gridPos"]!), $"{panel["title"]} lies on {other["title"]}."));
        }
        foreach (var target in Targets())
        {
            Assert.Equal("${datasource}", (string?)target["datasource"]!["uid"]);
            Assert.Subset(variables, Variables().Matches((string)target["expr"]!).Select(found => found.Groups[1].Value).Where(name => !name.StartsWith("__", StringComparison.Ordinal)).ToHashSet());
        }
    }

    [Fact]
    public void The_twin_finds_a_metric_that_nobody_has()
    {
        Assert.Equal(["coordination_placed"], Unknown("sum(coordination_placed{job=\"coordination\"})"));
        Assert.Equal(["coordination_places_bucket"], Unknown("coordination_places_bucket"));
        Assert.Equal(["node_load1"], Unknown("sum by (instance) (node_load1)"));
        Assert.Empty(Unknown("histogram_quantile(0.99, sum by (le) (rate(coordination_ledger_commit_duration_seconds_bucket{outcome=\"failed\"}[5m])))"));
    }

    private static IEnumerable<string> Unknown(string expressions)
    {
        var described = Described().Matches(Tree.Read("docs/metrics.md")).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);
        bool IsKnown(string name) => name is "up" || described.ContainsKey(name) || OfOthers.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            || described.Any(row => row.Value == "histogram" && (name == row.Key + "_bucket" || name == row.Key + "_sum" || name == row.Key + "_count"));
        var bare = InBraces().Replace(Labels().Replace(expressions, ""), "");
        return Name().Matches(bare).Select(found => found.Value).Where(name => name.Contains('_', StringComparison.Ordinal) || name == "up").Distinct()
            .Where(name => name is not "histogram_quantile").Where(name => !IsKnown(name));
    }

    private static IEnumerable<string> Expressions(YamlDotNet.RepresentationModel.YamlNode rules) =>
        rules.Items("groups").SelectMany(group => group.Items("rules")).Select(rule => rule.Text("expr")!);

    private static IEnumerable<JsonNode> Targets() =>
        JsonNode.Parse(Tree.Read("deploy/grafana/coordination.json"))!["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => target!);

    private static bool Overlap(JsonNode a, JsonNode b)
    {
        static int Of(JsonNode place, string name) => (int)place[name]!;
        return Of(a, "x") < Of(b, "x") + Of(b, "w") && Of(b, "x") < Of(a, "x") + Of(a, "w") && Of(a, "y") < Of(b, "y") + Of(b, "h") && Of(b, "y") < Of(a, "y") + Of(a, "h");
    }

    [GeneratedRegex(@"^#+ ([\w ,-]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `(\w+)` \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Described();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring) \([^)]*\)|\[[^]]*\]")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex InBraces();

    [GeneratedRegex(@"\b[a-z]\w+\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"\$(\w+)")]
    private static partial Regex Variables();
}

using System.Text.RegularExpressions;

namespace Coordination.Deployment;

/// <summary>Nothing is told to the server that it does not know.</summary>
public sealed partial class SettingsTests
{
    [Fact]
    public void Every_setting_of_the_deployments_is_one_of_the_server() => Assert.Empty(Told().SelectMany(file => Unknown(file.Path, file.Text)));

    [Fact]
    public void Every_switch_of_the_deployments_is_one_of_the_server() =>
        Assert.Empty(Tree.Files("deploy/kubernetes", ".yaml").SelectMany(file => UnknownSwitches(file.Path, file.Text)));

    [Fact]
    public void Every_path_that_is_asked_for_is_served() =>
        Assert.Empty(Tree.Files("deploy", ".yaml", ".cfg").SelectMany(file => NotServed(file.Path, file.Text)));

    [Fact]
    public void The_twin_finds_a_setting_a_switch_and_a_path_that_do_not_exist()
    {
        Assert.Single(Unknown("x", "Coordination__Cluster__Reddis=1"));
        Assert.Single(Unknown("x", "Coordination__Cluster: 1"));
        Assert.Empty(Unknown("x", "Coordination__Cluster__Redis=1"));
        Assert.Single(UnknownSwitches("x", """args: ["--roll", "silo"]"""));
        Assert.Single(NotServed("x", "httpGet: { path: /health/redy, port: http }"));
        Assert.Single(NotServed("x", "http-check send meth GET uri /healthy ver HTTP/1.1"));
    }

    [Fact]
    public void The_server_has_the_settings_of_a_cluster() =>
        Assert.Superset(new HashSet<string> { "Coordination__Data", "Coordination__Cluster__Redis", "Coordination__Cluster__PasswordFile", "Coordination__Mqtt__Port", "Coordination__Privacy__HashKeysFile", "Coordination__Privacy__MasterKeysFile" }, ServerNames.Variables.ToHashSet());

    private static IEnumerable<(string Path, string Text)> Told() => Tree.Files("deploy").Append(("docs/deployment.md", Tree.Read("docs/deployment.md")));

    private static IEnumerable<string> Unknown(string path, string text) =>
        Variable().Matches(text).Select(found => found.Value).Distinct().Where(name => !ServerNames.Variables.Contains(name)).Select(name => $"{path}: {name}");

    private static IEnumerable<string> UnknownSwitches(string path, string text) =>
        Arguments().Matches(text).SelectMany(found => Quoted().Matches(found.Value).Select(name => name.Groups[1].Value))
            .Where(name => !ServerNames.Switches.Contains(name)).Select(name => $"{path}: {name}");

    private static IEnumerable<string> NotServed(string path, string text) =>
        Asked().Matches(text).Select(found => found.Groups[1].Value).Distinct().Where(asked => !ServerNames.Serves(asked)).Select(asked => $"{path}: {asked}");

    [GeneratedRegex(@"\bCoordination__\w+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"args: \[.*\]")]
    private static partial Regex Arguments();

    [GeneratedRegex("\"(--[a-z-]+)")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?:httpGet: \{ path: |http-check send meth GET uri |prometheus\.io/path: )(/[\w/]+)")]
    private static partial Regex Asked();
}

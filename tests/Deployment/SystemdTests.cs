using System.Text.RegularExpressions;

namespace Coordination.Deployment;

/// <summary>The units of <c>deploy/systemd</c>, beyond what systemd itself checks.</summary>
public sealed class SystemdTests
{
    [Fact]
    public void The_units_come_back_have_no_rights_and_time_to_stop()
    {
        var example = Lines("coordination.env.example").ToDictionary(line => line.Key, line => line.Value);
        Assert.Empty(Complaints(Tree.Read("deploy/systemd/coordination.service"), 10 + 20 + int.Parse(example["Coordination__Cluster__DrainSeconds"], null)));
        Assert.Empty(Complaints(Tree.Read("deploy/systemd/coordination-redis.service"), 30));
    }

    [Fact]
    public void The_example_holds_no_secret_and_listens_to_nobody_else()
    {
        var example = Lines("coordination.env.example").ToList();
        Assert.All(example, line => Assert.True(ServerNames.Foreign.Contains(line.Key) || ServerNames.Variables.Contains(line.Key), line.Key));
        Assert.DoesNotContain(example, line => line.Key.Contains("Password", StringComparison.Ordinal) || Regex.IsMatch(line.Value, "//[^/]*:[^/]*@"));
        Assert.StartsWith("http://127.0.0.1:", example.Single(line => line.Key == "Urls").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Restart=always", "Restart=on-failure")]
    [InlineData("TimeoutStopSec=50", "TimeoutStopSec=30")]
    [InlineData("DynamicUser=yes", "User=root")]
    [InlineData("ProtectSystem=strict", "ProtectSystem=full")]
    [InlineData("LimitNOFILE=65536", "LimitNOFILE=1024")]
    public void The_twin_finds_what_is_wrong(string right, string wrong)
    {
        var text = Tree.Read("deploy/systemd/coordination.service");
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.NotEmpty(Complaints(text.Replace(right, wrong, StringComparison.Ordinal), 40));
    }

    private static List<string> Complaints(string unit, int neededToStop)
    {
        var lines = Parse(unit).Where(line => line.Key is not "Environment").ToLookup(line => line.Key, line => line.Value);
        var complaints = new List<string>();
        foreach (var (key, value) in new[]
        {
            ("Restart", "always"), ("RestartSec", "2"), ("DynamicUser", "yes"), ("NoNewPrivileges", "yes"), ("CapabilityBoundingSet", ""), ("ProtectSystem", "strict"),
            ("ProtectHome", "yes"), ("PrivateTmp", "yes"), ("PrivateDevices", "yes"), ("SystemCallFilter", "@system-service"), ("UMask", "0077"), ("StartLimitIntervalSec", "0"),
        })
        {
            if (lines[key].SingleOrDefault() != value)
                complaints.Add($"{key} is not {value}");
        }
        if (int.Parse(lines["TimeoutStopSec"].Single(), null) <= neededToStop)
            complaints.Add($"it is killed before the {neededToStop} s it may need to stop");
        if (int.Parse(lines["LimitNOFILE"].Single(), null) < 20_000 || !lines["StateDirectory"].Any())
            complaints.Add("it can have few connections, or keeps no data");
        return complaints;
    }

    private static IEnumerable<KeyValuePair<string, string>> Lines(string file) => Parse(Tree.Read($"deploy/systemd/{file}"));

    private static IEnumerable<KeyValuePair<string, string>> Parse(string text) =>
        text.Split('\n').Where(line => line.Length > 0 && line[0] is not ('#' or '[')).Select(line => line.Split('=', 2)).Select(parts => new KeyValuePair<string, string>(parts[0], parts[1]));
}

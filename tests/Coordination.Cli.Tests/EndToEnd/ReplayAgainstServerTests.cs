using System.Diagnostics;
using System.Text.Json.Nodes;
using Coordination.Testing;

namespace Coordination.Cli.Tests.EndToEnd;

/// <summary>The real tool against the real server on recorded real data.</summary>
public sealed class ReplayAgainstServerTests : IDisposable
{
    private const string Birmingham =
        """{"places":29,"lines":12474,"accepted":12358,"duplicates":107,"late":0,"refused":{"negative-count":9},"overCapacity":33,"upward":{"80":186,"90":97,"100":27},"lastOccupiedSum":16073,"readingsWithoutCapacity":0,"withoutTime":0}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Birmingham_gives_the_figures_that_were_counted_by_hand()
    {
        var file = Data("birmingham-parking", "2016-10.csv");
        await using var server = await ServerProcess.StartAsync();
        Assert.Equal(Birmingham, await Tool.SummaryAsync([file, .. Common(server)]));
        await VerifyAsync(server);
    }

    [Fact]
    public async Task Birmingham_with_every_line_sent_twice_differs_in_duplicates_only()
    {
        var lines = await File.ReadAllLinesAsync(Data("birmingham-parking", "2016-10.csv"));
        var doubled = folder.Write("doubled.csv", string.Concat(lines.Select(line => $"{line}\n{line}\n")));
        await using var server = await ServerProcess.StartAsync();
        var summary = JsonNode.Parse(await Tool.SummaryAsync([doubled, .. Common(server)]))!;
        summary["lines"] = (int)summary["lines"]! - 12474;
        summary["duplicates"] = (int)summary["duplicates"]! - 12474;
        Assert.Equal(Birmingham, summary.ToJsonString());
    }

    [Fact]
    public async Task Birmingham_through_two_kills_of_the_server_gives_the_same()
    {
        var file = Data("birmingham-parking", "2016-10.csv");
        await using var server = await ServerProcess.StartAsync();
        var replay = Tool.SummaryAsync([file, .. Common(server), "--chunk", "100", "--patience", "3m"]);
        for (var kill = 1; kill <= 2; kill++)
        {
            await CheckpointPastAsync(kill * 4_000);
            await server.RestartAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(Birmingham, await replay);
        await VerifyAsync(server);
    }

    [Fact]
    public async Task Birmingham_stopped_by_killing_the_tool_and_resumed_gives_the_same()
    {
        var file = Data("birmingham-parking", "2016-10.csv");
        await using var server = await ServerProcess.StartAsync();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[typeof(ExitCodes).Assembly.Location, "replay", file, .. Common(server), "--chunk", "20", "--json"])
            start.ArgumentList.Add(argument);
        using (var tool = Process.Start(start)!)
        {
            await CheckpointPastAsync(1_000);
            tool.Kill();
            await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.NotEqual(0, tool.ExitCode);
        }
        await server.RestartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Birmingham, await Tool.SummaryAsync([file, .. Common(server), "--resume"]));
        await VerifyAsync(server);
    }

    [Fact]
    public async Task A_German_day_gives_the_figures_that_were_counted_by_hand()
    {
        var file = Data("de-parking-5min", "2020-07-06.csv");
        await using var server = await ServerProcess.StartAsync();
        Assert.Equal(
            """{"places":716,"lines":57030,"accepted":55932,"duplicates":0,"late":0,"refused":{"free-above-capacity":1098},"overCapacity":33,"upward":{"80":189,"90":163,"100":60},"lastOccupiedSum":28950,"readingsWithoutCapacity":17992,"withoutTime":0}""",
            await Tool.SummaryAsync([file, .. Common(server)]));
        await VerifyAsync(server);
    }

    [Fact]
    public async Task The_scenic_areas_of_Shanghai_appear_as_they_are_published()
    {
        var file = Data("shanghai-scenic", "snapshot-2025-11-25.jsonl");
        await using var server = await ServerProcess.StartAsync();
        var summary = JsonNode.Parse(await Tool.SummaryAsync([file, .. Common(server)]))!;
        Assert.Equal((150, 149, 149, 1), ((int)summary["places"]!, (int)summary["lines"]!, (int)summary["accepted"]!, (int)summary["withoutTime"]!));
        var garden = JsonNode.Parse(await server.Http.GetStringAsync("api/scenic-areas/shanghai-7", TestContext.Current.CancellationToken))!;
        Assert.Equal(("上海豫园", 3000, "closed", "闭园"),
            ((string?)garden["name"], (int?)garden["capacity"], (string?)garden["operation"], (string?)garden["operationReason"]));
    }

    [Fact]
    public async Task Seeds_are_imported_once_and_then_unchanged()
    {
        await using var server = await ServerProcess.StartAsync();
        foreach (var status in new[] { "created", "unchanged" })
        {
            var (code, output, error) = await Tool.RunAsync("import", Repository.PathOf("seeds"), "--server", server.Address.ToString(), "--json");
            Assert.True(code == ExitCodes.Ok, error);
            var outcome = JsonNode.Parse(output)!;
            Assert.Equal(outcome["places"]!.AsArray().Count, (int)outcome[status]!);
        }
    }

    private string Checkpoint => folder.File("checkpoint.json");

    private string[] Common(ServerProcess server) => ["--server", server.Address.ToString(), "--checkpoint", Checkpoint];

    /// <summary>Waits until a run has noted that so many lines are done.</summary>
    private async Task CheckpointPastAsync(int lines)
    {
        while (!File.Exists(Checkpoint) || Cli.Replay.Checkpoint.Load(Checkpoint)!.Done.Sum() < lines)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    private static async Task VerifyAsync(ServerProcess server)
    {
        await server.StopAsync();
        var (code, output, error) = await Tool.RunAsync("verify", "--store", server.StorePath, "--json");
        Assert.True(code == ExitCodes.Ok, output + error);
    }

    private static string Data(params string[] parts)
    {
        var path = RealData.Find(parts);
        Assert.SkipWhen(path is null, RealData.Missing);
        return path!;
    }
}

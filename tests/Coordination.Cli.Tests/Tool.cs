using System.Text.Json;

namespace Coordination.Cli.Tests;

/// <summary>Runs the command in this process, as the shell would.</summary>
internal static class Tool
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, TextWriter.Synchronized(error));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The summary of a replay without what depends on the clock.</summary>
    public static async Task<string> SummaryAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(["replay", .. arguments, "--json"]);
        Assert.True(code == 0, error);
        return Timeless(output);
    }

    public static string Timeless(string json)
    {
        var summary = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
        summary.Remove("seconds");
        summary.Remove("linesPerSecond");
        return summary.ToJsonString(new JsonSerializerOptions { WriteIndented = false });
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Coordination.Testing;

namespace Coordination.Cli.Tests;

/// <summary>Runs the command in this process, as the shell would.</summary>
internal static class Tool
{
    /// <summary>As a shell that has the key of the servers under test in its environment.</summary>
    [ModuleInitializer]
    internal static void BringKey() => Environment.SetEnvironmentVariable("COORDINATION_KEY", ServerProcess.Key);

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

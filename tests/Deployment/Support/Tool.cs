using System.Diagnostics;

namespace Coordination.Deployment;

/// <summary>A program that checks a file better than we could; its test is skipped where it is not installed.</summary>
internal static class Tool
{
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/usr/local/sbin"];

    /// <summary>Runs it in the root of the tree, or skips the test that asks.</summary>
    /// <returns>Its exit code, and all that it wrote.</returns>
    public static async Task<(int Code, string Output)> RunOrSkipAsync(string program, params string[] arguments)
    {
        var path = Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed here.");
        return await RunAsync(path, arguments);
    }

    /// <summary>Runs a program in the root of the tree.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Tree.Root };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output + await error);
    }
}

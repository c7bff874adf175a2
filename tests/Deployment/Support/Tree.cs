namespace Coordination.Deployment;

/// <summary>The checked-out tree, found upwards from the test.</summary>
internal static class Tree
{
    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Files under a folder, as (path from the root, text).</summary>
    public static IReadOnlyList<(string Path, string Text)> Files(string folder, params string[] endings) =>
        [.. Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => endings.Length == 0 || endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "secrets"))
            .Order(StringComparer.Ordinal)
            .Select(path => (path, Read(path)))];

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Coordination.sln")))
                return folder.FullName;
        }
        return Environment.GetEnvironmentVariable("COORDINATION_ROOT") ?? throw new DirectoryNotFoundException("Coordination.sln was not found above the test; set COORDINATION_ROOT.");
    }
}

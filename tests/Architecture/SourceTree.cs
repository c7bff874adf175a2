namespace Coordination.Architecture;

/// <summary>The checked-out tree, found upwards from the test.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    /// <summary>Source files under a folder, as (path from the root, text), without what is built.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string folder, params string[] endings) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "wwwroot" or "dist"))
            .Select(path => (path, File.ReadAllText(Path.Combine(Root, path))));

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

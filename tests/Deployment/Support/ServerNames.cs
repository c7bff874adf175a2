using System.Text.RegularExpressions;

namespace Coordination.Deployment;

/// <summary>What the server's source says it can be told: settings, command line and paths.</summary>
internal static partial class ServerNames
{
    /// <summary>Settings that are not the server's own but .NET's or Orleans', with who reads them.</summary>
    public static IReadOnlySet<string> Foreign { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Urls", "ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics", "PATH",
        "POD_NAME", "POD_NAMESPACE", "POD_IP", "ORLEANS_SERVICE_ID", "ORLEANS_CLUSTER_ID",
    };

    /// <summary>Environment variables of the section <c>Coordination</c>: <c>Coordination__Cluster__Redis</c>.</summary>
    public static IReadOnlySet<string> Variables { get; } = FindVariables();

    /// <summary>Switches of the command line: <c>--cluster</c>. <c>--urls</c> is ASP.NET Core's.</summary>
    public static IReadOnlySet<string> Switches { get; } =
        Switch().Matches(Tree.Read("src/Coordination.Server/Hosting/ServerOptions.cs")).Select(found => found.Groups[1].Value).Append("--urls").ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether something is mapped at a path.</summary>
    public static bool Serves(string path) =>
        Tree.Files("src/Coordination.Server", ".cs").Concat(Tree.Files("src/Coordination.Live", ".cs")).Any(file => file.Text.Contains($"\"{path}\"", StringComparison.Ordinal));

    private static HashSet<string> FindVariables()
    {
        var classes = new Dictionary<string, List<(string Type, string Name)>>(StringComparer.Ordinal);
        foreach (var (_, text) in Tree.Files("src/Coordination.Server", ".cs").Concat(Tree.Files("src/Coordination.Grains/Privacy", ".cs")))
        {
            var declarations = Class().Matches(text);
            for (var i = 0; i < declarations.Count; i++)
            {
                var end = i + 1 < declarations.Count ? declarations[i + 1].Index : text.Length;
                classes[declarations[i].Groups[1].Value] =
                    [.. Property().Matches(text[declarations[i].Index..end]).Select(found => (found.Groups[1].Value.TrimEnd('?'), found.Groups[2].Value))];
            }
        }
        var found = new HashSet<string>(StringComparer.Ordinal);
        void Add(string type, string prefix)
        {
            foreach (var property in classes[type])
            {
                if (classes.TryGetValue(property.Type, out var inner) && inner.Count > 0)
                    Add(property.Type, $"{prefix}__{property.Name}");
                else
                    found.Add($"{prefix}__{property.Name}");
            }
        }
        Add("ServerOptions", "Coordination");
        return found;
    }

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"public ([\w?]+) (\w+) \{ get; set; \}")]
    private static partial Regex Property();

    [GeneratedRegex("""\["(--[a-z-]+)"\]""")]
    private static partial Regex Switch();
}

using System.Text.Json.Nodes;

namespace Coordination.Deployment;

/// <summary>The bill of materials has all that is shipped, whoever brought it along.</summary>
public sealed class ComponentsTests
{
    private const string Modules = "node_modules/";

    /// <summary>Where each is built, and what it is called there.</summary>
    private static readonly (string Project, string Name)[] Programs = [("Coordination.Server", "Coordination.Server"), ("Coordination.Cli", "coordination")];

    [Fact]
    public async Task The_bill_of_materials_names_every_package_that_is_shipped_and_every_image()
    {
        var bill = await BillAsync();
        Assert.Equal(("CycloneDX", "1.6"), ((string?)bill["bomFormat"], (string?)bill["specVersion"]));
        Assert.Empty(Missing(bill));
        var components = bill["components"]!.AsArray();
        Assert.All(components, component => Assert.Equal((string?)component!["purl"], (string?)component["bom-ref"]));
        Assert.Equal(components.Count, components.Select(component => (string?)component!["purl"]).Distinct().Count());
        Assert.All(components.Where(component => (string?)component!["type"] == "library"), component => Assert.Equal(128, ((string)component!["hashes"]![0]!["content"]!).Length));
    }

    [Theory]
    [InlineData("pkg:nuget/Microsoft.Orleans.Core@")]
    [InlineData("pkg:nuget/SQLitePCLRaw.core@")] // Nobody asked for it by name.
    [InlineData("pkg:nuget/Spectre.Console@")] // The command line alone has it.
    [InlineData("pkg:npm/vue@")]
    [InlineData("pkg:npm/%40vue/reactivity@")]
    [InlineData("pkg:docker/redis@")]
    public async Task The_twin_finds_what_is_missing(string purl)
    {
        var bill = await BillAsync();
        var component = Assert.Single(bill["components"]!.AsArray(), component => ((string)component!["purl"]!).StartsWith(purl, StringComparison.Ordinal));
        bill["components"]!.AsArray().Remove(component);
        Assert.Contains(Missing(bill), missing => missing.StartsWith(purl, StringComparison.Ordinal));
    }

    private static async Task<JsonNode> BillAsync()
    {
        Assert.SkipWhen(Programs.Any(program => DependenciesOf(program) is null), "The server or the command line is not built.");
        var (code, output) = await Tool.RunOrSkipAsync("node", "deploy/components.mjs");
        Assert.True(code == 0, output);
        return JsonNode.Parse(output)!;
    }

    /// <summary>What lies beside the programs, what the pages import, and what the images are made of, less what the bill names.</summary>
    private static List<string> Missing(JsonNode bill)
    {
        var named = bill["components"]!.AsArray().Select(component => (string)component!["purl"]!).ToHashSet(StringComparer.Ordinal);
        return [.. Shipped().Concat(Imported()).Concat(Pulled()).Where(purl => !named.Contains(purl)).Distinct()];
    }

    /// <summary>As the host of .NET finds them when it starts the program.</summary>
    private static IEnumerable<string> Shipped() =>
        Programs.SelectMany(program => JsonNode.Parse(File.ReadAllText(DependenciesOf(program)!))!["libraries"]!.AsObject())
            .Where(library => (string?)library.Value!["type"] == "package")
            .Select(library => $"pkg:nuget/{library.Key.Replace('/', '@')}");

    /// <summary>What the pages ask for, and what those ask for in turn.</summary>
    private static IEnumerable<string> Imported()
    {
        var packages = JsonNode.Parse(Tree.Read("src/web/package-lock.json"))!["packages"]!.AsObject();
        var (seen, waiting) = (new HashSet<string>(), new Queue<string>([""]));
        while (waiting.TryDequeue(out var path))
        {
            if (!seen.Add(path))
                continue;
            foreach (var dependency in packages[path]!["dependencies"]?.AsObject().Select(dependency => dependency.Key) ?? [])
                waiting.Enqueue(Found(path, dependency));
            if (path.Length > 0)
                yield return $"pkg:npm/{path[(path.LastIndexOf(Modules, StringComparison.Ordinal) + Modules.Length)..].Replace("@", "%40", StringComparison.Ordinal)}@{packages[path]!["version"]}";
        }

        // As Node looks for it: beside who asks, then one folder up and so on.
        string Found(string from, string name)
        {
            for (var folder = from; ; folder = folder[..Math.Max(0, folder.LastIndexOf(Modules, StringComparison.Ordinal) - 1)])
            {
                var path = folder.Length > 0 ? $"{folder}/{Modules}{name}" : $"{Modules}{name}";
                if (packages.ContainsKey(path) || folder.Length == 0)
                    return path;
            }
        }
    }

    private static IEnumerable<string> Pulled() =>
        Tree.Files("deploy", "Dockerfile", ".yaml").SelectMany(file => file.Text.Split('\n'))
            .Select(line => line.Trim().TrimStart('-').Trim().Split(' '))
            .Where(words => words[0] is "FROM" or "image:")
            .Select(words => words.Skip(1).First(word => !word.StartsWith("--", StringComparison.Ordinal)))
            .Where(image => image.Contains(':', StringComparison.Ordinal) && !image.StartsWith("coordination:", StringComparison.Ordinal))
            .Select(image => $"pkg:docker/{image[..image.LastIndexOf(':')]}@{image[(image.LastIndexOf(':') + 1)..]}");

    private static string? DependenciesOf((string Project, string Name) program) =>
        Directory.Exists(Tree.PathOf($"src/{program.Project}/bin"))
            ? Directory.EnumerateFiles(Tree.PathOf($"src/{program.Project}/bin"), $"{program.Name}.deps.json", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)
            : null;
}

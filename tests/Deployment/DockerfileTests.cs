using System.Text.RegularExpressions;

namespace Coordination.Deployment;

/// <summary>The image, as far as it can be checked without building it.</summary>
public sealed partial class DockerfileTests
{
    [Fact]
    public void The_image_is_built_from_what_is_there_and_does_not_run_as_root() => Assert.Empty(Complaints(Tree.Read("deploy/Dockerfile")));

    [Fact]
    public void What_is_built_elsewhere_and_what_is_secret_stays_out_of_the_context() => Assert.Empty(LetIn(Tree.Read("deploy/Dockerfile.dockerignore")));

    [Fact]
    public void What_the_image_is_built_from_is_in_the_context()
    {
        var ignore = Tree.Read("deploy/Dockerfile.dockerignore");
        Assert.All(
            ["global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "seeds/chongqing.json", "src/web/package-lock.json", "src/Coordination.Server/Program.cs", "src/Coordination.Cli/Store/OfflineStore.cs"],
            path => Assert.False(IsLeftOut(ignore, path), path));
    }

    [Theory]
    [InlineData("USER 1654:1654", "USER root")]
    [InlineData("USER 1654:1654", "USER app")]
    [InlineData("aspnet:10.0.12-noble-chiseled-extra", "aspnet:10.0")]
    [InlineData("aspnet:10.0.12-noble-chiseled-extra", "aspnet:10.0.12-noble-chiseled")]
    [InlineData("COPY seeds/ seeds/", "COPY seed/ seeds/")]
    [InlineData("COPY --from=build /out/cli/", "COPY --from=builder /out/cli/")]
    [InlineData("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL")]
    [InlineData("Coordination__Mqtt__Port=\"0\"", "Coordination__Cluster__Redis=\"redis://:secret@redis:6379\"")]
    public void The_twin_finds_what_is_wrong(string right, string wrong)
    {
        var text = Tree.Read("deploy/Dockerfile");
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.NotEmpty(Complaints(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_twin_finds_a_context_that_lets_too_much_in() =>
        Assert.NotEmpty(LetIn(Tree.Read("deploy/Dockerfile.dockerignore").Replace("**/node_modules\n", "", StringComparison.Ordinal)));

    private static List<string> Complaints(string text)
    {
        var complaints = new List<string>();
        var lines = Continued().Replace(text, " ").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        var stages = new HashSet<string>(StringComparer.Ordinal);
        foreach (var words in lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (words[0] is "FROM")
            {
                var image = words.Skip(1).First(word => !word.StartsWith("--", StringComparison.Ordinal));
                if (!Images.IsPinned(image) && !stages.Contains(image))
                    complaints.Add($"{image} is not pinned to a version");
                stages.Add(words[^1]);
            }
            if (words[0] is not "COPY")
                continue;
            var from = words.FirstOrDefault(word => word.StartsWith("--from=", StringComparison.Ordinal))?["--from=".Length..];
            if (from is not null && !stages.Contains(from))
                complaints.Add($"there is no stage {from}");
            if (from is null)
                complaints.AddRange(words[1..^1].Where(source => !source.StartsWith("--", StringComparison.Ordinal) && !Path.Exists(Tree.PathOf(source))).Select(source => $"there is no {source}"));
        }
        var last = lines.FindLastIndex(line => line.StartsWith("FROM ", StringComparison.Ordinal));
        var image_ = lines[last..];
        if (!lines[last].Contains("-extra ", StringComparison.Ordinal))
            complaints.Add("an image that is not -extra has no time zones and no ICU");
        if (!image_.Any(line => NumberedUser().IsMatch(line)))
            complaints.Add("it runs as root, or as a user of whom Kubernetes cannot tell");
        if (!image_.Contains("STOPSIGNAL SIGTERM") || !image_.Any(line => line.StartsWith("VOLUME", StringComparison.Ordinal) && line.Contains("/data", StringComparison.Ordinal)))
            complaints.Add("it is stopped with another signal, or keeps no data");
        var variables = Variable().Matches(string.Join('\n', image_)).Select(found => found.Groups[1].Value).ToList();
        complaints.AddRange(variables.Where(name => !ServerNames.Foreign.Contains(name) && !ServerNames.Variables.Contains(name)).Select(name => $"the server does not know {name}"));
        if (Secret().IsMatch(text))
            complaints.Add("there is a secret in it");
        return complaints;
    }

    private static IEnumerable<string> LetIn(string ignore) =>
        new[]
        {
            ".git/config", "src/web/node_modules/vue/index.js", "src/Coordination.Server/bin/Release/x.dll", "src/Coordination.Server/obj/project.assets.json",
            "src/Coordination.Server/wwwroot/index.html", "deploy/secrets/redis-password", "data/coordination.db", "src/Coordination.Server/data/coordination.db", "tests/run.sh", "src/.env",
        }.Where(path => !IsLeftOut(ignore, path));

    /// <summary>As Docker reads it: the last pattern that fits the path, or a folder above it, decides.</summary>
    private static bool IsLeftOut(string ignore, string path)
    {
        var isOut = false;
        foreach (var line in ignore.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#'))
        {
            var pattern = Regex.Escape(line.TrimStart('!')).Replace(@"\*\*/", "(?:.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
            if (Regex.IsMatch(path, $"^{pattern}(?:/.*)?$"))
                isOut = line[0] != '!';
        }
        return isOut;
    }

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"^USER [1-9]\d*(:\d+)?$")]
    private static partial Regex NumberedUser();

    [GeneratedRegex(@"(?<=[\s])(\w+)=""")]
    private static partial Regex Variable();

    [GeneratedRegex(@"://[^/\s]*:[^/\s]*@|PASSWORD=\S|Password=""\S", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}

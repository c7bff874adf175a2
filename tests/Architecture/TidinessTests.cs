using System.Text.RegularExpressions;

namespace Coordination.Architecture;

/// <summary>The habits of this code base, held by reading it.</summary>
public sealed partial class TidinessTests
{
    private const int MostLines = 500;

    private static readonly string[] RootEntries =
    [
        ".ci", ".editorconfig", ".git", ".gitattributes", ".gitignore", "CHANGELOG.md", "Coordination.sln", "Directory.Build.props", "Directory.Packages.props",
        "LICENSE", "README.md", "deploy", "docs", "global.json", "loadtests", "seeds", "src", "tests",
    ];

    private static readonly string[] BuiltEntries = ["artifacts", "data", "TestResults"];

    [Fact]
    public void The_root_holds_what_it_should_and_no_more() =>
        Assert.Empty(Directory.EnumerateFileSystemEntries(SourceTree.Root).Select(path => Path.GetFileName(path)!).Except(RootEntries).Except(BuiltEntries));

    [Fact]
    public void A_file_holds_one_idea() =>
        Assert.Empty(Code().Where(file => file.Text.Count(c => c == '\n') > MostLines).Select(file => file.Path));

    [Fact]
    public void Nothing_is_left_open() =>
        Assert.Empty(Code().Where(file => Open().IsMatch(file.Text)).Select(file => file.Path));

    [Fact]
    public void Time_is_asked_of_a_time_provider() =>
        Assert.Empty(Sources().Where(file => Clock().IsMatch(file.Text)).Select(file => file.Path));

    [Fact]
    public void Nobody_blocks_a_thread_to_wait() =>
        Assert.Empty(Sources().Where(file => Blocking().IsMatch(file.Text)).Select(file => file.Path));

    [Fact]
    public void Every_suppression_says_why() =>
        Assert.DoesNotContain(Code().SelectMany(file => Lines(file)), line => line.Text.Contains("#pragma warning disable", StringComparison.Ordinal) && !line.Text.Contains("//", StringComparison.Ordinal));

    [Fact]
    public void Package_versions_stand_in_one_place() =>
        Assert.Empty(SourceTree.Files(".", ".csproj").Where(file => Versioned().IsMatch(file.Text)).Select(file => file.Path));

    private static IEnumerable<(string Path, string Text)> Sources() => SourceTree.Files("src", ".cs");

    private static IEnumerable<(string Path, string Text)> Code() =>
        SourceTree.Files("src", ".cs", ".ts", ".vue").Concat(SourceTree.Files("tests", ".cs")).Concat(SourceTree.Files("loadtests", ".cs"))
            .Where(file => !file.Path.StartsWith("tests/Architecture/", StringComparison.Ordinal));

    private static IEnumerable<(string Path, string Text)> Lines((string Path, string Text) file) => file.Text.Split('\n').Select(line => (file.Path, line));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b")]
    private static partial Regex Open();

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"Thread\.Sleep|\.Result\b(?!\s*[=,;)]?\s*(is|switch|\{))|\.Wait\(\)|GetAwaiter\(\)\.GetResult")]
    private static partial Regex Blocking();

    [GeneratedRegex("<PackageReference[^>]*\\sVersion=")]
    private static partial Regex Versioned();
}

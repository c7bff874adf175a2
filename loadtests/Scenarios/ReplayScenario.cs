using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Processes;

namespace Coordination.LoadTests.Scenarios;

/// <summary>A whole recorded day of German car parks, as fast as it goes, by the command line tool against an empty server.</summary>
internal sealed class ReplayScenario : IScenario
{
    private const string Day = "2020-07-06.csv";

    public string Name => "replay";

    public string Title => "full replay of a recorded day of German car parks at full speed";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        var folder = FindData();
        var (seconds, rates, lines) = (new List<double>(), new List<double>(), 0L);
        for (var round = 0; round < options.Rounds(3); round++)
        {
            await using var server = await ServerProcess.StartServerAsync(stop);
            var checkpoint = Path.GetTempFileName();
            var began = Stopwatch.GetTimestamp();
            await using var replay = Child.Start("coordination.dll", false,
            [
                "replay", Path.Combine(folder, Day), "--metadata", Path.Combine(folder, "meta-data.csv"), "--format", "german", "--speed", "max", "--json",
                "--server", server.Http.BaseAddress!.ToString(), "--checkpoint", checkpoint,
            ]);
            var (code, output, errors) = await replay.FinishAsync(stop);
            var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
            File.Delete(checkpoint);
            if (code != 0)
                throw new InvalidOperationException($"The replay ended with {code}: {errors}");
            lines = LinesOf(output);
            seconds.Add(took);
            rates.Add(lines / took);
        }
        yield return new Figure(
            "German day 2020-07-06", "s", seconds.Median(), Rounds: seconds.Count, Note: $"{lines:N0} readings; includes starting the tool, reading the file and creating the places");
        yield return new Figure("German day 2020-07-06", "readings/s", rates.Median(), Rounds: rates.Count);
    }

    private static long LinesOf(string output)
    {
        using var summary = JsonDocument.Parse(output);
        var (root, refused) = (summary.RootElement, summary.RootElement.GetProperty("refused"));
        return root.GetProperty("accepted").GetInt64() + root.GetProperty("duplicates").GetInt64() + root.GetProperty("late").GetInt64()
            + (refused.ValueKind == JsonValueKind.Object ? refused.EnumerateObject().Sum(code => code.Value.GetInt64()) : refused.GetInt64());
    }

    /// <summary>The folder from the environment variable <c>COORDINATION_DATA</c>, or <c>shared/data</c> beside the repository.</summary>
    private static string FindData()
    {
        var roots = new List<string?> { Environment.GetEnvironmentVariable("COORDINATION_DATA") };
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (var at = new DirectoryInfo(start); at?.Parent is { } parent; at = parent)
                roots.Add(Path.Combine(parent.FullName, "shared", "data"));
        }
        return roots.Where(root => root is not null).Select(root => Path.Combine(root!, "de-parking-5min")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, Day)))
            ?? throw new SkippedException($"de-parking-5min/{Day} was not found; name the folder that holds it in COORDINATION_DATA.");
    }
}

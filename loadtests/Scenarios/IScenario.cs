using Coordination.LoadTests.Measure;

namespace Coordination.LoadTests.Scenarios;

/// <summary>One thing to measure.</summary>
internal interface IScenario
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in a line.</summary>
    string Title { get; }

    /// <summary>The figures, as they become known.</summary>
    /// <exception cref="SkippedException">Something it needs is not there.</exception>
    IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, CancellationToken stop);
}

/// <summary>A scenario cannot run here; the message says why.</summary>
internal sealed class SkippedException(string reason) : Exception(reason);

/// <summary>All scenarios, in the order of a whole run.</summary>
internal static class Catalogue
{
    private static readonly IScenario[] All =
        [new HotGrainScenario(), new IngestScenario(), new AccessScenario(), new LiveScenario(), new ReplayScenario(), new MemoryScenario(), new ActivationScenario(), new ChainScenario(), new RedisScenario()];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(scenario => scenario.Name)];

    public static IEnumerable<IScenario> Of(string name) => All.Where(scenario => name == "all" || scenario.Name == name);
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Processes;
using Coordination.LoadTests.Silo;

namespace Coordination.LoadTests.Scenarios;

/// <summary>How long a sleeping place with a long history takes to answer, beside one without.</summary>
internal sealed class ActivationScenario : IScenario
{
    private const double MostMilliseconds = 50;

    public string Name => "activation";

    public string Title => "first answer of a sleeping place with 100,000 events, beside an empty one";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        const int events = 100_000;
        await using var silo = Child.StartRole(true, "silo", "activation", events, options.Quick ? 8 : 20);
        var measured = JsonSerializer.Deserialize(await silo.ReadLineAsync(stop), SiloJson.Default.SiloMeasurement)!;
        var series = new Series();
        for (var i = 0; i < measured.Subject.Length; i++)
            series.Add(measured.Baseline[i], measured.Subject[i]);
        yield return series.ToFigure($"place with {events:N0} events", "ms");
        var more = measured.Subject.Zip(measured.Baseline, (full, empty) => full - empty).Median();
        yield return new Figure("more than an empty one", "ms", more, Aim: $"< {MostMilliseconds}", Met: more < MostMilliseconds, Rounds: series.Count);
    }
}

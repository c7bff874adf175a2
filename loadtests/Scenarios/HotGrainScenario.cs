using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Processes;
using Coordination.LoadTests.Silo;

namespace Coordination.LoadTests.Scenarios;

/// <summary>Durable commands per second on one hot grain over bare grain calls per second.</summary>
internal sealed class HotGrainScenario : IScenario
{
    public string Name => "hot-grain";

    public string Title => "durable readings/s on one place over bare grain calls/s in the same silo";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var callers in (int[])[1, 100, 1000])
        {
            await using var silo = Child.StartRole(true, "silo", "hot-grain", callers, options.Rounds(7), options.Lasting(2).TotalSeconds);
            var measured = JsonSerializer.Deserialize(await silo.ReadLineAsync(stop), SiloJson.Default.SiloMeasurement)!;
            var series = new Series();
            for (var i = 0; i < measured.Subject.Length; i++)
                series.Add(measured.Baseline[i], measured.Subject[i]);
            yield return series.ToFigure(
                callers.ToString("N0", CultureInfo.InvariantCulture) + (callers == 1 ? " caller" : " callers"), "commands/s", callers == 1000 ? 0.3 : null,
                callers == 1 ? "a single caller waits for one disk sync per command; its baseline waits for nothing" : null);
        }
    }
}

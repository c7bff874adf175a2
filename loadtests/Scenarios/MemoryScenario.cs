using System.Runtime.CompilerServices;
using System.Text.Json;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Processes;
using Coordination.LoadTests.Silo;
using Coordination.LoadTests.Wire;

namespace Coordination.LoadTests.Scenarios;

/// <summary>Memory of a place that nobody asks for, and of a connection that nothing is sent to.</summary>
internal sealed class MemoryScenario : IScenario
{
    private const int Few = 1000;
    private const int Many = 5000;

    public string Name => "memory";

    public string Title => "memory per idle place over an empty grain, per idle connection over a bare hub";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        var places = options.Quick ? 2000 : 10_000;
        await using (var silo = Child.StartRole(false, "silo", "idle-places", places))
        {
            var measured = JsonSerializer.Deserialize(await silo.ReadLineAsync(stop), SiloJson.Default.SiloMeasurement)!;
            var series = new Series();
            series.Add(measured.Baseline[0], measured.Subject[0]);
            yield return series.ToFigure("idle place, managed", "bytes", note: $"{places:N0} places with a profile and one reading; baseline: activations of a grain that keeps one number");
        }

        var bare = await PerConnectionAsync(await ServerProcess.StartOpponentAsync(stop), stop);
        var ours = await PerConnectionAsync(await ServerProcess.StartHostedServerAsync(stop), stop);
        yield return Of("idle connection, managed", bare.Managed, ours.Managed, $"between {Few:N0} and {Many:N0} connections that watch one topic each, after a full collection");
        yield return Of("idle connection, resident", bare.Resident, ours.Resident, null);
    }

    private static Figure Of(string name, double bare, double ours, string? note)
    {
        var series = new Series();
        series.Add(bare, ours);
        return series.ToFigure(name, "bytes", note: note);
    }

    private static async Task<(double Managed, double Resident)> PerConnectionAsync(ServerProcess server, CancellationToken stop)
    {
        await using var _ = server;
        await using var screens = new ScreenWall();
        await screens.ConnectAsync(server.Port, Few, ["parking-lots/nowhere"], stop);
        var few = await server.MemoryAsync(stop);
        await screens.ConnectAsync(server.Port, Many - Few, ["parking-lots/nowhere"], stop);
        var many = await server.MemoryAsync(stop);
        screens.ThrowIfBroken();
        return ((many.Managed - few.Managed) / (double)(Many - Few), (many.Resident - few.Resident) / (double)(Many - Few));
    }
}

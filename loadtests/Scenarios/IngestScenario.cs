using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Processes;
using Coordination.LoadTests.Wire;

namespace Coordination.LoadTests.Scenarios;

/// <summary>Lines per second through <c>/api/ingest</c> over an endpoint that only parses them.</summary>
internal sealed class IngestScenario : IScenario
{
    private const int PieceBytes = 64 * 1024;

    public string Name => "ingest";

    public string Title => "lines/s of /api/ingest over a bare NDJSON endpoint that only parses";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var server = await ServerProcess.StartServerAsync(stop);
        await using var opponent = await ServerProcess.StartOpponentAsync(stop);
        foreach (var (places, streams) in ((int, int)[])[(1, 1), (100, 1), (700, 1), (700, 4)])
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"ingest-{places}");
            if (streams == 1)
                await Parallel.ForAsync(0, places, stop, async (i, cancel) => await server.DefineAsync($"{prefix}-{i}", cancel));
            var lines = (options.Quick ? 40_000 : 160_000) / streams;
            var sources = Enumerable.Range(0, streams).Select(i => new Readings(prefix, places, $"gate-{streams}-{i}")).ToArray();
            byte[][] Make() => [.. sources.Select(source => source.Make(lines))];

            // What is compiled and pooled at the first use is no part of the figure.
            for (var warm = 0; warm < (options.Quick ? 1 : 3); warm++)
            {
                var first = Make();
                await SendAsync(opponent, first, lines, stop);
                await SendAsync(server, first, lines, stop);
            }
            var (rates, costs) = (new Series(), new Series());
            for (var round = 0; round < options.Rounds(7); round++)
            {
                var bodies = Make(); // The same lines to both.
                var bare = await SendAsync(opponent, bodies, lines, stop);
                var ours = await SendAsync(server, bodies, lines, stop);
                rates.Add(bare.PerSecond, ours.PerSecond);
                costs.Add(bare.Microseconds, ours.Microseconds);
            }
            var name = $"{places} {(places == 1 ? "place" : "places")}, {streams} {(streams == 1 ? "stream" : "streams")}";
            yield return rates.ToFigure(name, "lines/s", 0.5);
            yield return costs.ToFigure($"{name}: processor", "µs/line", note: "processor time of the server process on all cores; hardly depends on what else the machine does");
        }
    }

    private static async Task<(double PerSecond, double Microseconds)> SendAsync(ServerProcess to, byte[][] bodies, int lines, CancellationToken stop)
    {
        var (began, used) = (Stopwatch.GetTimestamp(), to.ProcessorTime);
        await Task.WhenAll(bodies.Select(body => Task.Run(async () =>
        {
            using var socket = await NdjsonSocket.OpenAsync(to.Port, stop);
            for (var at = 0; at < body.Length; at += PieceBytes)
                await socket.SendAsync(body.AsMemory(at, Math.Min(PieceBytes, body.Length - at)), stop);
            await socket.CompleteAsync(stop);
            if (socket.Accepted != lines)
                throw new InvalidOperationException($"{socket.Accepted} of {lines} lines were accepted; another result: {socket.Other}");
        }, stop)));
        var total = (double)bodies.Length * lines;
        return (total / Stopwatch.GetElapsedTime(began).TotalSeconds, (to.ProcessorTime - used).TotalMicroseconds / total);
    }
}

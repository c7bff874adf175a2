using System.Diagnostics;
using Coordination.LoadTests.Processes;
using Coordination.LoadTests.Wire;

namespace Coordination.LoadTests.Scenarios;

/// <summary>Changes many topics of the server at a steady rate, through one stream of <c>/api/ingest</c>.</summary>
internal sealed class Flood : IAsyncDisposable
{
    private readonly NdjsonSocket socket;
    private readonly Readings readings;
    private readonly int topics;
    private long sent;

    private Flood(NdjsonSocket socket, Readings readings, int topics) => (this.socket, this.readings, this.topics) = (socket, readings, topics);

    /// <param name="server">The server.</param>
    /// <param name="slugs">The places, numbered from 0 behind a common prefix.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<Flood> StartAsync(ServerProcess server, string[] slugs, CancellationToken stop) => new(
        await NdjsonSocket.OpenAsync(server.Port, stop), new Readings(slugs[0][..slugs[0].LastIndexOf('-')], slugs.Length, "flood"), slugs.Length);

    public async Task RunAsync(int perSecond, TimeSpan lasting, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        while (Stopwatch.GetElapsedTime(began) < lasting && await timer.WaitForNextTickAsync(stop))
        {
            await socket.SendAsync(readings.Make(topics), stop);
            sent += topics;
        }
        while (socket.Results < sent)
            await Task.Delay(20, stop);
        if (socket.Accepted != socket.Results)
            throw new InvalidOperationException($"A change was not accepted: {socket.Other}");
    }

    public async ValueTask DisposeAsync()
    {
        using (socket)
            await socket.CompleteAsync(CancellationToken.None);
    }
}

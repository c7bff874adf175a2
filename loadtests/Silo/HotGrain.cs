using System.Diagnostics;
using Coordination.Domain.Occupancy;

namespace Coordination.LoadTests.Silo;

/// <summary>One place with many callers, each waiting for its reading to be durable, beside calls of a grain that does nothing.</summary>
internal static class HotGrain
{
    /// <summary>Callers behind one device: a large place has some tens of gates, not a thousand.</summary>
    private const int CallersPerDevice = 50;

    public static async Task<SiloMeasurement> MeasureAsync(LoadSilo silo, int callers, int rounds, TimeSpan lasting)
    {
        var place = await silo.DefineAsync("hot");
        var bare = silo.Grains.GetGrain<IBareGrain>("hot");
        var sequences = new long[(callers + CallersPerDevice - 1) / CallersPerDevice];
        var devices = Enumerable.Range(0, sequences.Length).Select(i => $"gate-{i}").ToArray();

        Task Call(int caller) => bare.Add(caller);

        async Task Record(int caller)
        {
            var device = caller / CallersPerDevice;
            var sequence = Interlocked.Increment(ref sequences[device]);
            var receipt = await place.Record([new OccupancyInput
            {
                DeviceId = devices[device], Sequence = sequence, At = TimeProvider.System.GetUtcNow(), Occupied = (int)(sequence % 1000),
            }]);
            if (receipt is not { Unavailable: false, Overloaded: false } || receipt.Outcomes[0].Status is not (InputStatus.Accepted or InputStatus.Late))
                throw new InvalidOperationException($"A reading was not taken: {receipt}.");
        }

        var warmUp = lasting < TimeSpan.FromSeconds(1) ? lasting : TimeSpan.FromSeconds(1.5);
        await PerSecondAsync(callers, warmUp, Call);
        await PerSecondAsync(callers, warmUp, Record);
        var (baseline, subject) = (new double[rounds], new double[rounds]);
        for (var i = 0; i < rounds; i++)
        {
            baseline[i] = await PerSecondAsync(callers, lasting, Call);
            subject[i] = await PerSecondAsync(callers, lasting, Record);
        }
        return new SiloMeasurement(baseline, subject);
    }

    private static async Task<double> PerSecondAsync(int callers, TimeSpan lasting, Func<int, Task> call)
    {
        var stop = new StrongBox<bool>();
        var began = Stopwatch.GetTimestamp();
        var running = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var done = 0L;
            while (!Volatile.Read(ref stop.Value))
            {
                await call(caller);
                done++;
            }
            return done;
        })).ToArray();
        await Task.Delay(lasting);
        Volatile.Write(ref stop.Value, true);
        var total = (await Task.WhenAll(running)).Sum();
        return total / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private sealed class StrongBox<T>
    {
        public T Value = default!;
    }
}

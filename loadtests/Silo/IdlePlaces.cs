using Coordination.Domain.Occupancy;

namespace Coordination.LoadTests.Silo;

/// <summary>Managed memory of places that were defined and read once, beside activations of a grain that keeps one number.</summary>
internal static class IdlePlaces
{
    private const int AtOnce = 64;

    public static async Task<SiloMeasurement> MeasureAsync(LoadSilo silo, int places)
    {
        // What the first of each brings along (code, pools, the list of places) belongs to nobody.
        await BareAsync(silo, "warm", 100);
        await PlacesAsync(silo, "warm", 100);
        var before = Managed();
        await BareAsync(silo, "bare", places);
        var between = Managed();
        await PlacesAsync(silo, "lot", places);
        var after = Managed();
        return new SiloMeasurement([(between - before) / (double)places], [(after - between) / (double)places]);
    }

    private static Task BareAsync(LoadSilo silo, string prefix, int count) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await silo.Grains.GetGrain<IBareGrain>($"{prefix}-{i}").Add(1));

    private static Task PlacesAsync(LoadSilo silo, string prefix, int count) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var place = await silo.DefineAsync($"{prefix}-{i}");
            await place.Record([new OccupancyInput { DeviceId = "gate", Sequence = 1, At = TimeProvider.System.GetUtcNow(), Occupied = i % 1000 }]);
        });

    private static long Managed()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

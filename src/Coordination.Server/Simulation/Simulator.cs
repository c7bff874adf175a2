using System.Collections.Immutable;
using Coordination.Contracts;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Server.Hosting;

namespace Coordination.Server.Simulation;

/// <summary>
/// Keeps the seed places alive for a newcomer: people and cars come and go along a day's curve. Everything it sends is marked as
/// simulated and shown as such. A place that gets real input is left alone.
/// </summary>
internal sealed partial class Simulator(IGrainFactory grains, SeedLoader seeds, ServerOptions options, TimeProvider time, ILogger<Simulator> logger) : BackgroundService
{
    private const string Device = "simulator";
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RealInputCounts = TimeSpan.FromHours(1);

    // Not for secrets: a fixed seed makes every newcomer see the same day.
    private readonly Random random = new(20260501);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.IsSimulating)
            return;
        await Task.Yield();
        var places = await seeds.Loaded.WaitAsync(stoppingToken);
        if (places.Count == 0)
            return;
        LogSimulating(places.Count);
        CallActor.Set(Actor.Simulator);
        var sequences = new Dictionary<PlaceId, long>();
        using var timer = new PeriodicTimer(Step, time);
        do
        {
            foreach (var place in places)
            {
                try
                {
                    await StepAsync(place, sequences);
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    LogSkipped(place, failure.Message);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task StepAsync(PlaceId place, Dictionary<PlaceId, long> sequences)
    {
        var grain = grains.OccupancyGrain(place);
        if (await grain.GetView() is not { } view)
            return;
        var now = time.GetUtcNow();
        if (!view.Simulated && view.CountedAt is { } counted && now - counted < RealInputCounts)
            return;
        if (!sequences.TryGetValue(place, out var last))
        {
            last = (await grain.GetDevices()).FirstOrDefault(device => device.DeviceId == Device)?.LastSequence ?? 0;
            if (view.CountedAt is null || now - view.CountedAt > TimeSpan.FromHours(3))
                last = await new Backfill(grain, view, random).RunAsync(last, now);
            sequences[place] = last;
        }
        var inputs = Inputs(view, now, ref last);
        if (inputs.IsEmpty)
            return;
        await grain.Record(inputs);
        sequences[place] = last;
    }

    /// <summary>A few steps towards where the day's curve wants each zone to be.</summary>
    private ImmutableArray<OccupancyInput> Inputs(OccupancyView view, DateTimeOffset now, ref long last)
    {
        var inputs = ImmutableArray.CreateBuilder<OccupancyInput>();
        foreach (var (zone, occupied, capacity) in DayCurve.ZonesOf(view))
        {
            if (capacity is not > 0)
                continue;
            var target = (int)(capacity * DayCurve.ShareAt(view, now));
            if (occupied is not { } inside)
                inputs.Add(Input(now, zone, ref last) with { Occupied = target });
            else if (random.NextDouble() < 0.6)
            {
                // Mostly towards the curve, sometimes against it, in handfuls that fit the size of the place.
                var away = target - inside;
                var most = Math.Max(1, capacity.Value / 400);
                var towards = random.NextDouble() < (away == 0 ? 0.5 : 0.8);
                var isIn = away > 0 == towards;
                if (!isIn && inside == 0)
                    continue;
                inputs.Add(Input(now, zone, ref last) with
                {
                    Direction = isIn ? Direction.In : Direction.Out,
                    Count = isIn ? 1 + random.Next(most) : Math.Min(inside, 1 + random.Next(most)),
                });
            }
        }
        return inputs.ToImmutable();
    }

    internal static OccupancyInput Input(DateTimeOffset at, string? zone, ref long last) =>
        new() { DeviceId = Device, Sequence = ++last, At = at, Zone = zone, Simulated = true };

    [LoggerMessage(Level = LogLevel.Information, Message = "Simulating {Count} seed places; switch off with --simulate false.")]
    private partial void LogSimulating(int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Not simulated this time: {Place}: {Reason}")]
    private partial void LogSkipped(PlaceId place, string reason);
}

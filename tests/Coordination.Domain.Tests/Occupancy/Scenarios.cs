using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using FsCheck;
using FsCheck.Fluent;

namespace Coordination.Domain.Tests.Occupancy;

/// <summary>One thing that happens to a place, after the clock moved by <paramref name="Seconds"/> (back, too).</summary>
public abstract record Step(int Seconds);

public sealed record InputStep(int Seconds, int Device, int Sequence, int Age, int Part, int? Occupied, int? Free, int? Change) : Step(Seconds);

public sealed record CorrectStep(int Seconds, int Part, int Occupied) : Step(Seconds);

public sealed record CapacityStep(int Seconds, int Part, int? Capacity, int Delay) : Step(Seconds);

public sealed record OperateStep(int Seconds, Operation Operation) : Step(Seconds);

public sealed record WaitStep(int Seconds) : Step(Seconds);

/// <summary>A place of some zones (none when <paramref name="Zoned"/> is false: the first capacity counts) and what happens to it.</summary>
public sealed record Scenario(bool Zoned, int?[] Capacities, bool HasHours, Step[] Steps)
{
    internal ParkingLotProfile Profile => new()
    {
        Name = "北停车场",
        Capacity = Zoned ? null : Capacities[0],
        Zones = Zoned ? [.. Capacities.Select((capacity, i) => new ZoneProfile($"z{i}", $"第{i}层", Capacity: capacity))] : [],
        OpeningHours = HasHours ? OpeningHours.Daily(new TimeOnly(8, 0), new TimeOnly(20, 0)) : null,
    };

    internal int?[] Parts => Zoned ? Capacities : Capacities[..1];

    internal OccupancyCommand CommandOf(Step step, DateTimeOffset now) => step switch
    {
        InputStep input => new RecordInput(InputOf(input, now)),
        CorrectStep correct => new CorrectCount(ZoneOf(correct.Part), correct.Occupied, "王工", "清点"),
        CapacityStep change => new ChangeCapacity(ZoneOf(change.Part), change.Capacity, now.AddSeconds(change.Delay)),
        OperateStep operate => new SetOperation(operate.Operation, "王工", "活动"),
        _ => PassTime.Instance,
    };

    internal OccupancyInput InputOf(InputStep input, DateTimeOffset now) => new()
    {
        DeviceId = $"d{input.Device}",
        Sequence = input.Sequence,
        At = now.AddSeconds(-input.Age),
        Zone = ZoneOf(input.Part),
        Occupied = input.Occupied,
        Free = input.Free,
        Direction = input.Change is { } change ? change > 0 ? Direction.In : Direction.Out : null,
        Count = Math.Abs(input.Change ?? 0),
    };

    // One more part than there is: an unknown zone.
    private string? ZoneOf(int part) => Zoned ? $"z{part}" : part == 0 ? null : "z9";

    public override string ToString() =>
        $"{(Zoned ? "zones" : "one")} [{string.Join(", ", Capacities.Select(c => c?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"))}] hours {HasHours}:\n  {string.Join("\n  ", Steps.Select(step => step.ToString()))}";
}

public static class Scenarios
{
    private static Gen<int?> Maybe(Gen<int> gen, int nones = 1) => Gen.Frequency((5, gen.Select(value => (int?)value)), (nones, Gen.Constant((int?)null)));

    private static Gen<int> Clock => Gen.Frequency((10, Gen.Choose(0, 120)), (3, Gen.Choose(0, 4000)), (1, Gen.Choose(-900, 0)), (1, Gen.Choose(20_000, 60_000)), (1, Gen.Choose(-40_000, 0)));

    private static Gen<int> Part => Gen.Frequency((12, Gen.Choose(0, 1)), (1, Gen.Choose(2, 3)));

    private static Gen<int?> Capacity => Maybe(Gen.Frequency((6, Gen.Choose(1, 60)), (1, Gen.Constant(0))));

    private static Gen<Step> Input =>
        from clock in Clock
        from device in Gen.Choose(0, 2)
        from sequence in Gen.Choose(0, 60)
        from age in Gen.Frequency((8, Gen.Choose(0, 60)), (3, Gen.Choose(-700, 3000)))
        from part in Part
        from kind in Gen.Choose(0, 6)
        from number in Gen.Frequency((8, Gen.Choose(0, 70)), (1, Gen.Choose(-5, 0)))
        select (Step)(kind switch
        {
            0 or 1 => new InputStep(clock, device, sequence, age, part, number, null, null),
            2 => new InputStep(clock, device, sequence, age, part, null, number, null),
            _ => new InputStep(clock, device, sequence, age, part, null, null, number == 0 ? 1 : kind % 2 == 0 ? number : -number),
        });

    private static Gen<Step> Correction => from clock in Clock from part in Part from number in Gen.Choose(-2, 70) select (Step)new CorrectStep(clock, part, number);

    private static Gen<Step> Change =>
        from clock in Clock
        from part in Part
        from capacity in Capacity
        from delay in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(-100, 3000)))
        select (Step)new CapacityStep(clock, part, capacity, delay);

    private static Gen<Step> Operate => from clock in Clock from operation in Gen.Elements(Enum.GetValues<Operation>()) select (Step)new OperateStep(clock, operation);

    public static Arbitrary<Scenario> Any()
    {
        var step = Gen.Frequency((14, Input), (1, Correction), (2, Change), (1, Operate), (2, Clock.Select(clock => (Step)new WaitStep(clock))));
        var gen =
            from zoned in Gen.Elements(true, true, false)
            from count in Gen.Choose(1, 2)
            from capacities in Capacity.ArrayOf(count)
            from hours in Gen.Elements(true, false)
            from length in Gen.Choose(1, 80)
            from steps in step.ArrayOf(length)
            select new Scenario(zoned, capacities, hours, steps);
        return Arb.From(gen, Shrink);
    }

    /// <summary>First without whole stretches, then without single steps.</summary>
    private static IEnumerable<Scenario> Shrink(Scenario scenario)
    {
        for (var size = scenario.Steps.Length / 2; size >= 1; size /= 2)
        {
            for (var start = 0; start + size <= scenario.Steps.Length; start += size)
                yield return scenario with { Steps = [.. scenario.Steps[..start], .. scenario.Steps[(start + size)..]] };
        }
    }
}

using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Clients;

/// <summary>The places of a simulation, and what clients may ask of them.</summary>
internal static class Requests
{
    /// <summary>A car park counted as one, always open.</summary>
    public static PlaceId Lot { get; } = new(PlaceKind.ParkingLot, "north");

    /// <summary>A park with two sections, open from nine to nine.</summary>
    public static PlaceId Park { get; } = new(PlaceKind.ScenicArea, "park");

    public static IReadOnlyList<PlaceId> Places { get; } = [Lot, Park];

    public static PlaceProfile Profile(PlaceId place, string name) => place == Lot
        ? new ParkingLotProfile { Name = name, Capacity = 12, InitialOccupied = 0, Rules = new OccupancyRules(StaleAfterMinutes: 2) }
        : new ScenicAreaProfile
        {
            Name = name,
            TimeZone = "Asia/Shanghai",
            Zones = [new ZoneProfile("east", "东区", Capacity: 20), new ZoneProfile("west", "西区")],
            OpeningHours = new OpeningHours(
                [.. Enum.GetValues<DayOfWeek>().Select(day => new WeekdayHours(day, [new OpeningPeriod(new TimeOnly(9, 0), new TimeOnly(21, 0))]))], []),
        };

    /// <summary>A movement or a reading, mostly sensible.</summary>
    public static OccupancyInput Input(World world, PlaceId place, string device, long sequence)
    {
        var now = VirtualClock.Start + world.Now;
        var input = new OccupancyInput
        {
            DeviceId = device,
            Sequence = sequence,
            At = world.Happens(0.2) ? now - world.Between(0, 300_000) : now,
            Zone = place == Lot ? null : world.Pick<string>(["east", "west"]),
        };
        return world.Chance.Next(8) switch
        {
            < 4 => input with { Direction = world.Pick<Direction>([Direction.In, Direction.In, Direction.Out]), Count = world.Chance.Next(1, 6) },
            < 6 => input with { Occupied = world.Chance.Next(-1, 30) },
            _ => input with { Free = world.Chance.Next(-3, 25) },
        };
    }

    /// <summary>Any command but inputs.</summary>
    /// <param name="world">Chance.</param>
    /// <param name="place">Whom it is for.</param>
    /// <param name="number">Makes what it sets differ from command to command.</param>
    /// <param name="seen">A version the client has seen, for conditions.</param>
    public static OccupancyCommand Command(World world, PlaceId place, int number, long seen)
    {
        var zone = place == Lot ? null : world.Pick<string>(["east", "west"]);
        var soon = VirtualClock.Start + world.Now + world.Between(100, 120_000);
        return world.Chance.Next(8) switch
        {
            < 3 => new CorrectCount(zone, world.Chance.Next(0, 30), "duty officer", $"counted {number}"),
            3 => new ChangeCapacity(zone, world.Happens(0.2) ? null : world.Chance.Next(0, 30), world.Happens(0.5) ? soon : null),
            4 => new SetOperation(world.Pick<Operation>([Operation.Automatic, Operation.Open, Operation.Closed]), "duty officer", $"reason {number}"),
            5 => new ChangeRules(new OccupancyRules(StaleAfterMinutes: world.Chance.Next(1, 4)), world.Happens(0.3) ? soon : null),
            6 => new DefinePlace(Profile(place, $"name {number}"), world.Happens(0.5) && seen > 0 ? seen : null),
            _ => PassTime.Instance,
        };
    }
}

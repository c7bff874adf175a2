using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Occupancy;

/// <summary>Whatever a client can put into JSON, the rules answer; they never throw.</summary>
public sealed class WildInputProperties
{
    public static class Wild
    {
        private static Gen<int> Int => Gen.Frequency((3, Gen.Choose(-3, 200)), (1, Gen.Elements(int.MinValue, int.MaxValue, -10_000_000, 10_000_000, 10_000_001)));

        private static Gen<int?> MaybeInt => Gen.Frequency((2, Int.Select(value => (int?)value)), (1, Gen.Constant((int?)null)));

        private static Gen<double?> Real => Gen.Elements<double?>(null, 0, -1, 0.1, 3, 1e9, 1e300, double.NaN, double.PositiveInfinity);

        private static Gen<string?> Text => Gen.Elements(null, "", " ", "a", "b1", "d.1:x-y_z", "景区", "a b", "\0", "Asia/Shanghai", "UTC", "../../etc/passwd", new string('x', 1000));

        private static Gen<DateTimeOffset> Instant => Gen.Elements(
            TestPlace.Monday, TestPlace.Monday.AddMinutes(-40), TestPlace.Monday.AddMinutes(9), TestPlace.Monday.AddDays(399), DateTimeOffset.MinValue, DateTimeOffset.MaxValue,
            OccupancyDecider.Oldest, DateTimeOffset.UnixEpoch);

        private static Gen<OpeningHours?> Hours =>
            from period in Gen.Elements(null, new OpeningPeriod(new TimeOnly(8, 0), new TimeOnly(8, 0)), new OpeningPeriod(new TimeOnly(23, 0), new TimeOnly(1, 0)))
            from day in Gen.Elements(null, new WeekdayHours((DayOfWeek)9, default), new WeekdayHours(DayOfWeek.Monday, [period!]), new WeekdayHours(DayOfWeek.Sunday, default))
            from date in Gen.Elements(DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(2026, 3, 2))
            from exception in Gen.Elements(null, new HoursException(date, [period!]), new HoursException(date, default))
            from hours in Gen.Elements(null, new OpeningHours(default, default), new OpeningHours([day!], [exception!]), new OpeningHours([day!], default))
            select hours;

        private static Gen<OccupancyRules?> Rules =>
            from levels in Int.Four()
            from stale in Int
            from rules in Gen.Elements(null, new OccupancyRules(), new OccupancyRules(new LevelThresholds(levels.Item1, levels.Item2, levels.Item3, levels.Item4), stale))
            select rules;

        private static Gen<PlaceProfile?> Profile =>
            from name in Text
            from zone in Text
            from zoneId in Text
            from capacity in MaybeInt
            from initial in MaybeInt
            from area in Real
            from each in Real
            from hours in Hours
            from rules in Rules
            let zones = new[] { null, new ZoneProfile(zoneId!, name!, null, capacity, (ZonePurpose)(capacity ?? 0), area, each), new ZoneProfile("b1", "B1", Capacity: 10) }
            from some in Gen.SubListOf(zones)
            from gate in Gen.Elements(null, new Gate(zoneId!, name!))
            from profile in Gen.Elements<PlaceProfile?>(
                null,
                new ParkingLotProfile { Name = name!, TimeZone = zone!, Capacity = capacity, InitialOccupied = initial, OpeningHours = hours, Rules = rules, Community = zoneId },
                new ParkingLotProfile { Name = "停", Capacity = some.Count == 0 ? 50 : null, Zones = [.. some!], OpeningHours = hours, Rules = rules },
                new ScenicAreaProfile { Name = name!, Zones = [.. some!], Gates = [gate!], OpeningHours = hours, VisitMinutes = capacity, DailyCapacity = initial })
            select profile;

        private static Gen<OccupancyInput> Input =>
            from device in Text
            from sequence in Gen.Elements(long.MinValue, -1, 0, 1, 2, 3, 1L << 53, long.MaxValue)
            from at in Instant
            from zone in Text
            from direction in Gen.Elements<Direction?>(null, Direction.In, Direction.Out, (Direction)7)
            from count in Int
            from occupied in MaybeInt
            from free in MaybeInt
            select new OccupancyInput { DeviceId = device!, Sequence = sequence, At = at, Zone = zone, Direction = direction, Count = count, Occupied = occupied, Free = free };

        public static Arbitrary<OccupancyCommand[]> Commands() => Gen.Frequency<OccupancyCommand>(
            (6, Input.Select(input => (OccupancyCommand)new RecordInput(input))),
            (3, Profile.Select(profile => (OccupancyCommand)new DefinePlace(profile!))),
            (1, from zone in Text from occupied in Int from who in Text from reason in Text select (OccupancyCommand)new CorrectCount(zone, occupied, who!, reason!)),
            (1, from zone in Text from capacity in MaybeInt from at in Instant select (OccupancyCommand)new ChangeCapacity(zone, capacity, at)),
            (1, from rules in Rules from at in Instant select (OccupancyCommand)new ChangeRules(rules!, at)),
            (1, from operation in Int from who in Text from reason in Text select (OccupancyCommand)new SetOperation((Operation)operation, who!, reason!)),
            (1, Gen.Constant<OccupancyCommand>(PassTime.Instance))).ArrayOf(40).ToArbitrary();
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Wild)])]
    public void Deciding_applying_and_showing_never_throw(OccupancyCommand[] commands)
    {
        var place = new TestPlace();
        place.Do(new DefinePlace(new ParkingLotProfile { Name = "停", Capacity = 50 }));
        foreach (var command in commands)
        {
            place.Do(command);
            place.Now += TimeSpan.FromMinutes(7);
            _ = place.View;
            _ = place.NextDeadline;
        }
        foreach (var (happened, _) in place.History)
            System.Text.Json.JsonSerializer.Serialize(happened, DomainJson.Instance.OccupancyEvent);
        System.Text.Json.JsonSerializer.Serialize(place.State, DomainJson.Instance.OccupancyState);
    }
}

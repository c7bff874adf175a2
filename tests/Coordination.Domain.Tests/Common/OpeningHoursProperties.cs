using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Common;

/// <summary>The schedule against a model that walks through time minute by minute and knows no calendar arithmetic.</summary>
public sealed class OpeningHoursProperties
{
    public sealed record Case(OpeningHours Hours, string Zone, DateTimeOffset Around)
    {
        public override string ToString() =>
            $"{Zone} {Around:O} weekly {string.Join("; ", Hours.Weekly.Select(d => $"{d.Day} {string.Join(", ", d.Periods)}"))} except {string.Join("; ", Hours.Exceptions.Select(d => $"{d.Date:O} {string.Join(", ", d.Periods)}"))}";
    }

    public static class Cases
    {
        private static readonly string[] Zones = ["UTC", "Asia/Shanghai", "Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"];

        // Midnights of days around the clock changes of those zones, and an ordinary one.
        private static readonly DateTimeOffset[] Days =
            [Day(2026, 3, 29), Day(2026, 10, 25), Day(2026, 3, 8), Day(2026, 11, 1), Day(2026, 4, 5), Day(2026, 10, 4), Day(2026, 4, 24), Day(2026, 10, 30), Day(2026, 6, 15)];

        public static Arbitrary<Case> Case()
        {
            // Often at the hours where clocks change.
            var time = Gen.Frequency(
                (2, Gen.Choose(0, 24 * 60 - 1)),
                (3, Gen.Choose(0, 4 * 60)),
                (1, Gen.Choose(23 * 60, 24 * 60 - 1))).Select(minute => new TimeOnly(minute / 60, minute % 60));
            var periods = Gen.Choose(0, 3).SelectMany(count => time.Two().Select(pair => new OpeningPeriod(pair.Item1, pair.Item2)).ArrayOf(count));
            var weekly = Gen.SubListOf(Enum.GetValues<DayOfWeek>()).SelectMany(days =>
                periods.ArrayOf(days.Count).Select(all => days.Select((day, i) => new WeekdayHours(day, [.. all[i]])).ToArray()));
            var gen =
                from zone in Gen.Elements(Zones)
                from day in Gen.Elements(Days)
                from minute in Gen.Choose(-24 * 60, 24 * 60)
                from week in weekly
                from offsets in Gen.SubListOf(-1, 0, 1, 2)
                from exceptional in periods.ArrayOf(offsets.Count)
                select new Case(
                    new OpeningHours(
                        [.. week],
                        [.. offsets.Select((offset, i) => new HoursException(DateOnly.FromDateTime(day.UtcDateTime).AddDays(offset), [.. exceptional[i]]))]),
                    zone,
                    day.AddMinutes(minute));
            return gen.ToArbitrary();
        }

        private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
    }

    /// <summary>Which minutes are open, found by looking at the wall clock of every minute of two weeks.</summary>
    private sealed class MinuteByMinute
    {
        private readonly DateTimeOffset first;
        private readonly bool[] open;

        public MinuteByMinute(Case @case)
        {
            first = @case.Around.AddDays(-4);
            var zone = TimeZoneInfo.FindSystemTimeZoneById(@case.Zone);
            var walls = Enumerable.Range(0, 16 * 24 * 60).Select(i => TimeZoneInfo.ConvertTime(first.AddMinutes(i), zone).DateTime).ToArray();
            open = new bool[walls.Length];
            for (var day = walls[0].Date.AddDays(1); day < walls[^1].Date.AddDays(-1); day = day.AddDays(1))
            {
                var date = DateOnly.FromDateTime(day);
                var periods = @case.Hours.Exceptions.FirstOrDefault(e => e.Date == date)?.Periods
                    ?? @case.Hours.Weekly.FirstOrDefault(w => w.Day == day.DayOfWeek)?.Periods
                    ?? [];
                foreach (var period in periods)
                {
                    var start = MinuteOf(walls, day + period.Opens.ToTimeSpan());
                    var end = MinuteOf(walls, (period.Closes > period.Opens ? day : day.AddDays(1)) + period.Closes.ToTimeSpan());
                    for (var i = start; i < end && i < open.Length; i++)
                        open[i] = true;
                }
            }
        }

        public bool IsOpenAt(DateTimeOffset instant) => open[(int)(instant - first).TotalMinutes];

        // The first minute that shows this time; one that never shows is counted on from the last minute before it.
        private static int MinuteOf(DateTime[] walls, DateTime wall)
        {
            var exact = Array.IndexOf(walls, wall);
            if (exact >= 0)
                return exact;
            var before = Array.FindIndex(walls, shown => shown > wall) - 1;
            return before + (int)(wall - walls[before]).TotalMinutes;
        }
    }

    [Property(MaxTest = 150, Arbitrary = [typeof(Cases)])]
    public void The_schedule_equals_a_walk_through_every_minute(Case @case)
    {
        var model = new MinuteByMinute(@case);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(@case.Zone);
        for (var minute = -24 * 60; minute < 2 * 24 * 60; minute += 7)
        {
            var instant = @case.Around.AddMinutes(minute);
            Assert.True(model.IsOpenAt(instant) == @case.Hours.IsOpenAt(instant, zone), $"differs at {instant:O} in {@case}");
        }
    }

    [Property(MaxTest = 150, Arbitrary = [typeof(Cases)])]
    public void Between_now_and_the_next_boundary_nothing_opens_or_closes(Case @case)
    {
        var model = new MinuteByMinute(@case);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(@case.Zone);
        var boundary = @case.Hours.NextBoundaryAfter(@case.Around, zone);
        Assert.True(boundary is null || boundary > @case.Around);
        var end = boundary ?? @case.Around.AddDays(8);
        var now = model.IsOpenAt(@case.Around);
        for (var instant = @case.Around; instant < end; instant = instant.AddMinutes(1))
            Assert.True(model.IsOpenAt(instant) == now, $"changes at {instant:O} before {boundary:O} in {@case}");
    }
}

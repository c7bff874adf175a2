using System.Collections.Immutable;
using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;

namespace Coordination.Grains.Occupancy;

/// <summary>History as people look at it.</summary>
internal static class TrendOf
{
    private const int MaxUsualWeeks = 8;

    public static IEnumerable<HistoryPoint> Points(this BucketSeries series, DateTimeOffset from, DateTimeOffset to) =>
        series.Between(from, to).Select(bucket => new HistoryPoint(series.StartOf(bucket), bucket.Last, bucket.Min, bucket.Max));

    /// <summary>Today's minutes, and for each hour the mean of the same hour of the same weekday in the eight weeks before.</summary>
    public static Trend Today(OccupancyState state, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(state.Profile!.TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var usual = ImmutableArray.CreateBuilder<UsualPoint>();
        var days = 0;
        var byHour = new (double Sum, int Count)[24];
        for (var week = 1; week <= MaxUsualWeeks; week++)
        {
            var any = false;
            var day = today.AddDays(-7 * week);
            foreach (var point in state.Hours.Points(StartOf(day, zone), StartOf(day.AddDays(1), zone)))
            {
                var hour = TimeZoneInfo.ConvertTime(point.At, zone).Hour;
                byHour[hour] = (byHour[hour].Sum + point.Occupied, byHour[hour].Count + 1);
                any = true;
            }
            days += any ? 1 : 0;
        }
        for (var hour = 0; hour < 24; hour++)
        {
            if (byHour[hour].Count > 0)
                usual.Add(new UsualPoint(At(today, hour, zone), Math.Round(byHour[hour].Sum / byHour[hour].Count, 1)));
        }
        return new Trend(today, [.. state.Minutes.Points(StartOf(today, zone), now.AddMinutes(15))], usual.ToImmutable(), days);
    }

    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) => At(day, 0, zone);

    private static DateTimeOffset At(DateOnly day, int hour, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(new TimeOnly(hour, 0));
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}

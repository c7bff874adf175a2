using System.Text.Json;
using Coordination.Domain.Occupancy;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class BucketSeriesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public sealed record Figure(int Minute, int Second, int Occupied, bool Late);

    public static class Figures
    {
        /// <summary>Mostly forward in time, sometimes back by minutes or days, sometimes a leap longer than what is kept.</summary>
        public static Arbitrary<Figure[]> Some() =>
            (from step in Gen.Frequency((8, Gen.Choose(0, 3)), (3, Gen.Choose(-30, 30)), (1, Gen.Choose(-3000, 1500)))
             from second in Gen.Choose(0, 59)
             from occupied in Gen.Choose(0, 500)
             from late in Gen.Elements(true, false, false)
             select new Figure(step, second, occupied, late)).ArrayOf(400).Select(steps =>
             {
                 var minute = 10_000;
                 return steps.Select(step => step with { Minute = minute = Math.Max(0, minute + step.Minute) }).ToArray();
             }).ToArbitrary();
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(Figures)])]
    public void It_equals_a_dictionary_of_minutes(Figure[] figures)
    {
        var series = BucketSeries.Minutes;
        var model = new SortedDictionary<int, (int Last, int Min, int Max)>();
        foreach (var figure in figures)
        {
            series = series.Record(Start.AddMinutes(figure.Minute).AddSeconds(figure.Second), figure.Occupied, figure.Late);
            if (model.Count > 0 && figure.Minute <= model.Keys.Max() - 48 * 60)
                continue;
            model[figure.Minute] = model.TryGetValue(figure.Minute, out var was)
                ? (figure.Late ? was.Last : figure.Occupied, Math.Min(was.Min, figure.Occupied), Math.Max(was.Max, figure.Occupied))
                : (figure.Occupied, figure.Occupied, figure.Occupied);
            foreach (var old in model.Keys.Where(minute => minute <= model.Keys.Max() - 48 * 60).ToList())
                model.Remove(old);
        }
        Assert.Equal(
            model.Select(entry => (Start.AddMinutes(entry.Key), entry.Value.Last, entry.Value.Min, entry.Value.Max)),
            series.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Select(bucket => (series.StartOf(bucket), bucket.Last, bucket.Min, bucket.Max)));
    }

    [Property(MaxTest = 50, Arbitrary = [typeof(Figures)])]
    public void Written_and_read_back_in_the_middle_it_goes_on_the_same(Figure[] figures)
    {
        var (straight, restored) = (BucketSeries.Minutes, BucketSeries.Minutes);
        for (var i = 0; i < figures.Length; i++)
        {
            var at = Start.AddMinutes(figures[i].Minute);
            if (i == figures.Length / 2)
                restored = JsonSerializer.Deserialize<BucketSeries>(JsonSerializer.Serialize(restored))!;
            straight = straight.Record(at, figures[i].Occupied, figures[i].Late);
            restored = restored.Record(at, figures[i].Occupied, figures[i].Late);
        }
        Assert.Equal(straight, restored);
        Assert.Equal(JsonSerializer.Serialize(straight), JsonSerializer.Serialize(restored));
    }

    [Fact]
    public void It_keeps_48_hours_of_minutes_and_400_days_of_hours()
    {
        var (minutes, hours) = (BucketSeries.Minutes, BucketSeries.Hours);
        for (var i = 0; i < 3000; i++)
            minutes = minutes.Record(Start.AddMinutes(i), i, late: false);
        for (var i = 0; i < 10_000; i++)
            hours = hours.Record(Start.AddHours(i), i, late: false);
        Assert.Equal(48 * 60, minutes.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Count());
        Assert.Equal(400 * 24, hours.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Count());
    }

    [Fact]
    public void Within_a_minute_it_has_the_last_the_lowest_and_the_highest()
    {
        var series = new[] { 5, 9, 2, 7 }.Aggregate(BucketSeries.Minutes, (all, figure) => all.Record(Start, figure, late: false));
        var bucket = Assert.Single(series.Between(Start, Start.AddMinutes(1)));
        Assert.Equal((7, 2, 9), (bucket.Last, bucket.Min, bucket.Max));
    }

    [Fact]
    public void A_late_figure_widens_its_minute_and_is_not_its_last()
    {
        var series = BucketSeries.Minutes.Record(Start, 5, late: false).Record(Start, 9, late: true);
        var bucket = Assert.Single(series.Between(Start, Start.AddMinutes(1)));
        Assert.Equal((5, 5, 9), (bucket.Last, bucket.Min, bucket.Max));
    }

    [Fact]
    public void Asked_for_a_stretch_it_gives_the_buckets_that_begin_in_it()
    {
        var series = Enumerable.Range(0, 200).Aggregate(BucketSeries.Minutes, (all, i) => all.Record(Start.AddMinutes(i), i, late: false));
        Assert.Equal([70, 71], series.Between(Start.AddMinutes(70), Start.AddMinutes(72)).Select(bucket => bucket.Last));
        Assert.Equal([71, 72], series.Between(Start.AddMinutes(70).AddSeconds(1), Start.AddMinutes(72).AddSeconds(1)).Select(bucket => bucket.Last));
        Assert.Empty(series.Between(Start.AddMinutes(72), Start.AddMinutes(70)));
        Assert.Empty(series.Between(DateTimeOffset.MaxValue.AddDays(-1), DateTimeOffset.MaxValue));
        Assert.Equal(200, series.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Count());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[60,2880,1]")]
    [InlineData("[60,\"x\"]")]
    public void Broken_text_is_an_error_of_json(string text) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<BucketSeries>(text));
}

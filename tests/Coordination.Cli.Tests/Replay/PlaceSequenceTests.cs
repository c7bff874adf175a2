using Coordination.Cli.Replay;

namespace Coordination.Cli.Tests.Replay;

public sealed class PlaceSequenceTests
{
    private static readonly DateTimeOffset Day = new(2020, 7, 6, 0, 0, 1, TimeSpan.Zero);

    [Fact]
    public void Distinct_readings_count_up_by_one_and_an_identical_one_has_the_number_of_the_first()
    {
        var sequence = new PlaceSequence();
        var first = sequence.Of(Day, 5);
        Assert.False(first.IsRepeat);
        Assert.Equal((first.Sequence + 1, false), sequence.Of(Day, 6));
        Assert.Equal((first.Sequence + 2, false), sequence.Of(Day.AddMinutes(1), 5));
        Assert.Equal((first.Sequence, true), sequence.Of(Day.ToOffset(TimeSpan.FromHours(2)), 5));
    }

    [Fact]
    public void The_same_readings_have_the_same_numbers_in_every_run() =>
        Assert.Equal(Numbers(Day, 50), Numbers(Day, 50));

    [Fact]
    public void A_file_that_has_grown_keeps_the_numbers_it_had() =>
        Assert.Equal(Numbers(Day, 50), Numbers(Day, 80).Take(50));

    [Fact]
    public void Two_days_replayed_one_after_the_other_do_not_share_a_number() =>
        Assert.Empty(Numbers(Day, 200).Intersect(Numbers(Day.AddDays(1), 200)));

    [Fact]
    public void Counting_from_one_every_time_they_would()
    {
        // The fault the start from the first time guards against: the second day would pass for a repeat of the first.
        static IEnumerable<long> FromOne(int count) => Enumerable.Range(1, count).Select(number => (long)number);
        Assert.Equal(200, FromOne(200).Intersect(FromOne(200)).Count());
    }

    [Theory]
    [InlineData(1970)]
    [InlineData(2000)]
    [InlineData(2100)]
    public void Numbers_stay_within_what_the_server_takes(int year) =>
        Assert.All(Numbers(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero), 10), number => Assert.InRange(number, 0, (1L << 53) - 1));

    private static List<long> Numbers(DateTimeOffset from, int count)
    {
        var sequence = new PlaceSequence();
        return [.. Enumerable.Range(0, count).Select(i => sequence.Of(from.AddMinutes(i), i % 7).Sequence)];
    }
}

namespace Coordination.Domain.Tests.Common;

public sealed class OpeningHoursTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeZoneInfo LordHowe = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");

    private static TimeOnly T(string text) => TimeOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset I(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static OpeningHours Daily(string opens, string closes) => OpeningHours.Daily(T(opens), T(closes));

    [Theory]
    [InlineData("2026-03-02T07:59:59+08:00", false)]
    [InlineData("2026-03-02T08:00:00+08:00", true)]
    [InlineData("2026-03-02T19:59:59+08:00", true)]
    [InlineData("2026-03-02T20:00:00+08:00", false)]
    [InlineData("2026-03-02T00:30:00Z", true)]
    public void A_period_includes_its_start_and_excludes_its_end(string instant, bool open) =>
        Assert.Equal(open, Daily("08:00", "20:00").IsOpenAt(I(instant), Shanghai));

    [Theory]
    [InlineData("2026-03-02T17:59:00+08:00", false)]
    [InlineData("2026-03-02T18:00:00+08:00", true)]
    [InlineData("2026-03-03T01:59:00+08:00", true)]
    [InlineData("2026-03-03T02:00:00+08:00", false)]
    [InlineData("2026-03-03T18:00:00+08:00", false)]
    public void A_period_past_midnight_belongs_to_the_day_it_starts_on(string instant, bool open)
    {
        var hours = new OpeningHours([new(DayOfWeek.Monday, [new(T("18:00"), T("02:00"))])], []);
        Assert.Equal(open, hours.IsOpenAt(I(instant), Shanghai));
    }

    [Fact]
    public void From_midnight_to_midnight_is_the_whole_day()
    {
        var hours = new OpeningHours([new(DayOfWeek.Monday, [new(T("00:00"), T("00:00"))])], []);
        Assert.True(hours.IsOpenAt(I("2026-03-02T00:00:00+08:00"), Shanghai));
        Assert.True(hours.IsOpenAt(I("2026-03-02T23:59:59+08:00"), Shanghai));
        Assert.False(hours.IsOpenAt(I("2026-03-03T00:00:00+08:00"), Shanghai));
    }

    [Fact]
    public void A_weekday_that_is_not_named_is_closed()
    {
        var hours = new OpeningHours([new(DayOfWeek.Monday, [new(T("08:00"), T("20:00"))])], []);
        Assert.False(hours.IsOpenAt(I("2026-03-03T10:00:00+08:00"), Shanghai));
        Assert.Equal(I("2026-03-09T08:00:00+08:00"), hours.NextBoundaryAfter(I("2026-03-03T10:00:00+08:00"), Shanghai));
    }

    [Fact]
    public void An_exception_takes_the_place_of_its_weekday()
    {
        var hours = Daily("08:00", "20:00") with
        {
            Exceptions = [new(new DateOnly(2026, 3, 2), [new(T("12:00"), T("14:00"))], "节日"), new(new DateOnly(2026, 3, 3), [])],
        };
        Assert.False(hours.IsOpenAt(I("2026-03-02T10:00:00+08:00"), Shanghai));
        Assert.True(hours.IsOpenAt(I("2026-03-02T13:00:00+08:00"), Shanghai));
        Assert.False(hours.IsOpenAt(I("2026-03-03T13:00:00+08:00"), Shanghai));
        Assert.True(hours.IsOpenAt(I("2026-03-04T13:00:00+08:00"), Shanghai));
    }

    [Fact]
    public void The_night_before_a_closed_day_still_ends_in_it()
    {
        var hours = Daily("18:00", "02:00") with { Exceptions = [new(new DateOnly(2026, 3, 3), [])] };
        Assert.True(hours.IsOpenAt(I("2026-03-03T01:00:00+08:00"), Shanghai));
        Assert.False(hours.IsOpenAt(I("2026-03-03T19:00:00+08:00"), Shanghai));
    }

    [Theory]
    // London springs forward at 01:00 GMT on 29 March 2026: 01:30 does not exist and becomes 02:30.
    [InlineData("2026-03-29T00:59:00Z", false)]
    [InlineData("2026-03-29T01:29:00Z", false)]
    [InlineData("2026-03-29T01:30:00Z", true)]
    [InlineData("2026-03-29T08:59:00Z", true)]
    [InlineData("2026-03-29T09:00:00Z", false)]
    // And falls back at 01:00 GMT on 25 October 2026: 01:30 occurs twice and is its first occurrence.
    [InlineData("2026-10-25T00:29:00Z", false)]
    [InlineData("2026-10-25T00:30:00Z", true)]
    [InlineData("2026-10-25T01:30:00Z", true)]
    [InlineData("2026-10-25T09:59:00Z", true)]
    [InlineData("2026-10-25T10:00:00Z", false)]
    public void In_London_a_day_with_a_clock_change_opens_and_closes_by_the_clock_on_the_wall(string instant, bool open) =>
        Assert.Equal(open, Daily("01:30", "10:00").IsOpenAt(I(instant), London));

    [Theory]
    [InlineData("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z")] // 22:00 to 06:00 is seven hours
    [InlineData("2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z")] // and nine
    public void In_Berlin_a_night_with_a_clock_change_is_an_hour_shorter_or_longer(string opens, string closes)
    {
        var hours = Daily("22:00", "06:00");
        Assert.False(hours.IsOpenAt(I(opens).AddSeconds(-1), Berlin));
        Assert.True(hours.IsOpenAt(I(opens), Berlin));
        Assert.Equal(I(closes), hours.NextBoundaryAfter(I(opens), Berlin));
        Assert.True(hours.IsOpenAt(I(closes).AddSeconds(-1), Berlin));
        Assert.False(hours.IsOpenAt(I(closes), Berlin));
    }

    [Fact]
    public void A_gap_of_half_an_hour_moves_a_time_by_half_an_hour()
    {
        // Lord Howe Island, 4 October 2026: 02:00 becomes 02:30, so 02:10 is 02:40 at +11:00.
        Assert.Equal(I("2026-10-04T02:40:00+11:00"), Daily("02:10", "05:00").NextBoundaryAfter(I("2026-10-04T00:00:00+10:30"), LordHowe));
    }

    [Fact]
    public void Hours_without_a_period_have_no_boundary()
    {
        Assert.Null(new OpeningHours([], []).NextBoundaryAfter(I("2026-03-02T10:00:00+08:00"), Shanghai));
        Assert.False(new OpeningHours([], []).IsOpenAt(I("2026-03-02T10:00:00+08:00"), Shanghai));
    }

    [Fact]
    public void Hours_with_the_same_content_are_equal()
    {
        Assert.Equal(Daily("08:00", "20:00"), Daily("08:00", "20:00"));
        Assert.NotEqual(Daily("08:00", "20:00"), Daily("08:00", "21:00"));
        Assert.Equal(new OpeningHours(default, default), new OpeningHours([], []));
    }
}

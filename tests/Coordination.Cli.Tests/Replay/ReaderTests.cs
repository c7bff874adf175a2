using Coordination.Cli.Replay;
using Coordination.Cli.Replay.Readers;

namespace Coordination.Cli.Tests.Replay;

public sealed class ReaderTests
{
    [Fact]
    public void A_Birmingham_line_is_a_reading_in_London_time()
    {
        var plan = Birmingham("LOT A,100,61,2016-10-04 07:59:42\nLOT A,100,-3,2016-12-04 08:25:00\n");
        var place = Assert.Single(plan.Places);
        Assert.Equal("parking-lots/lot-a", place.Path);
        Assert.Equal((100, "Europe/London", "LOT A"), (place.Profile.Capacity, place.Profile.TimeZone, place.Profile.Name));
        Assert.Equal([61, -3], plan.Items.Select(item => item.Value));
        Assert.Equal(TimeSpan.FromHours(1), plan.Items[0].At.Offset); // summer time
        Assert.Equal(TimeSpan.Zero, plan.Items[1].At.Offset);
        Assert.Equal(61, place.OccupiedOf(plan.Items[0].Value));
    }

    [Fact]
    public void White_space_and_a_heading_do_not_matter()
    {
        var plan = Birmingham("SystemCodeNumber,Capacity,Occupancy,LastUpdated\r\n\r\n A , 10 , 1 , 2016-10-04 07:59:42\t\r\n");
        Assert.Equal(1, Assert.Single(plan.Items).Value);
        Assert.Empty(plan.Unreadable);
    }

    [Theory]
    [InlineData("A,100,61", 1)]
    [InlineData("A,100,61,2016-10-04 07:59:42,x", 1)]
    [InlineData("A,100,many,2016-10-04 07:59:42", 1)]
    [InlineData("A,,61,2016-10-04 07:59:42", 1)]
    [InlineData("A,100,61,yesterday", 1)]
    [InlineData(",100,61,2016-10-04 07:59:42", 1)]
    [InlineData("A,100,\"61,2016-10-04 07:59:42", 1)]
    public void An_unreadable_line_is_named_and_stops_nothing(string bad, int unreadable)
    {
        var plan = Birmingham($"A,100,1,2016-10-04 07:00:00\n{bad}\nA,100,2,2016-10-04 08:00:00\n");
        Assert.Equal([1, 2], plan.Items.Select(item => item.Value));
        Assert.Equal(("b.csv", 2L), plan.Unreadable.Select(line => (line.File, line.Line)).Single());
        Assert.Equal(2 + unreadable, plan.Lines);
    }

    [Fact]
    public void A_German_cell_is_a_number_of_free_places_and_an_empty_one_is_no_news()
    {
        var plan = German("timestamp,lot-One,lot-Two,lot-Three\n2020-07-06T00:00:01+00:00,5,,-1\n2020-07-06T00:15:01+00:00,,7,\n");
        Assert.Equal(["parking-lots/lot-one", "parking-lots/lot-two", "parking-lots/lot-three"], plan.Places.Select(place => place.Path));
        Assert.Equal([(0, 5), (2, -1), (1, 7)], plan.Items.Select(item => (item.Place, item.Value)));
        Assert.Equal([5, null, 3], plan.Places.Select(place => place.OccupiedOf(5)));
        Assert.Equal(9, plan.Places[2].OccupiedOf(-1)); // below zero is over capacity
        Assert.Equal(new DateTimeOffset(2020, 7, 6, 0, 0, 1, TimeSpan.Zero), plan.Items[0].At);
    }

    [Fact]
    public void German_metadata_gives_names_capacities_and_addresses_over_several_lines()
    {
        var plan = German("timestamp,lot-One,lot-Two,lot-Three,lot-Four\n");
        Assert.Equal([10, null, 8, null], plan.Places.Select(place => place.Profile.Capacity));
        Assert.Equal(["First \"lot\"", "Second", "Third", "lot-Four"], plan.Places.Select(place => place.Profile.Name));
        Assert.Equal("Street 1, 52070 City", plan.Places[0].Profile.Address);
        Assert.All(plan.Places, place => Assert.Equal("Europe/Berlin", place.Profile.TimeZone));
    }

    [Fact]
    public void Every_column_is_a_place_even_one_without_a_reading() => Assert.Equal(2, German("timestamp,a,b\n").Places.Count);

    [Fact]
    public void An_unreadable_German_cell_spoils_neither_its_row_nor_the_file()
    {
        var plan = German("timestamp,a,b\n2020-07-06T00:00:01+00:00,x,2\n2020-07-06T00:15:01+00:00,1\nlater,1,2\n2020-07-06T00:30:01+00:00,3,\n");
        Assert.Equal([2, 3], plan.Items.Select(item => item.Value));
        Assert.Equal([2L, 3L, 4L], plan.Unreadable.Select(line => line.Line));
    }

    [Fact]
    public void A_Shanghai_row_gives_a_reading_hours_and_whether_it_is_open()
    {
        var plan = Shanghai("""
            {"timestamp":"2025-11-25T00:00:03.07","data":{"rows":[
            {"CODE":"7","NAME":"园","TIME":"2025-11-23 15:00","GRADE":"4A","T_TIME":"9:00~16:00","MAX_NUM":3000,"NUM":12,"TYPE":"闭园","DNAME":"黄浦区","ADDRESS":"路1号"},
            {"CODE":"8","NAME":"馆","TIME":"2025-11-25 07:54","T_TIME":"~","MAX_NUM":0,"NUM":5,"TYPE":"正常"},
            {"CODE":"9","NAME":"谷","T_TIME":"00:00~23:59","MAX_NUM":10,"NUM":0,"TYPE":"季节性闭园"}]}}
            """);
        Assert.Equal(["scenic-areas/shanghai-7", "scenic-areas/shanghai-8", "scenic-areas/shanghai-9"], plan.Places.Select(place => place.Path));
        Assert.Equal([3000, null, 10], plan.Places.Select(place => place.Profile.Capacity));
        var hours = plan.Places[0].Profile.OpeningHours!.Weekly;
        Assert.Equal(7, hours.Count);
        Assert.All(hours, day => Assert.Equal(("09:00", "16:00"), (day.Periods.Single().Opens, day.Periods.Single().Closes)));
        Assert.Null(plan.Places[1].Profile.OpeningHours);
        Assert.Null(plan.Places[2].Profile.OpeningHours);
        Assert.Equal([(0, 12), (1, 5)], plan.Items.Where(item => !item.IsOperation).Select(item => (item.Place, item.Value)));
        Assert.Equal(new DateTimeOffset(2025, 11, 23, 15, 0, 0, TimeSpan.FromHours(8)), plan.Items[0].At);
        Assert.Equal([(0, "闭园"), (1, ""), (2, "季节性闭园")], plan.Items.Where(item => item.IsOperation).Select(item => (item.Place, item.ClosedBecause)));
        Assert.Equal((1, 2), (plan.WithoutTime, plan.Lines));
    }

    [Fact]
    public void Two_Shanghai_snapshots_are_one_history()
    {
        const string row = """{"CODE":"7","NAME":"园","TIME":"2025-11-23 15:00","MAX_NUM":30,"NUM":12,"TYPE":"正常"}""";
        var later = row.Replace("12", "13", StringComparison.Ordinal).Replace("15:00", "15:05", StringComparison.Ordinal);
        var plan = Shanghai(Snapshot("2025-11-23T07:01:00", row) + "\nnonsense\n" + Snapshot("2025-11-23T07:06:00", later + """,{"CODE":"7"}"""));
        Assert.Single(plan.Places);
        Assert.Equal([12, 13], plan.Items.Where(item => !item.IsOperation).Select(item => item.Value));
        Assert.Equal([2L, 3L], plan.Unreadable.Select(line => line.Line));
    }

    [Theory]
    [InlineData("08:30~16:30", "08:30", "16:30")]
    [InlineData("10:00~23:59", "10:00", "00:00")]
    [InlineData("18:00~2:00", "18:00", "02:00")]
    [InlineData("~", null, null)]
    [InlineData("", null, null)]
    [InlineData("00:00~23:59", null, null)]
    [InlineData("0:00~24:00", null, null)]
    [InlineData("9~17", null, null)]
    public void Hours_of_the_feed_are_read_or_left_out(string text, string? opens, string? closes)
    {
        var period = ShanghaiReader.HoursOf(text)?.Weekly[0].Periods.Single();
        Assert.Equal((opens, closes), (period?.Opens, period?.Closes));
    }

    [Theory]
    [InlineData("A,100,61,2016-10-04 07:59:42\n", "parking-lots/a")]
    [InlineData("timestamp,a\n2020-07-06T00:00:01+00:00,3\n", "parking-lots/a")]
    [InlineData("""{"timestamp":"2025-11-25T00:00:03","data":{"rows":[{"CODE":"7","NAME":"园"}]}}""", "scenic-areas/shanghai-7")]
    public void The_format_is_told_by_the_first_line(string text, string place)
    {
        using var folder = new Testing.TemporaryFolder();
        var plan = new ReplayInput([folder.Write("input", text)], "auto", null, "").Read();
        Assert.Equal(place, Assert.Single(plan.Places).Path);
    }

    [Fact]
    public void An_unknown_format_is_an_error_that_names_the_file()
    {
        using var folder = new Testing.TemporaryFolder();
        var error = Assert.Throws<InvalidDataException>(() => new ReplayInput([folder.Write("odd.txt", "hello\n")], "auto", null, "").Read());
        Assert.Contains("odd.txt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_that_summer_time_skips_or_repeats_is_one_instant()
    {
        var london = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
        Assert.Equal(new DateTimeOffset(2016, 3, 27, 2, 30, 0, TimeSpan.FromHours(1)), LocalTime.ToInstant(new DateTime(2016, 3, 27, 1, 30, 0), london));
        Assert.Equal(new DateTimeOffset(2016, 10, 30, 1, 30, 0, TimeSpan.FromHours(1)), LocalTime.ToInstant(new DateTime(2016, 10, 30, 1, 30, 0), london));
    }

    private static string Snapshot(string timestamp, string rows) =>
        """{"timestamp":"@","data":{"rows":[#]}}""".Replace("@", timestamp, StringComparison.Ordinal).Replace("#", rows, StringComparison.Ordinal);

    private static ReplayPlan Birmingham(string text)
    {
        var plan = new ReplayPlanBuilder("");
        BirminghamReader.Read("b.csv", new StringReader(text), plan);
        return plan.Build();
    }

    private static ReplayPlan German(string text)
    {
        const string metadata = "place_id,place_name,city_name,num_all,address\r\n"
            + "lot-One,\"First \"\"lot\"\"\",Aachen,10,\"Street 1\n52070 City\n\"\r\nlot-Two,Second,Aachen,,\r\nlot-Three,Third,Aachen,8,\r\n";
        var plan = new ReplayPlanBuilder("");
        GermanReader.Read("g.csv", new StringReader(text), GermanMetadata.Read("meta-data.csv", new StringReader(metadata)), plan);
        return plan.Build();
    }

    private static ReplayPlan Shanghai(string text)
    {
        var plan = new ReplayPlanBuilder("");
        ShanghaiReader.Read("s.jsonl", new StringReader(text.Replace("[\n", "[", StringComparison.Ordinal).Replace(",\n", ",", StringComparison.Ordinal)), plan);
        return plan.Build();
    }
}

using Coordination.Cli.Replay;
using Coordination.Client;

namespace Coordination.Cli.Tests.Replay;

public sealed class ReplayTallyTests
{
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ReplayTally tally = new();

    [Fact]
    public void A_crossing_is_counted_from_below_to_at_or_above_and_not_for_the_first_reading()
    {
        Read(Lot(10), 9, 8, 10, 7, 8, 8, 12);
        Assert.Equal([1, 2, 2], tally.Upward); // 80 %: 7→8, for 8→10 and 8→12 begin there; 90 % and 100 %: 8→10 and 8→12
        Assert.Equal(12, tally.LastOccupiedSum);
        Assert.Equal(1, tally.OverCapacity);
    }

    [Fact]
    public void Percentages_are_exact_without_rounding()
    {
        Read(Lot(577), 461, 462); // 80 % of 577 is 461.6
        Assert.Equal([1, 0, 0], tally.Upward);
    }

    [Fact]
    public void There_is_no_hysteresis()
    {
        Read(Lot(100), 79, 80, 79, 80, 79, 80);
        Assert.Equal(3, tally.Upward[0]);
    }

    [Fact]
    public void Free_places_are_turned_into_occupied_ones()
    {
        Read(new ReplayPlace("parking-lots/f", new PlaceProfile { Name = "F", Capacity = 10 }, CountsFree: true), 5, -1, 4);
        Assert.Equal((6, 1), (tally.LastOccupiedSum, tally.OverCapacity));
        Assert.Equal([1, 1, 1], tally.Upward);
    }

    [Fact]
    public void A_place_without_a_capacity_has_readings_and_no_percentages()
    {
        Read(new ReplayPlace("parking-lots/u", new PlaceProfile { Name = "U" }, CountsFree: true), 5, 0, 3);
        Assert.Equal((3, 3, 0, 0), (tally.Accepted, tally.ReadingsWithoutCapacity, tally.LastOccupiedSum, tally.OverCapacity));
        Assert.Equal([0, 0, 0], tally.Upward);
    }

    [Fact]
    public void The_second_of_the_same_is_a_duplicate_whatever_became_of_the_first()
    {
        var lot = Lot(10);
        Take(lot, 5, IngestStatus.Accepted);
        Take(lot, 5, IngestStatus.Duplicate, repeat: true);
        Take(lot, -1, IngestStatus.Refused);
        Take(lot, -1, IngestStatus.Refused, repeat: true);
        Assert.Equal((1, 2, 1), (tally.Accepted, tally.Duplicates, tally.Refused["no"]));
    }

    [Fact]
    public void A_repeat_of_our_own_counts_by_what_became_of_it()
    {
        var lot = Lot(10);
        Take(lot, 5, IngestStatus.Duplicate, first: IngestStatus.Accepted, resent: true);
        Take(lot, 6, IngestStatus.Duplicate, first: IngestStatus.Late, mayHaveBeenSent: true);
        Take(lot, 12, IngestStatus.Duplicate, first: IngestStatus.Accepted, mayHaveBeenSent: true);
        Assert.Equal((2, 1, 0), (tally.Accepted, tally.Late, tally.Duplicates));
        Assert.Equal((12, 1), (tally.LastOccupiedSum, tally.OverCapacity));
    }

    [Fact]
    public void What_an_earlier_replay_sent_is_a_duplicate_and_still_the_history_of_the_place()
    {
        var lot = Lot(10);
        Take(lot, 7, IngestStatus.Duplicate, first: IngestStatus.Accepted);
        Take(lot, 9, IngestStatus.Duplicate, first: IngestStatus.Accepted);
        Take(lot, 3, IngestStatus.Duplicate, first: IngestStatus.Late);
        Assert.Equal((0, 3, 9), (tally.Accepted, tally.Duplicates, tally.LastOccupiedSum));
        Assert.Equal([1, 1, 0], tally.Upward);
    }

    [Fact]
    public void Late_readings_move_nothing()
    {
        var lot = Lot(10);
        Take(lot, 5, IngestStatus.Accepted);
        Take(lot, 10, IngestStatus.Late);
        Assert.Equal((1, 5), (tally.Late, tally.LastOccupiedSum));
        Assert.Equal([0, 0, 0], tally.Upward);
    }

    [Fact]
    public void Every_line_is_counted_once_in_the_summary()
    {
        var plan = new ReplayPlan([Lot(10)], [new ReplayItem(0, Start, Start, 5, 1, false), new ReplayItem(0, Start, Start, 5, 1, true)],
            [new UnreadableLine("f", 3, "no")], 4);
        Take(plan.Places[0], 5, IngestStatus.Accepted);
        Take(plan.Places[0], 5, IngestStatus.Duplicate, repeat: true);
        var summary = ReplaySummary.Of(plan, tally, 2);
        Assert.Equal(3, summary.Lines);
        Assert.Equal(summary.Lines, summary.Accepted + summary.Duplicates + summary.Late + summary.Refused.Values.Sum());
        Assert.Equal(
            """{"places":1,"lines":3,"accepted":1,"duplicates":1,"late":0,"refused":{"unreadable-line":1},"overCapacity":0,"upward":{"80":0,"90":0,"100":0},"lastOccupiedSum":5,"readingsWithoutCapacity":0,"withoutTime":4,"seconds":2,"linesPerSecond":1.5}""",
            summary.ToJson());
    }

    private int minute;

    private static ReplayPlace Lot(int capacity) => new("parking-lots/a", new PlaceProfile { Name = "A", Capacity = capacity }, false);

    private void Read(ReplayPlace place, params int[] values)
    {
        foreach (var value in values)
            Take(place, value, IngestStatus.Accepted);
    }

    private void Take(
        ReplayPlace place, int value, IngestStatus status, IngestStatus? first = null, bool repeat = false, bool resent = false, bool mayHaveBeenSent = false)
    {
        var at = Start.AddMinutes(minute++);
        var line = new IngestLine { Place = place.Path, Type = "reading", DeviceId = "replay", Sequence = minute, At = at };
        tally.Take(new ReplayItem(0, at, at, value, minute, repeat), place,
            new IngestResult { Line = line, Status = status, First = first, Resent = resent, Code = status == IngestStatus.Refused ? "no" : null }, mayHaveBeenSent);
    }
}

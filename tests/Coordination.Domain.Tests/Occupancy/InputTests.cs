using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class InputTests
{
    [Fact]
    public void A_reading_sets_the_count_and_records_the_drift()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Move(+5, 2);
        Assert.Equal(InputStatus.Accepted, place.Read(43, 3).Status);
        Assert.Equal(43, place.State.Occupied);
        Assert.Equal(-2, Assert.IsType<ReadingRecorded>(place.History[^1].Event).Drift);
        var device = place.State.Devices["d1"];
        Assert.Equal((-2, 2L, 5L, 0L), (device.LastDrift, device.TotalDrift, device.TotalMoved, device.Moved));
    }

    [Fact]
    public void A_first_reading_has_no_drift()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        Assert.Null(Assert.IsType<ReadingRecorded>(place.History[^1].Event).Drift);
    }

    [Fact]
    public void A_late_reading_does_not_move_the_present()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        var outcome = place.Read(90, 2, at: place.Now.AddMinutes(-5));
        Assert.Equal(InputStatus.Late, outcome.Status);
        Assert.Equal(40, place.State.Occupied);
        Assert.Equal(Level.Comfortable, place.State.Level);
        Assert.Equal(place.Now, place.State.CountedAt);
    }

    [Fact]
    public void A_late_reading_is_kept_in_the_history()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Read(90, 2, at: place.Now.AddMinutes(-5));
        var buckets = place.State.Minutes.Between(place.Now.AddHours(-1), place.Now.AddHours(1)).ToList();
        Assert.Equal([90, 40], buckets.Select(bucket => bucket.Last));
        Assert.Equal(1, place.State.Devices["d1"].LateInputs);
    }

    [Fact]
    public void A_late_movement_does_not_move_the_present()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        Assert.Equal(InputStatus.Late, place.Move(+3, 2, at: place.Now.AddSeconds(-1)).Status);
        Assert.Equal(40, place.State.Occupied);
        Assert.Equal(0, place.State.Devices["d1"].TotalMoved);
    }

    [Fact]
    public void Input_as_old_as_the_last_reading_is_not_late()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        Assert.Equal(InputStatus.Accepted, place.Move(+3, 2, at: place.Now).Status);
        Assert.Equal(43, place.State.Occupied);
    }

    [Fact]
    public void Late_is_judged_by_the_last_reading_of_the_same_device()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1, device: "camera");
        Assert.Equal(InputStatus.Accepted, place.Move(+3, 1, device: "gate", at: place.Now.AddSeconds(-5)).Status);
        Assert.Equal(43, place.State.Occupied);
    }

    [Fact]
    public void An_older_movement_of_another_device_does_not_rewrite_an_earlier_minute()
    {
        var place = TestPlace.Lot(100);
        place.Read(10, 1, device: "camera", at: place.Now.AddMinutes(-5));
        place.Read(40, 2, device: "camera");
        place.Move(+3, 1, device: "gate", at: place.Now.AddMinutes(-5));
        var buckets = place.State.Minutes.Between(place.Now.AddHours(-1), place.Now.AddHours(1)).ToList();
        Assert.Equal([10, 43], buckets.Select(bucket => bucket.Last));
    }

    [Fact]
    public void A_duplicate_changes_nothing_and_answers_how_the_first_ended()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Move(+3, 2);
        place.Read(20, 3, at: place.Now.AddMinutes(-1));
        var events = place.History.Count;
        Assert.Equal((InputStatus.Duplicate, InputStatus.Accepted), Pair(place.Move(+3, 2)));
        Assert.Equal((InputStatus.Duplicate, InputStatus.Accepted), Pair(place.Read(99, 1)));
        Assert.Equal((InputStatus.Duplicate, InputStatus.Late), Pair(place.Read(20, 3, at: place.Now.AddMinutes(-1))));
        Assert.Equal(events, place.History.Count);
        Assert.Equal(43, place.State.Occupied);

        static (InputStatus, InputStatus?) Pair(InputOutcome outcome) => (outcome.Status, outcome.First);
    }

    [Fact]
    public void Applied_twice_without_asking_the_rules_a_movement_counts_twice()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Move(+3, 2);
        var (movement, at) = place.History[^1];
        Assert.Equal(46, OccupancyEvolution.Apply(place.State, movement, at).Occupied);
    }

    [Fact]
    public void A_retry_is_a_duplicate_even_when_its_zone_is_gone_or_the_clock_was_set_back()
    {
        var place = TestPlace.Zoned(10, 10);
        place.Read(5, 1, "b");
        place.Do(new DefinePlace(place.State.Profile! with { Zones = [place.State.Profile.Zones[0]] }));
        Assert.Equal(InputStatus.Duplicate, place.Read(5, 1, "b").Status);
        place.Now -= TimeSpan.FromDays(1);
        Assert.Equal(InputStatus.Duplicate, place.Read(5, 1, "a", at: TestPlace.Monday).Status);
    }

    [Fact]
    public void Two_devices_may_use_the_same_numbers()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        Assert.Equal(InputStatus.Accepted, place.Move(+1, 1, device: "d2").Status);
        Assert.Equal(41, place.State.Occupied);
    }

    [Fact]
    public void A_negative_reading_is_refused()
    {
        var place = TestPlace.Lot(100);
        var outcome = place.Read(-1, 1);
        Assert.Equal((InputStatus.Refused, "negative-count"), (outcome.Status, outcome.Rejection?.Code));
        Assert.Equal(RejectionKind.Refused, outcome.Rejection!.Kind);
        Assert.Null(place.State.Occupied);
    }

    [Fact]
    public void A_refused_number_may_be_used_again()
    {
        var place = TestPlace.Lot(100);
        place.Read(-1, 1);
        Assert.Equal(InputStatus.Accepted, place.Read(1, 1).Status);
    }

    [Fact]
    public void A_reading_above_the_capacity_is_kept_and_shown_as_over_capacity()
    {
        var place = TestPlace.Lot(100);
        var outcome = place.Read(120, 1);
        Assert.True(outcome is { Status: InputStatus.Accepted, OverCapacity: true });
        Assert.True(place.View is { Occupied: 120, Free: 0, OverCapacity: true, Percent: 120, Level: Level.Full });
    }

    [Fact]
    public void Exactly_full_is_not_over_capacity()
    {
        var place = TestPlace.Lot(100);
        Assert.False(place.Read(100, 1).OverCapacity);
        Assert.True(place.View is { Free: 0, OverCapacity: false, Level: Level.Full });
    }

    [Fact]
    public void Movements_out_below_zero_stop_at_zero()
    {
        var place = TestPlace.Lot(100);
        place.Read(2, 1);
        Assert.Equal(InputStatus.Accepted, place.Move(-5, 2).Status);
        Assert.Equal(0, place.State.Occupied);
        place.Move(+1, 3);
        Assert.Equal(1, place.State.Occupied);
    }

    [Fact]
    public void A_movement_before_any_reading_leaves_the_count_unknown()
    {
        var place = TestPlace.Lot(100);
        Assert.Equal(InputStatus.Accepted, place.Move(+5, 1).Status);
        Assert.True(place.View is { Occupied: null, Free: null, Level: null, State: PlaceState.Unknown });
    }

    [Theory]
    [InlineData("")]
    [InlineData("has space")]
    [InlineData("设备")]
    [InlineData("a/b")]
    public void A_device_id_is_made_of_plain_characters(string device) =>
        Assert.Equal("deviceId", TestPlace.Lot(1).Read(0, 1, device: device).Rejection?.Field);

    [Fact]
    public void A_device_id_has_at_most_64_characters()
    {
        Assert.Equal(InputStatus.Accepted, TestPlace.Lot(1).Read(0, 1, device: new string('x', 64)).Status);
        Assert.Equal("deviceId", TestPlace.Lot(1).Read(0, 1, device: new string('x', 65)).Rejection?.Field);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData((1L << 53) - 1, true)]
    [InlineData(1L << 53, false)]
    public void A_sequence_number_is_one_that_json_can_carry(long sequence, bool taken) =>
        Assert.Equal(taken, TestPlace.Lot(1).Read(0, sequence).Status == InputStatus.Accepted);

    [Fact]
    public void A_clock_may_be_ten_minutes_ahead_and_no_more()
    {
        var place = TestPlace.Lot(1);
        Assert.Equal(InputStatus.Accepted, place.Read(0, 1, at: place.Now.AddMinutes(10)).Status);
        Assert.Equal("time-in-future", place.Read(0, 2, at: place.Now.AddMinutes(10).AddTicks(1)).Rejection?.Code);
    }

    [Fact]
    public void Input_from_before_the_year_2000_is_refused() =>
        Assert.Equal("time-out-of-range", TestPlace.Lot(1).Read(0, 1, at: OccupancyDecider.Oldest.AddTicks(-1)).Rejection?.Code);

    [Theory]
    [InlineData(0)]
    [InlineData(OccupancyInput.MaxMovement + 1)]
    public void A_movement_is_of_1_to_100_000(int count) => Assert.Equal("count", TestPlace.Lot(1).Move(count, 1).Rejection?.Field);

    [Fact]
    public void Input_is_either_a_movement_or_one_kind_of_reading()
    {
        var place = TestPlace.Lot(1);
        var input = new OccupancyInput { DeviceId = "d", Sequence = 1, At = place.Now };
        Assert.Equal("malformed", place.Send(input).Rejection?.Code);
        Assert.Equal("malformed", place.Send(input with { Occupied = 1, Free = 1 }).Rejection?.Code);
        Assert.Equal("malformed", place.Send(input with { Direction = Direction.In, Count = 1, Occupied = 1 }).Rejection?.Code);
        Assert.Equal("malformed", place.Send(input with { Direction = (Direction)7, Count = 1 }).Rejection?.Code);
    }

    [Fact]
    public void A_place_that_does_not_exist_takes_no_input() =>
        Assert.Equal(RejectionKind.NotFound, new TestPlace().Read(1, 1).Rejection?.Kind);

    [Fact]
    public void A_stranger_beyond_the_limit_of_devices_is_refused_and_the_others_go_on()
    {
        var place = TestPlace.Lot(1000);
        for (var i = 0; i < OccupancyState.MaxDevices; i++)
            Assert.Equal(InputStatus.Accepted, place.Read(i, 1, device: $"d{i}").Status);
        Assert.Equal("too-many-devices", place.Read(1, 1, device: "one-more").Rejection?.Code);
        Assert.Equal(InputStatus.Accepted, place.Read(7, 2, device: "d0").Status);
    }

    [Fact]
    public void A_number_below_those_still_remembered_is_refused_by_name()
    {
        var place = TestPlace.Lot(1000);
        for (var i = 0; i < SequenceSet.MaxRanges + 1; i++)
            place.Read(i, i * 2);
        Assert.Equal("sequence-too-old", place.Read(1, 0).Rejection?.Code);
        Assert.Equal(InputStatus.Duplicate, place.Read(1, 2).Status);
        Assert.Equal(InputStatus.Accepted, place.Read(1, 3).Status);
    }

    [Fact]
    public void How_a_duplicate_first_ended_is_unknown_when_too_long_ago()
    {
        var place = TestPlace.Lot(1000);
        place.Read(1, 0);
        // Late ones at even numbers, others between them: the late set breaks into more ranges than it holds.
        for (var i = 1; i <= 2 * SequenceSet.MaxRanges + 4; i++)
            place.Read(1, i, at: i % 2 == 0 ? place.Now.AddMinutes(-1) : place.Now);
        Assert.Null(place.Read(1, 2, at: place.Now.AddMinutes(-1)).First);
        Assert.Equal(InputStatus.Late, place.Read(1, 2 * SequenceSet.MaxRanges, at: place.Now.AddMinutes(-1)).First);
    }

    [Fact]
    public void A_simulated_figure_is_marked_until_a_real_one_comes()
    {
        var place = TestPlace.Lot(10);
        place.Send(new OccupancyInput { DeviceId = "sim", Sequence = 1, At = place.Now, Occupied = 3, Simulated = true });
        Assert.True(place.View.Simulated);
        place.Read(4, 1);
        Assert.False(place.View.Simulated);
    }
}

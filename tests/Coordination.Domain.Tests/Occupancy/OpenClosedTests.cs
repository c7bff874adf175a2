using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class OpenClosedTests
{
    private static readonly OpeningHours Daytime = OpeningHours.Daily(new TimeOnly(8, 0), new TimeOnly(20, 0));

    [Fact]
    public void Outside_its_hours_an_empty_place_is_closed()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Now = TestPlace.Monday.AddHours(10); // 20:00
        place.Read(0, 1);
        Assert.Equal(PlaceState.Closed, place.View.State);
    }

    [Fact]
    public void A_fresh_positive_count_is_stronger_than_the_schedule()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Now = TestPlace.Monday.AddHours(12);
        place.Read(3, 1);
        Assert.Equal(PlaceState.Open, place.View.State);
    }

    [Fact]
    public void A_stale_count_is_not_stronger_than_the_schedule()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Now = TestPlace.Monday.AddHours(12);
        place.Read(3, 1);
        Assert.Equal(place.Now.AddMinutes(30), place.NextDeadline);
        place.Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(PlaceState.Closed, place.View.State);
    }

    [Fact]
    public void A_place_that_was_never_read_is_closed_outside_its_hours_and_unknown_within()
    {
        var place = TestPlace.Lot(100, Daytime);
        Assert.Equal(PlaceState.Unknown, place.View.State);
        place.Pass(TimeSpan.FromHours(10));
        Assert.Equal(PlaceState.Closed, place.View.State);
        place.Pass(TimeSpan.FromHours(12));
        Assert.Equal(PlaceState.Unknown, place.View.State);
    }

    [Fact]
    public void It_closes_at_the_deadline_it_names()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Now = TestPlace.Monday.AddHours(9).AddMinutes(50);
        place.Read(0, 1);
        Assert.Equal(TestPlace.Monday.AddHours(10), place.NextDeadline);
        place.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(PlaceState.Closed, place.View.State);
        Assert.True(place.History[^1].Event is StateRefreshed { State: PlaceState.Closed });
    }

    [Fact]
    public void A_clock_set_back_over_the_closing_time_opens_it_again()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Now = TestPlace.Monday.AddHours(11);
        place.Read(0, 1);
        Assert.Equal(PlaceState.Closed, place.View.State);
        place.Pass(TimeSpan.FromHours(-1.5));
        Assert.Equal(PlaceState.Open, place.View.State);
    }

    [Fact]
    public void Closed_by_hand_is_stronger_than_people_inside()
    {
        var place = TestPlace.Lot(100);
        place.Read(3, 1);
        place.Do(new SetOperation(Operation.Closed, "王工", "台风"));
        Assert.True(place.View is { State: PlaceState.Closed, Operation: Operation.Closed, OperationReason: "台风", Occupied: 3 });
        place.Read(4, 2);
        Assert.Equal(PlaceState.Closed, place.View.State);
    }

    [Fact]
    public void Open_by_hand_is_stronger_than_the_schedule_but_makes_up_no_figure()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Now = TestPlace.Monday.AddHours(12);
        place.Do(new SetOperation(Operation.Open, "王工", "灯会"));
        Assert.Equal(PlaceState.Unknown, place.View.State);
        place.Read(0, 1);
        Assert.Equal(PlaceState.Open, place.View.State);
        place.Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(PlaceState.Stale, place.View.State);
    }

    [Fact]
    public void Handing_back_lets_the_schedule_decide_again_and_forgets_the_reason()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Read(0, 1);
        place.Do(new SetOperation(Operation.Closed, "王工", "台风"));
        place.Do(new SetOperation(Operation.Automatic, "王工", "过去了"));
        Assert.True(place.View is { State: PlaceState.Open, Operation: Operation.Automatic, OperationReason: null });
    }

    [Theory]
    [InlineData(Operation.Automatic)]
    [InlineData(Operation.Open)]
    [InlineData(Operation.Closed)]
    public void Setting_the_same_again_changes_nothing(Operation operation)
    {
        var place = TestPlace.Lot(100);
        place.Do(new SetOperation(operation, "王工", "因"));
        Assert.Empty(place.Do(new SetOperation(operation, "王工", "因")).Events);
    }

    [Theory]
    [InlineData("", "r", "by")]
    [InlineData("b", " ", "reason")]
    [InlineData(null, "r", "by")]
    [InlineData("b", null, "reason")]
    public void Who_and_why_are_required(string? by, string? reason, string field)
    {
        Assert.Equal(field, TestPlace.Lot(1).Do(new SetOperation(Operation.Open, by!, reason!)).Rejection?.Field);
        Assert.Equal(field, TestPlace.Lot(1).Do(new CorrectCount(null, 1, by!, reason!)).Rejection?.Field);
    }

    [Fact]
    public void An_operation_that_does_not_exist_is_malformed() =>
        Assert.Equal("operation", TestPlace.Lot(1).Do(new SetOperation((Operation)9, "b", "r")).Rejection?.Field);

    [Fact]
    public void An_exception_closes_a_single_date()
    {
        var hours = Daytime with { Exceptions = [new HoursException(new DateOnly(2026, 3, 3), [], "维护")] };
        var place = TestPlace.Lot(100, hours);
        place.Now = TestPlace.Monday.AddDays(1);
        place.Read(0, 1);
        Assert.Equal(PlaceState.Closed, place.View.State);
        place.Now = TestPlace.Monday.AddDays(2);
        place.Read(0, 2);
        Assert.Equal(PlaceState.Open, place.View.State);
    }

    [Fact]
    public void New_hours_take_effect_at_once()
    {
        var place = TestPlace.Lot(100, Daytime);
        place.Read(0, 1);
        place.Do(new DefinePlace(place.State.Profile! with { OpeningHours = OpeningHours.Daily(new TimeOnly(12, 0), new TimeOnly(13, 0)) }));
        Assert.Equal(PlaceState.Closed, place.View.State);
    }
}

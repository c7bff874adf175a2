using System.Text.Json;
using Coordination.Domain.Occupancy;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Occupancy;

/// <summary>What holds for any sequence of inputs, corrections, changes and steps of the clock.</summary>
public sealed class PlaceProperties
{
    private static string Text(OccupancyState state) => JsonSerializer.Serialize(state, DomainJson.Instance.OccupancyState);

    private static OccupancyState Restored(OccupancyState state) => JsonSerializer.Deserialize(Text(state), DomainJson.Instance.OccupancyState)!;

    private static void Run(Scenario scenario, Action<TestPlace, Step> step)
    {
        var place = TestPlace.Of(scenario.Profile);
        foreach (var next in scenario.Steps)
        {
            place.Now = place.Now.AddSeconds(next.Seconds);
            step(place, next);
        }
    }

    [Property(MaxTest = 400, Arbitrary = [typeof(Scenarios)])]
    public void A_place_equals_a_naive_model(Scenario scenario)
    {
        var model = new NaivePlace(scenario.Parts, scenario.HasHours);
        Run(scenario, (place, step) =>
        {
            switch (step)
            {
                case InputStep input:
                    var sent = scenario.InputOf(input, place.Now);
                    var expected = model.Input(sent.DeviceId, sent.Sequence, sent.At, input.Part, input.Occupied, input.Free, input.Change, place.Now);
                    Assert.Equal(expected, place.Send(sent).Status.ToString().ToLowerInvariant());
                    break;
                case CorrectStep correct:
                    model.Correct(correct.Part, correct.Occupied, place.Now);
                    place.Do(scenario.CommandOf(step, place.Now));
                    break;
                case CapacityStep change:
                    model.ChangeCapacity(change.Part, change.Capacity, place.Now.AddSeconds(change.Delay), place.Now);
                    place.Do(scenario.CommandOf(step, place.Now));
                    break;
                case OperateStep operate:
                    model.Operate(operate.Operation, place.Now);
                    place.Do(scenario.CommandOf(step, place.Now));
                    break;
            }
            model.PassTime(place.Now);
            place.Do(PassTime.Instance);
            Assert.Equal(model.Occupied, place.State.Occupied);
            Assert.Equal(model.Capacity, place.State.Capacity);
            Assert.Equal(model.Level, place.State.Level);
            Assert.Equal(model.StateAt(place.Now), place.State.State);
            Assert.Equal(model.Zones, place.State.Zones.Select(zone => (zone.Occupied, zone.FreeOnly, zone.Level)));
            Assert.Equal(model.Inputs, place.State.Devices.Values.Sum(device => device.Inputs));
        });
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Scenarios)])]
    public void Free_is_never_negative_nor_above_the_capacity(Scenario scenario) => Run(scenario, (place, step) =>
    {
        place.Do(scenario.CommandOf(step, place.Now));
        var view = place.View;
        Within(view.Free, view.Capacity);
        foreach (var zone in view.Zones)
            Within(zone.Free, zone.Capacity);
        Assert.False(view.Occupied < 0);
        Assert.Equal(view.Occupied > view.Capacity, view.OverCapacity);

        static void Within(int? free, int? capacity) => Assert.False(free < 0 || free > capacity, $"{free} of {capacity}");
    });

    [Property(MaxTest = 200, Arbitrary = [typeof(Scenarios)])]
    public void Replaying_the_events_gives_the_same_state(Scenario scenario)
    {
        TestPlace? last = null;
        Run(scenario, (place, step) => (last = place).Do(scenario.CommandOf(step, place.Now)));
        if (last is null)
            return;
        var replayed = last.History.Aggregate(OccupancyState.Empty, (state, entry) => OccupancyEvolution.Apply(state, Stored(entry.Event), entry.At));
        Assert.Equal(Text(last.State), Text(replayed));

        static OccupancyEvent Stored(OccupancyEvent happened) =>
            JsonSerializer.Deserialize(JsonSerializer.Serialize(happened, DomainJson.Instance.OccupancyEvent), DomainJson.Instance.OccupancyEvent)!;
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Scenarios)])]
    public void Replaying_the_tail_from_a_snapshot_gives_the_same_state(Scenario scenario, ushort where)
    {
        TestPlace? last = null;
        Run(scenario, (place, step) => (last = place).Do(scenario.CommandOf(step, place.Now)));
        if (last is null)
            return;
        var cut = where % (last.History.Count + 1);
        var state = OccupancyState.Empty;
        for (var i = 0; i < last.History.Count; i++)
        {
            if (i == cut)
                state = Restored(state);
            state = OccupancyEvolution.Apply(state, last.History[i].Event, last.History[i].At);
        }
        Assert.Equal(Text(last.State), Text(state));
        Assert.Equal(Text(state), Text(Restored(state)));
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Scenarios)])]
    public void A_restored_place_decides_as_the_living_one_does(Scenario scenario) => Run(scenario, (place, step) =>
    {
        var command = scenario.CommandOf(step, place.Now);
        var restored = OccupancyDecider.Decide(Restored(place.State), command, place.Now);
        var living = place.Do(command);
        Assert.Equal(living.Rejection, restored.Rejection);
        Assert.Equal(living.Events, restored.Events);
    });

    [Property(MaxTest = 200, Arbitrary = [typeof(Scenarios)])]
    public void Time_changes_nothing_before_the_deadline_and_the_deadline_always_moves_on(Scenario scenario) => Run(scenario, (place, step) =>
    {
        place.Do(scenario.CommandOf(step, place.Now));
        if (place.NextDeadline is { } due && due <= place.Now)
        {
            Assert.NotEmpty(place.Do(PassTime.Instance).Events);
            Assert.True(place.NextDeadline is null || place.NextDeadline > place.Now, "Doing what is due left it due.");
        }
        var (state, now) = (place.State, place.Now);
        for (var i = 0; i < 5 && OccupancyClock.NextDeadline(state, now) is { } deadline; i++)
        {
            Assert.True(deadline > now, $"The deadline {deadline:O} does not move on from {now:O}.");
            Assert.Empty(OccupancyDecider.Decide(state, PassTime.Instance, now + (deadline - now) / 2).Events);
            Assert.Empty(OccupancyDecider.Decide(state, PassTime.Instance, deadline.AddTicks(-1)).Events);
            foreach (var happened in OccupancyDecider.Decide(state, PassTime.Instance, deadline).Events)
                state = OccupancyEvolution.Apply(state, happened, deadline);
            now = deadline;
        }
    });

    [Property(MaxTest = 200, Arbitrary = [typeof(Scenarios)])]
    public void Everything_sent_twice_ends_where_once_ends(Scenario scenario)
    {
        var once = TestPlace.Of(scenario.Profile);
        var twice = TestPlace.Of(scenario.Profile);
        foreach (var step in scenario.Steps)
        {
            once.Now = twice.Now = once.Now.AddSeconds(step.Seconds);
            if (step is not InputStep input)
                continue;
            var sent = scenario.InputOf(input, once.Now);
            var first = once.Send(sent);
            Assert.Equal(first.Status, twice.Send(sent).Status);
            var again = twice.Send(sent);
            Assert.Equal(first.Status == InputStatus.Refused ? InputStatus.Refused : InputStatus.Duplicate, again.Status);
            if (first.Status is InputStatus.Accepted or InputStatus.Late)
                Assert.Equal(first.Status, again.First);
        }
        Assert.Equal(Text(once.State), Text(twice.State));
    }

    [Property(MaxTest = 1000)]
    public void Levels_equal_a_naive_formula(ushort occupied, ushort capacity, byte previous)
    {
        var held = previous % 6 is var level and < 5 ? (Level?)level : null;
        // Near the capacity, where the thresholds are.
        var inside = occupied % (capacity * 5 / 4 + 1);
        Assert.Equal(NaivePlace.LevelOf(held, inside, capacity), LevelThresholds.Default.Next(held, inside, capacity));
    }
}

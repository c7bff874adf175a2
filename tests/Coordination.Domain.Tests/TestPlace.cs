using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;

namespace Coordination.Domain.Tests;

/// <summary>A place driven through the rules as a grain would: decide, apply, keep the events. The clock moves by hand.</summary>
internal sealed class TestPlace
{
    /// <summary>A Monday, 10:00 in Shanghai.</summary>
    public static readonly DateTimeOffset Monday = new(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(8));

    public OccupancyState State { get; private set; } = OccupancyState.Empty;

    public DateTimeOffset Now { get; set; } = Monday;

    public List<(OccupancyEvent Event, DateTimeOffset At)> History { get; } = [];

    public OccupancyView View => OccupancyView.Of(new PlaceId(PlaceKind.ParkingLot, "lot"), State, 1, History.Count)!;

    public DateTimeOffset? NextDeadline => OccupancyClock.NextDeadline(State, Now);

    public static TestPlace Of(PlaceProfile profile)
    {
        var place = new TestPlace();
        Assert.Null(place.Do(new DefinePlace(profile)).Rejection);
        return place;
    }

    /// <summary>A car park without zones, never read.</summary>
    public static TestPlace Lot(int? capacity, OpeningHours? hours = null) =>
        Of(new ParkingLotProfile { Name = "北停车场", Capacity = capacity, OpeningHours = hours });

    /// <summary>A car park with the zones a, b, c, … of these capacities, never read.</summary>
    public static TestPlace Zoned(params int?[] capacities) => Of(new ParkingLotProfile
    {
        Name = "北停车场",
        Zones = [.. capacities.Select((capacity, i) => new ZoneProfile(((char)('a' + i)).ToString(), $"第{i + 1}层", Capacity: capacity))],
    });

    public Decision<OccupancyEvent> Do(OccupancyCommand command)
    {
        var decision = OccupancyDecider.Decide(State, command, Now);
        Keep(decision);
        return decision;
    }

    public InputOutcome Send(OccupancyInput input)
    {
        var before = State;
        var decision = OccupancyDecider.Decide(State, new RecordInput(input), Now);
        Keep(decision);
        return OccupancyDecider.OutcomeOf(before, input, decision, History.Count);
    }

    public InputOutcome Read(int occupied, long sequence, string? zone = null, string device = "d1", DateTimeOffset? at = null) =>
        Send(new OccupancyInput { DeviceId = device, Sequence = sequence, At = at ?? Now, Occupied = occupied, Zone = zone });

    public InputOutcome ReadFree(int free, long sequence, string? zone = null, string device = "d1", DateTimeOffset? at = null) =>
        Send(new OccupancyInput { DeviceId = device, Sequence = sequence, At = at ?? Now, Free = free, Zone = zone });

    public InputOutcome Move(int change, long sequence, string? zone = null, string device = "d1", DateTimeOffset? at = null) =>
        Send(new OccupancyInput
        {
            DeviceId = device,
            Sequence = sequence,
            At = at ?? Now,
            Direction = change < 0 ? Direction.Out : Direction.In,
            Count = Math.Abs(change),
            Zone = zone,
        });

    /// <summary>Moves the clock and does what is due.</summary>
    public Decision<OccupancyEvent> Pass(TimeSpan time)
    {
        Now += time;
        return Do(PassTime.Instance);
    }

    private void Keep(Decision<OccupancyEvent> decision)
    {
        Assert.True(decision.Rejection is null || decision.Events.Count == 0, "A rejection comes without events.");
        foreach (var happened in decision.Events)
        {
            State = OccupancyEvolution.Apply(State, happened, Now);
            History.Add((happened, Now));
        }
    }
}

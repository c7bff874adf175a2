using System.Text.Json;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;

namespace Coordination.Domain.Tests.Json;

/// <summary>Snapshots as they lie in the stores of others; see <see cref="PinnedEventTests"/>.</summary>
public sealed class PinnedStateTests
{
    private const string Place =
        """{"profile":{"kind":"parkingLot","name":"北停车场","timeZone":"Asia/Shanghai","zones":[{"id":"a","name":"A区","capacity":100,"purpose":"general"},{"id":"ev","name":"充电","capacity":20,"purpose":"charging"}],"openingHours":{"weekly":[{"day":"monday","periods":[{"opens":"06:00","closes":"23:00"}]}],"exceptions":[]}},"zones":[{"id":"a","occupied":70,"countedAt":"2026-03-02T10:01:00+08:00","level":"busy","stale":false},{"id":"ev","occupied":15,"countedAt":"2026-03-02T10:01:00+08:00","level":"busy","stale":false}],"state":"open","level":"busy","operation":"open","operationReason":"灯会","simulated":true,"devices":{"Cam":{"seen":[-1,1,1],"late":[-1],"lastSequence":1,"lastReadingAt":"2026-03-02T10:01:00+08:00","lastSeenAt":"2026-03-02T10:01:00+08:00","inputs":1,"lateInputs":0,"moved":0,"lastDrift":0,"totalDrift":0,"totalMoved":0},"cam":{"seen":[-1,1,4],"late":[-1,4,4],"lastSequence":4,"lastReadingAt":"2026-03-02T10:01:00+08:00","lastSeenAt":"2026-03-02T10:01:00+08:00","inputs":4,"lateInputs":1,"moved":0,"lastDrift":-2,"totalDrift":2,"totalMoved":0,"refused":{"free-above-capacity":1,"negative-count":3},"lastRefusedAt":"2026-03-02T10:01:00+08:00"},"gate":{"seen":[-1,1,1],"late":[-1],"lastSequence":1,"lastSeenAt":"2026-03-02T10:00:00+08:00","inputs":1,"lateInputs":0,"moved":12,"totalDrift":0,"totalMoved":12}},"scheduled":[{"effectiveAt":"2026-03-03T10:00:00+08:00","rules":{"staleAfterMinutes":10}},{"effectiveAt":"2026-03-04T10:00:00+08:00","zone":"a","capacity":900}],"minutes":[60,2880,29540280,87,75,87,29540281,85,85,85],"hours":[3600,9600,492338,85,75,87]}""";

    private const string Community =
        """{"profile":{"name":"京铁家园","timeZone":"Asia/Shanghai","street":"六里桥街道","buildings":[{"id":"1","name":"1号楼"}],"places":["parking-lots/jingtie-north"],"facilities":[]}}""";

    [Fact]
    public void A_snapshot_of_a_place_reads_and_is_written_the_same()
    {
        var state = JsonSerializer.Deserialize(Place, DomainJson.Instance.OccupancyState)!;
        Assert.Equal(Place, JsonSerializer.Serialize(state, DomainJson.Instance.OccupancyState));
        Assert.True(state is { State: PlaceState.Open, Level: Level.Busy, Operation: Operation.Open, OperationReason: "灯会", Simulated: true, Occupied: 85, Capacity: 120 });
        Assert.Equal(2, state.Scheduled.Length);
        Assert.Equal(["Cam", "cam", "gate"], state.Devices.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(3, state.Devices["cam"].Refused!["negative-count"]);
        Assert.Equal(SequenceSet.Membership.Seen, state.Devices["cam"].Late.Find(4));
    }

    [Fact]
    public void What_happened_to_the_place_in_the_snapshot_gives_the_snapshot() =>
        Assert.Equal(Place, JsonSerializer.Serialize(AfterAnEventfulMinute(), DomainJson.Instance.OccupancyState));

    [Fact]
    public void A_snapshot_of_a_community_reads_and_is_written_the_same()
    {
        var state = JsonSerializer.Deserialize(Community, DomainJson.Instance.CommunityState)!;
        Assert.Equal(Community, JsonSerializer.Serialize(state, DomainJson.Instance.CommunityState));
        Assert.Equal("1号楼", state.Profile!.Buildings[0].Name);
    }

    [Fact]
    public void Empty_states_read_back_as_empty()
    {
        Assert.Equal("{}", JsonSerializer.Serialize(CommunityState.Empty, DomainJson.Instance.CommunityState));
        const string empty = """{"zones":[],"state":"unknown","operation":"automatic","simulated":false,"devices":{},"scheduled":[],"minutes":[60,2880],"hours":[3600,9600]}""";
        Assert.Equal(empty, JsonSerializer.Serialize(OccupancyState.Empty, DomainJson.Instance.OccupancyState));
        Assert.Equal(empty, JsonSerializer.Serialize(JsonSerializer.Deserialize(empty, DomainJson.Instance.OccupancyState)!, DomainJson.Instance.OccupancyState));
    }

    [Fact]
    public void An_old_snapshot_without_the_newer_properties_reads_with_their_defaults()
    {
        var state = JsonSerializer.Deserialize("{}", DomainJson.Instance.OccupancyState)!;
        Assert.Equal((BucketSeries.Minutes, BucketSeries.Hours), (state.Minutes, state.Hours));
        Assert.Empty(state.Devices);
        Assert.Empty(state.Zones);
    }

    private static OccupancyState AfterAnEventfulMinute()
    {
        var place = TestPlace.Of(new ParkingLotProfile
        {
            Name = "北停车场",
            Zones = [new("a", "A区", Capacity: 100), new("ev", "充电", Capacity: 20, Purpose: ZonePurpose.Charging)],
            OpeningHours = new OpeningHours([new(DayOfWeek.Monday, [new(new TimeOnly(6, 0), new TimeOnly(23, 0))])], []),
        });
        place.Do(new SetOperation(Operation.Open, "王工", "灯会"));
        place.Read(60, 1, "a", "cam");
        place.Read(15, 2, "ev", "cam");
        place.Move(+12, 1, "a", "gate");
        place.Now += TimeSpan.FromMinutes(1);
        place.Read(70, 3, "a", "cam");
        place.Read(66, 4, "a", "cam", TestPlace.Monday);
        place.Do(new NoteRefusals("cam", "negative-count", 3, place.Now));
        place.Do(new NoteRefusals("cam", "free-above-capacity", 1, place.Now));
        place.Do(new ChangeCapacity("a", 900, TestPlace.Monday.AddDays(2)));
        place.Do(new ChangeRules(new OccupancyRules(StaleAfterMinutes: 10), TestPlace.Monday.AddDays(1)));
        place.Send(new OccupancyInput { DeviceId = "Cam", Sequence = 1, At = place.Now, Zone = "ev", Occupied = 15, Simulated = true });
        return place.State;
    }
}

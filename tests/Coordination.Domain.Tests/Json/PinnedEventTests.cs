using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Domain.Tests.Json;

/// <summary>
/// Events as they lie in the stores of others. A text here is never edited: when an event gets a new property, a new example is
/// added beside the old one, which must still read.
/// </summary>
public sealed class PinnedEventTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(8));

    private static readonly (string Text, OccupancyEvent Event)[] Occupancy =
    [
        ("""{"type":"placeDefined","profile":{"kind":"parkingLot","maxHeightCentimetres":210,"name":"京铁家园北停车场","nameEn":"Jingtie North","timeZone":"Asia/Shanghai","address":"六里桥1号","city":"北京","district":"丰台区","street":"六里桥街道","community":"jingtie","zones":[{"id":"b1","name":"地下一层","nameEn":"Level B1","capacity":400,"purpose":"general"},{"id":"ev","name":"充电","capacity":20,"purpose":"charging"}],"openingHours":{"weekly":[{"day":"monday","periods":[{"opens":"06:00","closes":"23:00"}]},{"day":"saturday","periods":[{"opens":"18:00","closes":"02:00"}]}],"exceptions":[{"date":"2026-05-01","periods":[],"reason":"劳动节"}]},"rules":{"levels":{"busy":50,"warning":70,"critical":85,"full":100,"hysteresis":3},"staleAfterMinutes":15},"initialOccupied":0}}""",
            new PlaceDefined(new ParkingLotProfile
            {
                Name = "京铁家园北停车场",
                NameEn = "Jingtie North",
                Address = "六里桥1号",
                City = "北京",
                District = "丰台区",
                Street = "六里桥街道",
                Community = "jingtie",
                MaxHeightCentimetres = 210,
                Zones = [new("b1", "地下一层", "Level B1", 400), new("ev", "充电", Capacity: 20, Purpose: ZonePurpose.Charging)],
                OpeningHours = new OpeningHours(
                    [
                        new(DayOfWeek.Monday, [new(new TimeOnly(6, 0), new TimeOnly(23, 0))]),
                        new(DayOfWeek.Saturday, [new(new TimeOnly(18, 0), new TimeOnly(2, 0))]),
                    ],
                    [new(new DateOnly(2026, 5, 1), [], "劳动节")]),
                Rules = new OccupancyRules(new LevelThresholds(50, 70, 85, 100, 3), 15),
                InitialOccupied = 0,
            })),
        ("""{"type":"placeDefined","profile":{"kind":"parkingLot","name":"P","timeZone":"Europe/London","capacity":577,"zones":[]}}""",
            new PlaceDefined(new ParkingLotProfile { Name = "P", TimeZone = "Europe/London", Capacity = 577 })),
        ("""{"type":"placeDefined","profile":{"kind":"scenicArea","grade":"5A","gates":[{"id":"east","name":"东门","nameEn":"East Gate"}],"dailyCapacity":30000,"visitMinutes":120,"name":"公园","timeZone":"Asia/Shanghai","zones":[{"id":"lawn","name":"草坪","purpose":"general","areaSquareMetres":1000.5,"squareMetresPerVisitor":2.5}]}}""",
            new PlaceDefined(new ScenicAreaProfile
            {
                Name = "公园",
                Grade = "5A",
                Gates = [new("east", "东门", "East Gate")],
                DailyCapacity = 30000,
                VisitMinutes = 120,
                Zones = [new("lawn", "草坪", AreaSquareMetres: 1000.5, SquareMetresPerVisitor: 2.5)],
            })),
        ("""{"type":"readingRecorded","deviceId":"cam-1","sequence":7,"at":"2026-03-02T10:00:00+08:00","occupied":412}""",
            new ReadingRecorded("cam-1", 7, At, 412)),
        ("""{"type":"readingRecorded","deviceId":"cam-1","sequence":8,"at":"2026-03-02T10:00:00+08:00","occupied":70,"free":30,"zone":"b1","late":true,"drift":-2,"simulated":true}""",
            new ReadingRecorded("cam-1", 8, At, 70, 30, "b1", true, -2, true)),
        ("""{"type":"readingRecorded","deviceId":"feed","sequence":9,"at":"2026-03-02T10:00:00+08:00","free":30}""",
            new ReadingRecorded("feed", 9, At, null, 30)),
        ("""{"type":"movementRecorded","deviceId":"gate:1","sequence":9007199254740991,"at":"2026-03-02T10:00:00.25+08:00","direction":"in","count":3}""",
            new MovementRecorded("gate:1", 9007199254740991, At.AddMilliseconds(250), Direction.In, 3)),
        ("""{"type":"movementRecorded","deviceId":"gate:1","sequence":2,"at":"2026-03-02T10:00:00+08:00","direction":"out","count":1,"zone":"b1","late":true,"simulated":true}""",
            new MovementRecorded("gate:1", 2, At, Direction.Out, 1, "b1", true, true)),
        ("""{"type":"countCorrected","zone":"b1","occupied":35,"drift":-5,"by":"王工","reason":"人工清点"}""",
            new CountCorrected("b1", 35, -5, "王工", "人工清点")),
        ("""{"type":"countCorrected","occupied":35,"by":"王工","reason":"人工清点"}""",
            new CountCorrected(null, 35, null, "王工", "人工清点")),
        ("""{"type":"capacityChangeScheduled","zone":"b1","capacity":1000,"effectiveAt":"2026-03-02T10:00:00+08:00"}""",
            new CapacityChangeScheduled("b1", 1000, At)),
        ("""{"type":"capacityChanged","capacity":1000,"scheduledFor":"2026-03-02T10:00:00+08:00"}""",
            new CapacityChanged(null, 1000, At)),
        ("""{"type":"capacityChanged","zone":"b1"}""",
            new CapacityChanged("b1", null)),
        ("""{"type":"rulesChangeScheduled","rules":{"levels":{"busy":60,"warning":80,"critical":90,"full":100,"hysteresis":2},"staleAfterMinutes":30},"effectiveAt":"2026-03-02T10:00:00+08:00"}""",
            new RulesChangeScheduled(new OccupancyRules(new LevelThresholds()), At)),
        ("""{"type":"rulesChanged","rules":{"staleAfterMinutes":10},"scheduledFor":"2026-03-02T10:00:00+08:00"}""",
            new RulesChanged(new OccupancyRules(null, 10), At)),
        ("""{"type":"operationSet","operation":"closed","by":"王工","reason":"台风"}""",
            new OperationSet(Operation.Closed, "王工", "台风")),
        ("""{"type":"stateRefreshed","state":"stale"}""",
            new StateRefreshed(PlaceState.Stale)),
        ("""{"type":"refusalsNoted","deviceId":"cam-1","code":"negative-count","count":3,"lastAt":"2026-03-02T10:00:00+08:00"}""",
            new RefusalsNoted("cam-1", "negative-count", 3, At)),
    ];

    private static readonly (string Text, CommunityEvent Event)[] Communities =
    [
        ("""{"type":"communityDefined","profile":{"name":"京铁家园","nameEn":"Jingtie Homes","timeZone":"Asia/Shanghai","city":"北京","district":"丰台区","street":"六里桥街道","buildings":[{"id":"1","name":"1号楼","nameEn":"Building 1"}],"places":["parking-lots/jingtie-north"],"facilities":[{"type":"canteen","name":"食堂"}]}}""",
            new CommunityDefined(new CommunityProfile
            {
                Name = "京铁家园",
                NameEn = "Jingtie Homes",
                City = "北京",
                District = "丰台区",
                Street = "六里桥街道",
                Buildings = [new("1", "1号楼", "Building 1")],
                Places = ["parking-lots/jingtie-north"],
                Facilities = [new("canteen", "食堂")],
            })),
    ];

    [Fact]
    public void Every_pinned_event_of_a_place_reads_as_it_was_meant_and_is_written_the_same() => Assert.All(Occupancy, pinned =>
    {
        Assert.Equal(pinned.Event, JsonSerializer.Deserialize(pinned.Text, DomainJson.Instance.OccupancyEvent));
        Assert.Equal(pinned.Text, JsonSerializer.Serialize(pinned.Event, DomainJson.Instance.OccupancyEvent));
    });

    [Fact]
    public void Every_pinned_event_of_a_community_reads_as_it_was_meant_and_is_written_the_same() => Assert.All(Communities, pinned =>
    {
        Assert.Equal(pinned.Event, JsonSerializer.Deserialize(pinned.Text, DomainJson.Instance.CommunityEvent));
        Assert.Equal(pinned.Text, JsonSerializer.Serialize(pinned.Event, DomainJson.Instance.CommunityEvent));
    });

    [Fact]
    public void No_type_of_event_is_without_a_pinned_example()
    {
        AssertPinned(typeof(OccupancyEvent), Occupancy.Select(pinned => pinned.Event.GetType()));
        AssertPinned(typeof(CommunityEvent), Communities.Select(pinned => pinned.Event.GetType()));
        AssertPinned(typeof(PlaceProfile), Occupancy.Select(pinned => pinned.Event).OfType<PlaceDefined>().Select(defined => defined.Profile.GetType()));

        static void AssertPinned(Type root, IEnumerable<Type> pinned) => Assert.Empty(
            root.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType).Except(pinned));
    }

    [Fact]
    public void No_event_is_without_a_name_to_be_stored_under()
    {
        foreach (var root in new[] { typeof(OccupancyEvent), typeof(CommunityEvent), typeof(PlaceProfile) })
        {
            Assert.Equal(
                TypesBeside(root).Where(type => type.IsSubclassOf(root)).ToHashSet(),
                root.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType).ToHashSet());
        }
    }

    private static IEnumerable<Type> TypesBeside(Type root)
    {
        try
        {
            return root.Assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            // The generated serializers of wire types need a library that only their users bring along; events are not among them.
            return e.Types.OfType<Type>();
        }
    }

    [Theory]
    [InlineData("""{"type":"readingRecorded","deviceId":"cam-1","sequence":7,"at":"2026-03-02T02:00:00Z","occupied":412,"addedLater":{"x":1}}""")]
    public void A_property_that_a_newer_version_added_does_not_stop_an_older_one_from_reading(string text) =>
        Assert.Equal(412, Assert.IsType<ReadingRecorded>(JsonSerializer.Deserialize(text, DomainJson.Instance.OccupancyEvent)).Occupied);
}

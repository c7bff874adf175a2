using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class DefinitionTests
{
    private static readonly ParkingLotProfile Minimal = new() { Name = "北停车场" };

    [Fact]
    public void A_new_place_is_unknown_not_empty()
    {
        var place = TestPlace.Lot(100);
        Assert.True(place.View is { Occupied: null, Free: null, Level: null, State: PlaceState.Unknown });
    }

    [Fact]
    public void A_place_that_opens_empty_starts_at_zero_and_counts_from_there()
    {
        var place = TestPlace.Of(Minimal with { Capacity = 10, InitialOccupied = 0 });
        Assert.True(place.View is { Occupied: 0, Free: 10, Level: Level.Comfortable, State: PlaceState.Open });
        place.Move(+2, 1);
        Assert.Equal(2, place.View.Occupied);
    }

    [Fact]
    public void An_initial_count_is_only_looked_at_when_the_place_is_new()
    {
        var place = TestPlace.Of(Minimal with { Capacity = 10, InitialOccupied = 4 });
        place.Read(7, 1);
        place.Do(new DefinePlace(Minimal with { Capacity = 20, InitialOccupied = 0 }));
        Assert.True(place.View is { Occupied: 7, Capacity: 20 });
    }

    [Fact]
    public void A_place_with_zones_can_start_empty_but_not_with_a_count()
    {
        var zoned = Minimal with { Zones = [new("a", "A", Capacity: 5), new("b", "B", Capacity: 5)] };
        Assert.Equal(0, TestPlace.Of(zoned with { InitialOccupied = 0 }).View.Occupied);
        Assert.Equal("initialOccupied", (zoned with { InitialOccupied = 1 }).Validate()?.Field);
    }

    [Fact]
    public void The_same_profile_again_changes_nothing()
    {
        var profile = Minimal with { OpeningHours = OpeningHours.Daily(new TimeOnly(8, 0), new TimeOnly(20, 0)), Zones = [new("a", "A")] };
        var place = TestPlace.Of(profile);
        var again = profile with { OpeningHours = OpeningHours.Daily(new TimeOnly(8, 0), new TimeOnly(20, 0)), Zones = [new("a", "A")] };
        Assert.Empty(place.Do(new DefinePlace(again)).Events);
        Assert.Single(place.Do(new DefinePlace(again with { Name = "南停车场" })).Events);
    }

    [Fact]
    public void Put_only_if_new_is_a_conflict_when_it_exists() =>
        Assert.Equal("place-exists", TestPlace.Of(Minimal).Do(new DefinePlace(Minimal, 0)).Rejection?.Code);

    [Fact]
    public void A_place_keeps_its_kind() =>
        Assert.Equal("kind-differs", TestPlace.Of(Minimal).Do(new DefinePlace(new ScenicAreaProfile { Name = "x" })).Rejection?.Code);

    [Fact]
    public void A_new_capacity_in_the_profile_gives_a_new_level()
    {
        var place = TestPlace.Lot(100);
        place.Read(90, 1);
        place.Do(new DefinePlace(place.State.Profile! with { Capacity = 900 }));
        Assert.True(place.View is { Level: Level.Comfortable, Free: 810 });
    }

    [Fact]
    public void A_correction_sets_the_count_and_names_who_and_why()
    {
        var place = TestPlace.Lot(100);
        place.Read(40, 1);
        place.Now += TimeSpan.FromMinutes(1);
        place.Do(new CorrectCount(null, 35, "王工", "人工清点"));
        Assert.True(place.History[^1].Event is CountCorrected { Drift: -5, By: "王工", Reason: "人工清点" });
        Assert.Equal(35, place.View.Occupied);
        Assert.Equal(place.Now, place.View.CountedAt);
        Assert.Equal("negative-count", place.Do(new CorrectCount(null, -1, "王工", "错")).Rejection?.Code);
        Assert.Equal("zone-unknown", place.Do(new CorrectCount("z", 1, "王工", "错")).Rejection?.Code);
    }

    public static TheoryData<string, PlaceProfile> OverTheLimit => new()
    {
        { "name", Minimal with { Name = "" } },
        { "name", Minimal with { Name = "   " } },
        { "name", Minimal with { Name = null! } },
        { "name", Minimal with { Name = new string('名', 81) } },
        { "nameEn", Minimal with { NameEn = new string('n', 121) } },
        { "address", Minimal with { Address = new string('a', 201) } },
        { "city", Minimal with { City = new string('c', 81) } },
        { "district", Minimal with { District = new string('c', 81) } },
        { "street", Minimal with { Street = new string('c', 81) } },
        { "community", Minimal with { Community = "Not A Slug" } },
        { "timeZone", Minimal with { TimeZone = "Mars/Olympus" } },
        { "timeZone", Minimal with { TimeZone = "" } },
        { "timeZone", Minimal with { TimeZone = "../../etc/passwd" } },
        { "timeZone", Minimal with { TimeZone = "China Standard Time" } },
        { "timeZone", Minimal with { TimeZone = new string('z', 65) } },
        { "capacity", Minimal with { Capacity = -1 } },
        { "capacity", Minimal with { Capacity = PlaceProfile.MaxCount + 1 } },
        { "capacity", Minimal with { Capacity = 5, Zones = [new("a", "A")] } },
        { "initialOccupied", Minimal with { InitialOccupied = -1 } },
        { "zones", Minimal with { Zones = [.. Enumerable.Range(0, 65).Select(i => new ZoneProfile($"z{i}", "Z"))] } },
        { "zones", Minimal with { Zones = [new("a", "A"), new("a", "B")] } },
        { "zones", Minimal with { Zones = [new("A b", "A")] } },
        { "zones", Minimal with { Zones = [new(null!, "A")] } },
        { "zones", Minimal with { Zones = [null!] } },
        { "zones", Minimal with { Zones = [new("a", " ")] } },
        { "zones", Minimal with { Zones = [new("a", "A", Capacity: -1)] } },
        { "zones", Minimal with { Zones = [new("a", "A", Purpose: (ZonePurpose)9)] } },
        { "zones", Minimal with { Zones = [new("a", "A", AreaSquareMetres: 0, SquareMetresPerVisitor: 1)] } },
        { "zones", Minimal with { Zones = [new("a", "A", AreaSquareMetres: double.NaN, SquareMetresPerVisitor: 1)] } },
        { "zones", Minimal with { Zones = [new("a", "A", AreaSquareMetres: 1e9, SquareMetresPerVisitor: 0.1)] } },
        { "zones", Minimal with { Zones = [new("a", "A", AreaSquareMetres: 10, SquareMetresPerVisitor: 0.01)] } },
        { "rules.staleAfterMinutes", Minimal with { Rules = new OccupancyRules(StaleAfterMinutes: 0) } },
        { "rules.levels", Minimal with { Rules = new OccupancyRules(new LevelThresholds(Busy: 90)) } },
        { "maxHeightCentimetres", Minimal with { MaxHeightCentimetres = 99 } },
        { "openingHours.weekly", Minimal with { OpeningHours = new OpeningHours([null!], []) } },
        { "openingHours.weekly", Minimal with { OpeningHours = new OpeningHours([new(DayOfWeek.Monday, [null!])], []) } },
        { "openingHours.weekly", Minimal with { OpeningHours = new OpeningHours([new((DayOfWeek)8, [])], []) } },
        { "openingHours.weekly", Minimal with { OpeningHours = new OpeningHours([new(DayOfWeek.Monday, []), new(DayOfWeek.Monday, [])], []) } },
        { "openingHours.exceptions", Minimal with { OpeningHours = new OpeningHours([], [null!]) } },
        { "openingHours.exceptions", Minimal with { OpeningHours = new OpeningHours([], [new(new DateOnly(2026, 1, 1), [null!])]) } },
        { "openingHours.exceptions", Minimal with { OpeningHours = new OpeningHours([], [new(new DateOnly(2026, 1, 1), []), new(new DateOnly(2026, 1, 1), [])]) } },
        { "openingHours.exceptions", Minimal with { OpeningHours = new OpeningHours([], [new(new DateOnly(2026, 1, 1), [], new string('r', 201))]) } },
        { "openingHours.exceptions", Minimal with { OpeningHours = new OpeningHours([], [.. Enumerable.Range(0, 401).Select(i => new HoursException(new DateOnly(2026, 1, 1).AddDays(i), []))]) } },
        { "grade", new ScenicAreaProfile { Name = "x", Grade = new string('A', 21) } },
        { "gates", new ScenicAreaProfile { Name = "x", Gates = [null!] } },
        { "gates", new ScenicAreaProfile { Name = "x", Gates = [new("east", "东门"), new("east", "东门")] } },
        { "dailyCapacity", new ScenicAreaProfile { Name = "x", DailyCapacity = -1 } },
        { "visitMinutes", new ScenicAreaProfile { Name = "x", VisitMinutes = 4 } },
    };

    [Theory]
    [MemberData(nameof(OverTheLimit), DisableDiscoveryEnumeration = true)]
    public void A_profile_over_a_limit_is_malformed_and_the_field_is_named(string field, PlaceProfile profile)
    {
        var rejection = new TestPlace().Do(new DefinePlace(profile)).Rejection;
        Assert.Equal((RejectionKind.Malformed, field), (rejection?.Kind, rejection?.Field));
    }

    [Fact]
    public void A_place_needs_a_profile() => Assert.Equal("profile", new TestPlace().Do(new DefinePlace(null!)).Rejection?.Field);

    [Fact]
    public void A_profile_at_its_limits_is_taken()
    {
        var place = TestPlace.Of(new ParkingLotProfile
        {
            Name = new string('名', 80),
            NameEn = new string('n', 120),
            TimeZone = "UTC",
            Community = new string('c', PlaceId.MaxSlugLength),
            MaxHeightCentimetres = 1000,
            Zones = [.. Enumerable.Range(0, PlaceProfile.MaxZones).Select(i => new ZoneProfile($"z{i}", "Z", Capacity: PlaceProfile.MaxCount))],
            InitialOccupied = 0,
        });
        Assert.Equal(640_000_000, place.View.Free);
    }

    [Fact]
    public void Refusals_are_noted_for_devices_the_place_knows()
    {
        var place = TestPlace.Lot(10);
        place.Read(1, 1);
        place.Do(new NoteRefusals("d1", "negative-count", 3, place.Now));
        place.Do(new NoteRefusals("d1", "negative-count", 2, place.Now));
        Assert.Equal(5, place.State.Devices["d1"].Refused!["negative-count"]);
        Assert.Single(place.Do(new NoteRefusals("never-good", "negative-count", 3, place.Now)).Events);
        Assert.Equal(3, place.State.Devices["never-good"].Refused!["negative-count"]);
        Assert.Empty(place.Do(new NoteRefusals("no device id", "negative-count", 3, place.Now)).Events);
        Assert.Empty(place.Do(new NoteRefusals("d1", "negative-count", 0, place.Now)).Events);
    }
}

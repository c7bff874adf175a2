using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;
using Coordination.Testing;

namespace Coordination.Cli.Tests.Import;

public sealed class SeedTests
{
    private sealed record Seeds
    {
        public Dictionary<string, CommunityProfile> Communities { get; init; } = [];
        public Dictionary<string, ParkingLotProfile> ParkingLots { get; init; } = [];
        public Dictionary<string, ScenicAreaProfile> ScenicAreas { get; init; } = [];
    }

    private static readonly Seeds All = ReadAll();

    [Fact]
    public void Every_seed_place_keeps_the_rules()
    {
        Assert.All(All.Communities, seed => Check(seed.Key, seed.Value.Validate()));
        Assert.All(All.ParkingLots, seed => Check(seed.Key, seed.Value.Validate()));
        Assert.All(All.ScenicAreas, seed => Check(seed.Key, seed.Value.Validate()));

        static void Check(string slug, Rejection? rejection)
        {
            Assert.True(PlaceId.IsSlug(slug), slug);
            Assert.True(rejection is null, $"{slug}: {rejection}");
        }
    }

    [Fact]
    public void Every_place_has_a_Chinese_and_an_English_name() =>
        Assert.All(
            All.Communities.Values.Select(seed => (seed.Name, seed.NameEn))
                .Concat(All.ParkingLots.Values.Select(seed => (seed.Name, seed.NameEn)))
                .Concat(All.ScenicAreas.Values.Select(seed => (seed.Name, seed.NameEn))),
            names => Assert.True(names.Name.Any(c => c > 0x4E00) && names.NameEn is { Length: > 0 }));

    [Fact]
    public void Communities_and_their_places_name_each_other()
    {
        Assert.All(All.Communities, community => Assert.All(community.Value.Places, path =>
        {
            Assert.True(PlaceId.TryParse(path, out var place));
            Assert.Equal(community.Key, All.ParkingLots[place.Slug].Community);
        }));
        Assert.All(All.ParkingLots, lot => Assert.Contains($"parking-lots/{lot.Key}", All.Communities[lot.Value.Community!].Places));
    }

    [Fact]
    public void The_places_of_real_life_are_there()
    {
        Assert.Equal(800, All.ParkingLots["jingtie-north"].Zones.Sum(zone => zone.Capacity));
        Assert.Contains(All.ParkingLots["jingtie-north"].Zones, zone => zone.Purpose == ZonePurpose.Charging);
        Assert.Contains(All.ParkingLots["jingtie-north"].Zones, zone => zone.Purpose == ZonePurpose.Accessible);
        Assert.Equal(("丰台区", "六里桥街道", 20), (All.Communities["jingtie-jiayuan"].District, All.Communities["jingtie-jiayuan"].Street, All.Communities["jingtie-jiayuan"].Buildings.Length));
        Assert.True(All.Communities.ContainsKey("lianyiyuan"));
        Assert.Contains(All.Communities["minzhucun"].Facilities, facility => facility.Type == "canteen");
        Assert.Contains(All.Communities["sanhecun"].Facilities, facility => facility.Type == "postalStation");
        Assert.True(All.ScenicAreas.Count >= 6);
        Assert.All(All.ScenicAreas.Values, area =>
            Assert.True(area is { InstantaneousCapacity: > 0, EffectiveDailyCapacity: > 0, OpeningHours: not null } && area.Zones.Length > 1 && area.Gates.Length > 1));
    }

    [Fact]
    public void One_capacity_is_computed_from_its_areas() => Assert.Equal(11_000, All.ScenicAreas["guangfulin"].InstantaneousCapacity);

    private static Seeds ReadAll()
    {
        var all = new Seeds();
        foreach (var file in Directory.GetFiles(Repository.PathOf("seeds"), "*.json"))
        {
            var seeds = JsonSerializer.Deserialize<Seeds>(File.ReadAllText(file), DomainJson.CreateOptions())!;
            foreach (var (slug, profile) in seeds.Communities)
                all.Communities.Add(slug, profile);
            foreach (var (slug, profile) in seeds.ParkingLots)
                all.ParkingLots.Add(slug, profile);
            foreach (var (slug, profile) in seeds.ScenicAreas)
                all.ScenicAreas.Add(slug, profile);
        }
        return all;
    }
}

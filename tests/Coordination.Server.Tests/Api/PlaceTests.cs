using System.Text.Json.Nodes;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Api;

/// <summary>Places over HTTP: put, shown, changed.</summary>
public sealed class PlaceTests(SharedServer server)
{
    [Theory]
    [InlineData("parking-lots", """{ "name": "北区", "capacity": 800, "maxHeightCentimetres": 210 }""", """{ "name": "北区二", "capacity": 800 }""")]
    [InlineData("scenic-areas", """{ "name": "公园", "grade": "5A", "gates": [{ "id": "south", "name": "南门" }], "zones": [{ "id": "lake", "name": "湖", "capacity": 10 }] }""", """{ "name": "公园" }""")]
    [InlineData("communities", """{ "name": "社区", "district": "丰台区", "street": "六里桥街道", "buildings": [{ "id": "b1", "name": "1号楼" }] }""", """{ "name": "新社区" }""")]
    public async Task A_place_is_created_shown_and_replaced(string kind, string profile, string other)
    {
        var path = $"api/{kind}/{SharedServer.NewId("place")}";
        Assert.Equal(404, (await server.Http.Get(path)).Status);
        Assert.Equal(404, (await server.Http.Get(path + "/profile")).Status);

        var created = await server.Http.Put(path, profile);
        Assert.Equal(201, created.Status);
        Assert.Equal(path["api/".Length..], (string?)created["topic"]);
        Assert.Equal($"\"{created["epoch"]}.{created["version"]}\"", created.ETag);

        var shown = await server.Http.Get(path);
        Assert.Equal(created.ETag, shown.ETag);
        Assert.True(JsonNode.DeepEquals(created.Body, shown.Body));

        var kept = await server.Http.Get(path + "/profile");
        foreach (var (name, value) in JsonNode.Parse(profile)!.AsObject())
            Assert.True(value is JsonArray ? kept[name].AsArray().Count == value.AsArray().Count : JsonNode.DeepEquals(value, kept[name]), name);

        var again = await server.Http.Put(path, kept.Body!.ToJsonString()); // What was said comes back as it can be said again.
        Assert.Equal(200, again.Status);
        Assert.Equal(created.ETag, again.ETag);

        var replaced = await server.Http.Put(path, other);
        Assert.Equal(200, replaced.Status);
        Assert.NotEqual(created.ETag, replaced.ETag);
        Assert.Equal((string?)JsonNode.Parse(other)!["name"], (string?)(await server.Http.Get(path))["name"]);
    }

    [Fact]
    public async Task Preconditions_keep_two_clerks_from_overwriting_each_other()
    {
        var path = $"api/parking-lots/{SharedServer.NewId("lot")}";
        Assert.Equal("place-not-found", (await server.Http.Put(path, """{ "name": "A" }""", ("If-Match", "\"1.1\""))).Code);
        var created = await server.Http.Put(path, """{ "name": "A" }""", ("If-None-Match", "*"));
        Assert.Equal(201, created.Status);
        var second = await server.Http.Put(path, """{ "name": "B" }""", ("If-None-Match", "*"));
        Assert.Equal((409, "place-exists"), (second.Status, second.Code));

        Assert.Equal(200, (await server.Http.Put(path, """{ "name": "C" }""", ("If-Match", created.ETag!))).Status);
        var late = await server.Http.Put(path, """{ "name": "D" }""", ("If-Match", created.ETag!));
        Assert.Equal((412, "version-mismatch"), (late.Status, late.Code));
        Assert.Equal("C", (string?)(await server.Http.Get(path))["name"]);
        Assert.Equal("If-Match", (await server.Http.Put(path, """{ "name": "E" }""", ("If-Match", "nonsense"))).Field);

        var community = $"api/communities/{SharedServer.NewId("community")}";
        Assert.Equal(201, (await server.Http.Put(community, """{ "name": "A" }""", ("If-None-Match", "*"))).Status);
        Assert.Equal(409, (await server.Http.Put(community, """{ "name": "A" }""", ("If-None-Match", "*"))).Status);
    }

    [Fact]
    public async Task A_command_sent_again_with_its_key_is_done_once()
    {
        var lot = await server.Http.NewLotAsync();
        var body = """{ "occupied": 7, "by": "王", "reason": "清点" }""";
        var first = await server.Http.Post($"{lot}/corrections", body, ("Idempotency-Key", "k-1"));
        Assert.Equal("done", (string?)first["status"]);
        await server.Http.ReadingAsync(lot, 1, 30);
        var second = await server.Http.Post($"{lot}/corrections", body, ("Idempotency-Key", "k-1"));
        Assert.Equal("replayed", (string?)second["status"]);
        Assert.Equal((long)first["version"]!, (long)second["version"]!);
        Assert.Equal(30, (int)(await server.Http.Get(lot))["occupied"]!);

        var other = await server.Http.Post($"{lot}/corrections", body.Replace('7', '8'), ("Idempotency-Key", "k-1"));
        Assert.Equal((422, "idempotency-key-reused"), (other.Status, other.Code));
        Assert.Equal(422, (await server.Http.Put($"{lot}/operation", """{ "operation": "closed", "by": "王", "reason": "清点" }""", ("Idempotency-Key", "k-1"))).Status);
        Assert.Equal("Idempotency-Key", (await server.Http.Post($"{lot}/corrections", body, ("Idempotency-Key", new string('k', 129)))).Field);

        // The twin: without a key, twice is twice.
        await server.Http.Post($"{lot}/corrections", body);
        Assert.Equal(7, (int)(await server.Http.Get(lot))["occupied"]!);
    }

    [Fact]
    public async Task Eight_hundred_new_spaces_open_at_their_instant()
    {
        var lot = await server.Http.NewLotAsync();
        await server.Http.ReadingAsync(lot, 1, 90);
        Assert.Equal("critical", (string?)(await server.Http.Get(lot))["level"]);
        using var live = await EventStream.OpenAsync(server.Http, lot["api/".Length..]);

        var at = TimeProvider.System.GetUtcNow().AddSeconds(2);
        Assert.Equal("done", (string?)(await server.Http.Post($"{lot}/capacity-changes", $$"""{ "capacity": 900, "effectiveAt": "{{at:O}}" }"""))["status"]);
        var waiting = await live.NextAsync(view => view?["scheduled"] is JsonArray { Count: 1 });
        Assert.Equal(100, (int)waiting["view"]!["capacity"]!);
        var opened = await live.NextAsync(view => (int?)view?["capacity"] == 900);
        Assert.True(TimeProvider.System.GetUtcNow() >= at);
        Assert.Equal((810, "comfortable"), ((int)opened["view"]!["free"]!, (string?)opened["view"]!["level"]));
        Assert.Empty(opened["view"]!["scheduled"]!.AsArray());

        Assert.Equal(200, (await server.Http.Post($"{lot}/capacity-changes", """{ "capacity": 50 }""")).Status);
        var over = await server.Http.Get(lot);
        Assert.Equal((0, true, 180), ((int)over["free"]!, (bool)over["overCapacity"]!, (int)over["percent"]!));
        Assert.Equal(200, (await server.Http.Post($"{lot}/capacity-changes", """{ "capacity": null }""")).Status);
        var unknown = await server.Http.Get(lot);
        Assert.False(unknown.Has("capacity") || unknown.Has("free") || unknown.Has("level"));
        Assert.Equal("time-in-future", (await server.Http.Post($"{lot}/capacity-changes", """{ "capacity": 1, "effectiveAt": "9999-12-31T23:59:59Z" }""")).Code);
    }

    [Fact]
    public async Task Rules_are_changed_and_opening_by_hand_is_stronger_than_the_schedule()
    {
        var lot = await server.Http.NewLotAsync();
        await server.Http.ReadingAsync(lot, 1, 45);
        Assert.Equal("comfortable", (string?)(await server.Http.Get(lot))["level"]);
        await server.Http.Post($"{lot}/rules-changes", """{ "rules": { "levels": { "busy": 20, "warning": 40, "critical": 50, "full": 60, "hysteresis": 1 }, "staleAfterMinutes": 60 } }""");
        Assert.Equal("warning", (string?)(await server.Http.Get(lot))["level"]);
        Assert.Equal("malformed", (await server.Http.Post($"{lot}/rules-changes", """{ "rules": { "staleAfterMinutes": 0 } }""")).Code);

        await server.Http.Put($"{lot}/operation", """{ "operation": "closed", "by": "王", "reason": "积水" }""");
        var closed = await server.Http.Get(lot);
        Assert.Equal(("closed", "closed", "积水"), ((string?)closed["state"], (string?)closed["operation"], (string?)closed["operationReason"]));
        await server.Http.Put($"{lot}/operation", """{ "operation": "automatic", "by": "王", "reason": "已排除" }""");
        Assert.Equal("open", (string?)(await server.Http.Get(lot))["state"]);
    }

    [Fact]
    public async Task An_exception_closes_the_day_it_names_in_the_place_s_own_time_zone()
    {
        const string EveryDay = """[{ "day": "monday", "periods": [{ "opens": "00:00", "closes": "24:00" }] }, { "day": "tuesday", "periods": [{ "opens": "00:00", "closes": "24:00" }] }, { "day": "wednesday", "periods": [{ "opens": "00:00", "closes": "24:00" }] }, { "day": "thursday", "periods": [{ "opens": "00:00", "closes": "24:00" }] }, { "day": "friday", "periods": [{ "opens": "00:00", "closes": "24:00" }] }, { "day": "saturday", "periods": [{ "opens": "00:00", "closes": "24:00" }] }, { "day": "sunday", "periods": [{ "opens": "00:00", "closes": "24:00" }] }]""";
        var first = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(14)); // Where the day begins; 26 hours before it begins elsewhere.
        foreach (var (zone, state) in new[] { ("Pacific/Kiritimati", "closed"), ("Etc/GMT+12", "open") })
        {
            var lot = await server.Http.NewLotAsync($$"""
                { "name": "A", "capacity": 10, "timeZone": "{{zone}}",
                  "openingHours": { "weekly": {{EveryDay}}, "exceptions": [{ "date": "{{first:yyyy-MM-dd}}", "periods": [], "reason": "检修" }, { "date": "{{first.AddDays(1):yyyy-MM-dd}}", "periods": [] }] } }
                """);
            await server.Http.ReadingAsync(lot, 1, 0);
            Assert.Equal((zone, state), (zone, (string?)(await server.Http.Get(lot))["state"]));
            await server.Http.ReadingAsync(lot, 2, 3);
            Assert.Equal("open", (string?)(await server.Http.Get(lot))["state"]); // A fresh positive count is stronger than the schedule.
        }
    }

    [Fact]
    public async Task A_place_is_the_sum_of_its_zones()
    {
        var area = $"api/scenic-areas/{SharedServer.NewId("area")}";
        await server.Http.Put(area, """
            { "name": "园", "visitMinutes": 60, "zones": [{ "id": "a", "name": "甲", "areaSquareMetres": 1000, "squareMetresPerVisitor": 10 }, { "id": "b", "name": "乙", "capacity": 50, "purpose": "accessible" }] }
            """);
        Assert.Equal("zone-required", (await server.Http.ReadingAsync(area, 1, 5)).Code);
        Assert.Equal("zone-unknown", (await server.Http.ReadingAsync(area, 1, 5, """, "zone": "c" """)).Code);
        await server.Http.ReadingAsync(area, 1, 40, """, "zone": "a" """);
        Assert.False((await server.Http.Get(area)).Has("occupied")); // One zone is unknown, so the sum is.
        await server.Http.ReadingAsync(area, 2, 60, """, "zone": "b" """);
        var view = await server.Http.Get(area);
        Assert.Equal((100, 150, 60, 3600), ((int)view["occupied"]!, (int)view["capacity"]!, (int)view["free"]!, (int)view["dailyCapacity"]!));
        Assert.Equal(0, (int)view["zones"]![1]!["free"]!); // Too many in one zone take no place from another.
        await server.Http.Post($"{area}/capacity-changes", """{ "zone": "b", "capacity": 70 }""");
        Assert.Equal(170, (int)(await server.Http.Get(area))["capacity"]!);
        Assert.Equal("zone-required", (await server.Http.Post($"{area}/capacity-changes", """{ "capacity": 70 }""")).Code);
    }

    [Fact]
    public async Task A_community_is_the_live_sum_and_the_list_of_its_places()
    {
        var id = SharedServer.NewId("community");
        var (one, two) = (await server.Http.NewLotAsync(Member(id)), await server.Http.NewLotAsync(Member(id)));
        var created = await server.Http.Put($"api/communities/{id}", $$"""
            { "name": "社区", "district": "丰台区", "street": "六里桥街道", "buildings": [{ "id": "b1", "name": "1号楼" }], "places": ["{{one[4..]}}", "{{two[4..]}}", "scenic-areas/not-yet"] }
            """);
        Assert.Equal([one[4..], two[4..]], created["places"].AsArray().Select(place => (string?)place!["topic"]));
        Assert.Equal(["scenic-areas/not-yet"], created["missingPlaces"].AsArray().Select(path => (string?)path));
        Assert.Equal((2, 0), ((int)created["parkingLots"]["places"]!, (int)created["parkingLots"]["reporting"]!));

        using var live = await EventStream.OpenAsync(server.Http, $"communities/{id}");
        await server.Http.ReadingAsync(one, 1, 30);
        await live.NextAsync(view => (int?)view?["parkingLots"]?["occupied"] == 30);
        await server.Http.ReadingAsync(two, 1, 50);
        var both = await live.NextAsync(view => (int?)view?["parkingLots"]?["reporting"] == 2);
        Assert.Equal((80, 200, 120), ((int)both["view"]!["parkingLots"]!["occupied"]!, (int)both["view"]!["parkingLots"]!["capacity"]!, (int)both["view"]!["parkingLots"]!["free"]!));
        Assert.Equal(80, (int)(await server.Http.Get($"api/communities/{id}"))["parkingLots"]["occupied"]!);

        static string Member(string community) => $$"""{ "name": "停车场", "capacity": 100, "community": "{{community}}" }""";
    }

    [Fact]
    public async Task History_and_trend_show_what_was_counted()
    {
        var lot = await server.Http.NewLotAsync();
        await server.Http.ReadingAsync(lot, 1, 30);
        await server.Http.ReadingAsync(lot, 2, 20);
        var minutes = (await server.Http.Get($"{lot}/history"))["items"].AsArray();
        Assert.Equal(20, (int)minutes[^1]!["occupied"]!);
        Assert.Equal(20, (int)(await server.Http.Get($"{lot}/history?resolution=hour"))["items"].AsArray()[^1]!["occupied"]!);
        var before = Requests.Now.AddDays(-1);
        Assert.Empty((await server.Http.Get($"{lot}/history?to={before:yyyy-MM-dd'T'HH:mm:ss}+00:00"))["items"].AsArray()); // A plus nobody escaped.
        Assert.NotEmpty((await server.Http.Get($"{lot}/history?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z"))["items"].AsArray());
        Assert.Empty((await server.Http.Get($"{lot}/history?to=0001-01-01T00:00:00Z"))["items"].AsArray());
        foreach (var wrong in new[] { "resolution=day", "resolution=0", "resolution=minute,hour", "from=yesterday", "from=2026-05-01", "to=2026-05-01T00:00:00", "from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z" })
            Assert.Equal((wrong, "malformed"), (wrong, (await server.Http.Get($"{lot}/history?{wrong}")).Code));
        Assert.Equal("place-not-found", (await server.Http.Get("api/parking-lots/nowhere/history")).Code);

        var trend = await server.Http.Get($"{lot}/trend");
        Assert.Equal(0, (int)trend["usualDays"]!);
        Assert.True(trend.Has("today") && trend.Has("usual") && trend.Has("date"));
        Assert.Equal("place-not-found", (await server.Http.Get("api/parking-lots/nowhere/trend")).Code);
    }
}

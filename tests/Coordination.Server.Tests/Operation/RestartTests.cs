using System.Text.Json.Nodes;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Operation;

public sealed class RestartTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_told_is_there_after_a_restart(bool killed)
    {
        await using var own = await ServerProcess.StartAsync();
        using var http = DocumentedProblems.Client(own.Address);
        var due = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100, "community": "c" }""");
        await http.Put("api/communities/c", """{ "name": "C", "places": ["parking-lots/a"] }""");
        await http.ReadingAsync("api/parking-lots/a", 1, 30);
        await http.ReadingAsync("api/parking-lots/a", 0, 50);
        var correction = """{ "occupied": 31, "by": "王", "reason": "清点" }""";
        var first = await http.Post("api/parking-lots/a/corrections", correction, ("Idempotency-Key", "k1"));
        await http.Post("api/parking-lots/a/capacity-changes", $$"""{ "capacity": 200, "effectiveAt": "{{due:O}}" }""");
        var profile = (await http.Get("api/communities/c/profile")).Body;

        if (killed)
            await own.KillAsync();
        else
            await own.StopAsync();
        await own.StartAgainAsync();

        var view = await http.UntilAsync("api/parking-lots/a", answer => (int)answer["capacity"]! == 200); // Due while it was down, or soon.
        Assert.Equal(31, (int)view["occupied"]!);
        Assert.True(JsonNode.DeepEquals(profile, (await http.Get("api/communities/c/profile")).Body));
        Assert.Equal(1, (int)(await http.Get("api/parking-lots"))["total"]!);
        Assert.Equal(31, (int)(await http.UntilAsync("api/communities/c", answer => (int)answer["parkingLots"]["capacity"]! == 200))["parkingLots"]["occupied"]!);
        Assert.Equal(("duplicate", "accepted"), await http.ReadingAsync("api/parking-lots/a", 1, 30) is var again ? ((string?)again["status"], (string?)again["first"]) : default);
        Assert.Equal("late", (string?)(await http.ReadingAsync("api/parking-lots/a", 0, 50))["first"]);
        var replayed = await http.Post("api/parking-lots/a/corrections", correction, ("Idempotency-Key", "k1"));
        Assert.Equal(("replayed", (long)first["version"]!), ((string?)replayed["status"], (long)replayed["version"]!));
        Assert.Equal(2, (int)(await http.Get("api/parking-lots/a/devices")).Body![0]!["inputs"]!);
        Assert.NotEmpty((await http.Get("api/parking-lots/a/history"))["items"].AsArray());
    }
}

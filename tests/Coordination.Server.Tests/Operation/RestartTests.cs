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

    [Fact]
    public async Task A_sender_that_never_ends_does_not_hold_up_the_end_and_what_it_was_told_is_kept()
    {
        await using var own = await ServerProcess.StartAsync();
        using var http = DocumentedProblems.Client(own.Address);
        await http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100 }""");
        using var stream = await IngestStream.OpenAsync(own.Address);
        var at = TimeProvider.System.GetUtcNow();
        var line = $$"""{"type":"reading","place":"parking-lots/a","deviceId":"d","sequence":1,"at":"{{at:O}}","occupied":7}""";
        await stream.SendAsync(line + "\n");
        Assert.Equal("accepted", (string?)(await stream.ReadAsync())!["status"]);
        await stream.SendAsync(line[..20]); // The half of a line: it was never sent.

        var stopping = System.Diagnostics.Stopwatch.StartNew();
        await own.StopAsync();
        Assert.True(stopping.Elapsed < TimeSpan.FromSeconds(20), $"It took {stopping.Elapsed.TotalSeconds:F0} s to end.");
        Assert.Null(await stream.ReadAsync());

        await own.StartAgainAsync();
        Assert.Equal(7, (int)(await http.Get("api/parking-lots/a"))["occupied"]!);
    }
}

using System.Text.Json.Nodes;
using Coordination.Fuzz.Checks;
using Coordination.Fuzz.Description;
using Coordination.Fuzz.Hub;
using Coordination.Testing;

namespace Coordination.Fuzz;

/// <summary>One run against a server of its own: all lanes and both protocols of the hub at the same time, then the accounts.</summary>
internal static class FuzzRun
{
    /// <summary>Frames of the hub for each hundred requests, of both protocols together.</summary>
    private const int FramesOfHundred = 2;

    private const int Parts = 8;

    /// <param name="options">What to do.</param>
    /// <param name="say">Where to tell how it goes.</param>
    /// <returns>What was seen; its faults are what the run was for.</returns>
    public static async Task<FuzzReport> RunAsync(FuzzOptions options, Action<string> say)
    {
        var (report, log, memory) = (new FuzzReport(), new LogCheck(), new MemoryCheck(options.MaxMemory));
        // Everybody is one address here.
        await using var server = ServerProcess.Create(new ServerProcessOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["Coordination__Limits__AddressPerSecond"] = "0", ["Coordination__Limits__SubjectPerSecond"] = "0", ["Coordination__Limits__PlacePerSecond"] = "0",
                ["Coordination__Limits__SignInPerMinute"] = "0", ["Coordination__Limits__TicketPerMinute"] = "0",
            },
        });
        server.LineWritten = log.Take;
        await server.StartAgainAsync();
        var start = TimeProvider.System.GetUtcNow();
        say($"seed {options.Seed}, {options.Lanes} lanes, {options.Requests} requests, instants relative to {start:O}");
        var document = new ApiDocument(await server.Http.GetStringAsync("openapi/v1.json"));
        var lanes = Enumerable.Range(0, options.Lanes).Select(number => new Lane(number, document, options, server.Address, start, report)).ToList();
        foreach (var lane in lanes)
            await lane.CreatePlacesAsync();

        for (var part = 1; part <= Parts && !report.IsEnough; part++)
        {
            var requests = options.Requests / Parts / options.Lanes;
            var frames = options.Requests / Parts * FramesOfHundred / 100 / 2;
            await Task.WhenAll([
                .. lanes.Select(lane => Task.Run(() => lane.RunAsync(requests))),
                .. ((bool[])[false, true]).Select(isBinary => Task.Run(() => new HubLane(isBinary, document, options with { Seed = options.Seed + part }, server.Address, start, report).RunAsync(frames))),
            ]);
            memory.Look(server.Id);
            say($"{part}/{Parts}: {report}, {memory.Samples.LastOrDefault()} MiB");
            if (!server.IsRunning)
                report.Fault($"the server ended:\n{server.Log}");
        }

        if (server.IsRunning)
        {
            await CompareAsync(server, lanes, "at the end", options, report);
            await server.RestartAsync();
            await CompareAsync(server, lanes, "after kill -9 and a start", options, report);
        }
        if (memory.Fault() is { } growth)
            report.Fault($"{growth} ({string.Join(", ", memory.Samples)})");
        foreach (var fault in log.Faults)
            report.Fault(fault);
        return report;
    }

    private static async Task CompareAsync(ServerProcess server, IEnumerable<Lane> lanes, string when, FuzzOptions options, FuzzReport report)
    {
        foreach (var place in lanes.SelectMany(lane => lane.Places))
        {
            var (view, devices) = (await GetAsync(place.Path), await GetAsync($"{place.Path}/devices"));
            if (place.Difference(view, devices) is { } difference)
                report.Fault($"{when}: {difference}");
            else if (place.Inputs == 0)
                report.Fault($"{place.Id} took nothing: nothing was shown");
        }

        async Task<JsonNode?> GetAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (options.Authorization is { } authorization)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await server.Http.SendAsync(request);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync());
        }
    }
}

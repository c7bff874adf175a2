using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coordination.Fuzz.Checks;

/// <summary>
/// A car park as simply as it can be told: what was said to have been taken, counted up. Only one lane writes to it, one request after the
/// other, so that the order is known.
/// </summary>
/// <param name="id">Its slug.</param>
internal sealed class ModelPlace(string id)
{
    public const int Capacity = 500;

    public const string Profile = """{"name":"Model","capacity":500,"initialOccupied":0}""";

    private readonly HashSet<(string Device, long Sequence)> seen = [];
    private readonly Dictionary<string, DateTimeOffset> lastReading = [];
    private readonly HashSet<string> keys = [];
    private long version = 1;

    public string Id => id;

    public string Path => $"/api/parking-lots/{id}";

    public int Occupied { get; private set; }

    /// <summary>Inputs taken, those that came late included.</summary>
    public int Inputs => seen.Count;

    /// <summary>Takes an input with the answer it got; returns what cannot be, null when all is as it should be.</summary>
    public string? Input(string body, JsonNode? answer)
    {
        if ((string?)answer?["status"] is not ("accepted" or "late" or "duplicate") and var other)
            return other is null or "refused" ? null : $"an input ended as {other}";
        var status = (string)answer!["status"]!;
        JsonNode input;
        try
        {
            input = JsonNode.Parse(body.TrimStart('\ufeff'))!;
        }
        catch (JsonException)
        {
            return "an input was taken that is no JSON";
        }
        var (device, sequence, at) = ((string)input["deviceId"]!, (long)input["sequence"]!, DateTimeOffset.Parse((string)input["at"]!, CultureInfo.InvariantCulture));
        if (seen.Add((device, sequence)) != (status != "duplicate"))
            return status == "duplicate" ? "an input that never came is called a duplicate" : "an input was taken twice";
        if (status == "duplicate")
            return null;
        var isLate = lastReading.TryGetValue(device, out var last) && at < last;
        if (isLate != (status == "late"))
            return $"an input ended as {status}, and its device's last reading was at {last:O}";
        if (!isLate)
            Count(input, device, at);
        return Newer((long)answer["version"]!);
    }

    /// <summary>Takes a count set by hand with the answer it got.</summary>
    public string? Correction(string body, string key, JsonNode? answer)
    {
        if ((string?)answer?["status"] is not ("done" or "replayed") and var other)
            return other is null ? null : $"a correction ended as {other}";
        var isNew = keys.Add(key);
        if (isNew != ((string?)answer!["status"] == "done"))
            return "a key was done twice, or never";
        if (!isNew)
            return null;
        Occupied = (int)JsonNode.Parse(body)!["occupied"]!;
        return Newer((long)answer["version"]!);
    }

    /// <summary>What differs between this and what the server says of it; null when nothing does.</summary>
    /// <param name="view">Answer of the place.</param>
    /// <param name="devices">Answer of its devices.</param>
    public string? Difference(JsonNode? view, JsonNode? devices)
    {
        if ((int?)view?["occupied"] != Occupied)
            return $"{id}: {Occupied} were counted, and {view?["occupied"]?.ToJsonString() ?? "nothing"} is shown";
        var inputs = devices!.AsArray().Sum(device => (long)device!["inputs"]!);
        return inputs == Inputs ? null : $"{id}: {Inputs} inputs were taken, and {inputs} are shown";
    }

    private void Count(JsonNode input, string device, DateTimeOffset at)
    {
        if ((string?)input["direction"] is { } direction)
        {
            var count = (int?)input["count"] ?? 1;
            Occupied = Math.Max(0, Occupied + (direction == "in" ? count : -count));
            return;
        }
        Occupied = (int?)input["occupied"] ?? Capacity - (int)input["free"]!;
        lastReading[device] = at;
    }

    private string? Newer(long now)
    {
        if (now < version)
            return $"version {now} after {version}";
        version = now;
        return null;
    }
}

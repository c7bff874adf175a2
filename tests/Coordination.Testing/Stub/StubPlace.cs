using System.Text.Json.Nodes;

namespace Coordination.Testing.Stub;

/// <summary>A line of ingest as the stub reads it.</summary>
public sealed record StubLine(string Place, string Type, string DeviceId, long Sequence, DateTimeOffset At, int? Occupied, int? Free);

/// <summary>A place in the stub, with the outcomes of the contract.</summary>
public sealed class StubPlace(string path)
{
    private readonly Dictionary<(string Device, long Sequence), string> seen = [];
    private readonly Dictionary<string, DateTimeOffset> lastReading = [];
    private readonly List<StubLine> taken = [];

    public JsonObject Profile { get; private set; } = [];

    public int Version { get; private set; }

    /// <summary>Opened or closed by hand, and why.</summary>
    public (string Operation, string Reason)? Operation { get; set; }

    /// <summary>Lines that were accepted or late, in their order.</summary>
    public IReadOnlyList<StubLine> Taken
    {
        get
        {
            lock (seen)
                return [.. taken];
        }
    }

    public void Define(JsonObject profile)
    {
        lock (seen)
        {
            if (JsonNode.DeepEquals(profile, Profile))
                return;
            Profile = (JsonObject)profile.DeepClone();
            Version++;
        }
    }

    public JsonObject View() => new()
    {
        ["topic"] = path,
        ["id"] = path[(path.IndexOf('/') + 1)..],
        ["epoch"] = 1,
        ["version"] = Version,
        ["name"] = (string?)Profile["name"],
        ["state"] = "unknown",
        ["capacity"] = (int?)Profile["capacity"],
    };

    public JsonObject Take(StubLine line)
    {
        lock (seen)
        {
            if (line.Occupied < 0)
                return Refused("negative-count");
            if (seen.TryGetValue((line.DeviceId, line.Sequence), out var first))
                return new JsonObject { ["status"] = "duplicate", ["version"] = Version, ["first"] = first };
            var capacity = (int?)Profile["capacity"];
            if (line.Free > capacity)
                return Refused("free-above-capacity");
            var late = lastReading.TryGetValue(line.DeviceId, out var last) && line.At < last;
            if (!late)
                lastReading[line.DeviceId] = line.At;
            taken.Add(line);
            Version++;
            var status = late ? "late" : "accepted";
            seen.Add((line.DeviceId, line.Sequence), status);
            var result = new JsonObject { ["status"] = status, ["version"] = Version };
            if (!late && (line.Occupied ?? capacity - line.Free) > capacity)
                result["overCapacity"] = true;
            return result;
        }
    }

    private static JsonObject Refused(string code) => new() { ["status"] = "refused", ["code"] = code, ["detail"] = "No." };
}

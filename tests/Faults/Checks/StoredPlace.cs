using System.Globalization;
using System.Text.Json;

namespace Coordination.Faults.Checks;

/// <summary>An event as it stands in the store.</summary>
internal sealed record StoredEvent(long Version, string? CommandId, string Type, string? Device, long? Sequence, string? Direction, int Count, bool Late);

/// <summary>What a place showed at a version.</summary>
internal readonly record struct Figures(int? Occupied, int? Capacity)
{
    public int? Free => Capacity - Occupied is { } free ? Math.Max(0, free) : null;
}

/// <summary>
/// The events of one place, read from the stored JSON without the product's types, and what the place must have shown after each of them.
/// Knows places without zones only.
/// </summary>
internal sealed class StoredPlace(string name)
{
    private readonly List<StoredEvent> events = [];
    private readonly List<Figures> figures = [new(null, null)];
    private readonly Dictionary<(string Device, long Sequence), StoredEvent> inputs = [];
    private readonly Dictionary<string, long> commands = new(StringComparer.Ordinal);

    public string Name => name;

    public long Version => events.Count == 0 ? 0 : events[^1].Version;

    public IReadOnlyDictionary<(string Device, long Sequence), StoredEvent> Inputs => inputs;

    /// <summary>Version by command id.</summary>
    public IReadOnlyDictionary<string, long> Commands => commands;

    /// <summary>What the place showed with that many events; null when the store has not so many.</summary>
    public Figures? At(long version) => version >= 0 && version < figures.Count ? figures[(int)version] : null;

    /// <summary>In movements, in less out, of all that are stored.</summary>
    public int Moved => events.Where(stored => stored.Type == "movementRecorded").Sum(stored => stored.Direction == "in" ? stored.Count : -stored.Count);

    /// <summary>Adds a stored batch.</summary>
    public void Add(ReadOnlyMemory<byte> payload, List<string> problems)
    {
        using var json = JsonDocument.Parse(payload);
        foreach (var envelope in json.RootElement.EnumerateArray())
            Add(envelope, problems);
    }

    /// <summary>Compares with how many events the store says there are.</summary>
    public void End(long says, List<string> problems)
    {
        if (Version != says)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: the store says {says} events and has {Version}."));
    }

    private void Add(JsonElement envelope, List<string> problems)
    {
        var happened = envelope.GetProperty("event");
        var stored = new StoredEvent(
            envelope.GetProperty("version").GetInt64(), Text(envelope, "commandId"), Text(happened, "type")!, Text(happened, "deviceId"),
            happened.TryGetProperty("sequence", out var sequence) ? sequence.GetInt64() : null, Text(happened, "direction"),
            Number(happened, "count") ?? Number(happened, "occupied") ?? 0, happened.TryGetProperty("late", out var late) && late.GetBoolean());
        if (stored.Version != Version + 1)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: version {stored.Version} follows {Version}."));
        if (stored.CommandId is { } id && !commands.TryAdd(id, stored.Version))
            problems.Add($"{name}: command {id} is stored twice.");
        if (stored is { Device: { } device, Sequence: { } number } && !inputs.TryAdd((device, number), stored))
            problems.Add($"{name}: {device} {number} is stored twice.");
        events.Add(stored);
        figures.Add(After(figures[^1], stored, happened));
    }

    private static Figures After(Figures before, StoredEvent stored, JsonElement happened) => stored.Type switch
    {
        "placeDefined" => new(before.Occupied ?? Number(happened.GetProperty("profile"), "initialOccupied"), Number(happened.GetProperty("profile"), "capacity")),
        "readingRecorded" when !stored.Late => before with { Occupied = stored.Count },
        "movementRecorded" when !stored.Late && before.Occupied is { } inside =>
            before with { Occupied = Math.Max(0, stored.Direction == "in" ? inside + stored.Count : inside - stored.Count) },
        "countCorrected" => before with { Occupied = stored.Count },
        "capacityChanged" => before with { Capacity = Number(happened, "capacity") },
        _ => before,
    };

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}

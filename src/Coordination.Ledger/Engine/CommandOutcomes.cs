using System.Text.Json;

namespace Coordination.Ledger;

/// <summary>A command id and what became of it.</summary>
/// <param name="Id">From the caller.</param>
/// <param name="Fingerprint">Hash of the body, so that the same id with another body can be told.</param>
/// <param name="Version">Version of the stream that contains its events.</param>
/// <param name="RecordedAt">When it was decided.</param>
public readonly record struct CommandOutcome(string Id, ulong Fingerprint, long Version, DateTimeOffset RecordedAt);

/// <summary>
/// The outcomes of recent command ids of one stream: a retry finds the first one. Bounded to the last <see cref="MaxKept"/> ids of
/// the last <see cref="MaxAge"/>, and always to the last <see cref="MinKept"/>, so that a host whose clock is a day ahead makes nobody's
/// last retry a new command; an id older than that is taken for a new command. Only commands that changed something are kept:
/// a rejection changed nothing and may be asked again.
/// </summary>
public sealed class CommandOutcomes
{
    public const int MaxKept = 4096;

    public const int MinKept = 256;

    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private readonly Dictionary<string, CommandOutcome> byId = new(StringComparer.Ordinal);
    private readonly Queue<CommandOutcome> inOrder = new();

    public int Count => byId.Count;

    public bool TryFind(string id, out CommandOutcome outcome) => byId.TryGetValue(id, out outcome);

    /// <summary>Keeps an outcome and forgets what is beyond the bounds, by the newest outcome's time and not by the clock, so that a replay keeps the same.</summary>
    public void Add(CommandOutcome outcome)
    {
        if (!byId.TryAdd(outcome.Id, outcome))
            return;
        inOrder.Enqueue(outcome);
        while (inOrder.TryPeek(out var oldest) && (inOrder.Count > MaxKept || (inOrder.Count > MinKept && outcome.RecordedAt - oldest.RecordedAt > MaxAge)))
        {
            inOrder.Dequeue();
            byId.Remove(oldest.Id);
        }
    }

    /// <summary>A copy for a snapshot that is written while the stream goes on.</summary>
    public CommandOutcome[] ToArray() => [.. inOrder];

    internal static void Write(Utf8JsonWriter writer, CommandOutcome[] outcomes)
    {
        writer.WriteStartArray();
        foreach (var outcome in outcomes)
        {
            writer.WriteStartObject();
            writer.WriteString("id", outcome.Id);
            writer.WriteNumber("fingerprint", outcome.Fingerprint);
            writer.WriteNumber("version", outcome.Version);
            writer.WriteString("recordedAt", outcome.RecordedAt);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    internal static CommandOutcomes Read(JsonElement array)
    {
        var outcomes = new CommandOutcomes();
        foreach (var item in array.EnumerateArray())
        {
            outcomes.Add(new CommandOutcome(
                item.GetProperty("id").GetString()!,
                item.GetProperty("fingerprint").GetUInt64(),
                item.GetProperty("version").GetInt64(),
                item.GetProperty("recordedAt").GetDateTimeOffset()));
        }
        return outcomes;
    }
}

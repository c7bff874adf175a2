using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Cli.Replay;

/// <summary>How a run ended; printed as one JSON object with <c>--json</c>.</summary>
/// <param name="Places">Places in the files.</param>
/// <param name="Lines">Readings in the files: accepted + duplicates + late + all refused.</param>
/// <param name="Accepted">Readings that moved the present.</param>
/// <param name="Duplicates">Readings that were there before.</param>
/// <param name="Late">Readings older than the newest of their place; kept in the history.</param>
/// <param name="Refused">Readings that were not taken, by code.</param>
/// <param name="OverCapacity">Accepted readings with more inside than there are places.</param>
/// <param name="Upward">Crossings of 80, 90 and 100 percent from below, without hysteresis.</param>
/// <param name="LastOccupiedSum">Occupied at the newest accepted reading, over the places with a known capacity.</param>
/// <param name="ReadingsWithoutCapacity">Accepted readings of places without a known capacity.</param>
/// <param name="WithoutTime">Rows of a feed that name no time of reading; nothing was sent for them.</param>
/// <param name="Seconds">Time spent sending, in all runs that were resumed.</param>
/// <param name="LinesPerSecond">Lines ÷ seconds.</param>
internal sealed record ReplaySummary(
    int Places,
    long Lines,
    long Accepted,
    long Duplicates,
    long Late,
    SortedDictionary<string, long> Refused,
    long OverCapacity,
    SortedDictionary<int, long> Upward,
    long LastOccupiedSum,
    long ReadingsWithoutCapacity,
    int WithoutTime,
    double Seconds,
    double LinesPerSecond)
{
    /// <summary>The end of a run over <paramref name="plan"/>.</summary>
    public static ReplaySummary Of(ReplayPlan plan, ReplayTally tally, double seconds)
    {
        var refused = new SortedDictionary<string, long>(tally.Refused, StringComparer.Ordinal);
        if (plan.Unreadable.Count > 0)
            refused[UnreadableLine.Code] = plan.Unreadable.Count;
        var lines = plan.Lines;
        return new ReplaySummary(
            plan.Places.Count, lines, tally.Accepted, tally.Duplicates, tally.Late, refused, tally.OverCapacity,
            new SortedDictionary<int, long>(ReplayTally.Thresholds.Select((threshold, i) => (threshold, tally.Upward[i])).ToDictionary()),
            tally.LastOccupiedSum, tally.ReadingsWithoutCapacity, plan.WithoutTime, Math.Round(seconds, 3),
            seconds > 0 ? Math.Round(lines / seconds, 1) : 0);
    }

    public string ToJson() => JsonSerializer.Serialize(this, CliJson.Default.ReplaySummary);

    public void Print(TextWriter output)
    {
        output.WriteLine($"places                    {Places,12:N0}");
        output.WriteLine($"lines                     {Lines,12:N0}");
        output.WriteLine($"  accepted                {Accepted,12:N0}");
        output.WriteLine($"  duplicates              {Duplicates,12:N0}");
        output.WriteLine($"  late                    {Late,12:N0}");
        output.WriteLine($"  refused                 {Refused.Values.Sum(),12:N0}");
        foreach (var (code, count) in Refused)
            output.WriteLine($"    {code,-22}{count,12:N0}");
        output.WriteLine($"over capacity             {OverCapacity,12:N0}");
        foreach (var (threshold, count) in Upward)
            output.WriteLine($"upward through {$"{threshold} %",-11}{count,12:N0}");
        output.WriteLine($"last occupied, sum        {LastOccupiedSum,12:N0}");
        output.WriteLine($"readings without capacity {ReadingsWithoutCapacity,12:N0}");
        if (WithoutTime > 0)
            output.WriteLine($"rows without a time       {WithoutTime,12:N0}");
        output.WriteLine($"seconds                   {Seconds,12:N1}");
        output.WriteLine($"lines per second          {LinesPerSecond,12:N0}");
    }
}

/// <summary>JSON of what the tool prints and keeps.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplaySummary))]
[JsonSerializable(typeof(Checkpoint))]
internal sealed partial class CliJson : JsonSerializerContext;

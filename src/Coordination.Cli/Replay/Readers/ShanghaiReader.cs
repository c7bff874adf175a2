using System.Globalization;
using System.Text.Json;
using Coordination.Client;

namespace Coordination.Cli.Replay.Readers;

/// <summary>
/// Shanghai format: each line one snapshot <c>{"timestamp", "data": {"rows": […]}}</c> of all scenic areas, with MAX_NUM (most at
/// once), NUM (inside), TIME (when counted, local), T_TIME (hours) and TYPE (open or closed, and why).
/// </summary>
internal static class ShanghaiReader
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly string[] TimeFormats = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    public static void Read(string file, TextReader text, ReplayPlanBuilder plan)
    {
        for (var line = 1L; text.ReadLine() is { } json; line++)
        {
            if (string.IsNullOrWhiteSpace(json))
                continue;
            try
            {
                using var snapshot = JsonDocument.Parse(json);
                ReadSnapshot(file, line, snapshot.RootElement, plan);
            }
            catch (JsonException error)
            {
                plan.Unreadable(file, line, $"not JSON: {error.Message}");
            }
        }
    }

    public static bool LooksLike(string firstLine) => firstLine.AsSpan().TrimStart().StartsWith("{");

    private static void ReadSnapshot(string file, long line, JsonElement snapshot, ReplayPlanBuilder plan)
    {
        if (snapshot.ValueKind != JsonValueKind.Object || !snapshot.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("rows", out var rows) || rows.ValueKind != JsonValueKind.Array)
        {
            plan.Unreadable(file, line, "no list of rows at data.rows");
            return;
        }
        if (!DateTimeOffset.TryParse(Field(snapshot, "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var published))
        {
            plan.Unreadable(file, line, "no timestamp");
            return;
        }
        var operations = new List<(int Place, string? ClosedBecause)>();
        var number = 0;
        foreach (var row in rows.EnumerateArray())
        {
            number++;
            if (ReadRow(row, published, plan, operations) is { } reason)
                plan.Unreadable(file, line, $"row {number}: {reason}");
        }
        // After the readings: a closing that came first would be answered by the reading of the same moment.
        foreach (var (place, closedBecause) in operations)
            plan.Operation(place, published, closedBecause);
    }

    private static string? ReadRow(JsonElement row, DateTimeOffset published, ReplayPlanBuilder plan, List<(int Place, string? ClosedBecause)> operations)
    {
        var code = Field(row, "CODE");
        var name = Field(row, "NAME");
        if (code.Length == 0 || name.Length == 0)
            return "no CODE or no NAME";
        var place = plan.Place("scenic-areas", $"shanghai-{code}", new PlaceProfile
        {
            Name = Text.Limit(name, 80),
            TimeZone = Zone.Id,
            City = "上海",
            District = OrNull(Field(row, "DNAME"), 80),
            Address = OrNull(Field(row, "ADDRESS"), 200),
            Grade = OrNull(Field(row, "GRADE"), 20),
            // A maximum of 0 is one that nobody entered.
            Capacity = Csv.TryInt(Field(row, "MAX_NUM"), out var most) && most > 0 ? most : null,
            OpeningHours = HoursOf(Field(row, "T_TIME")),
        });
        var type = Field(row, "TYPE");
        if (type is "闭园" or "季节性闭园")
            operations.Add((place, type));
        else if (type is "正常")
            operations.Add((place, null));
        var time = Field(row, "TIME");
        if (time.Length == 0)
        {
            plan.WithoutTime();
            return null;
        }
        if (!DateTime.TryParseExact(time, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return $"TIME '{Text.Limit(time, 40)}' is not yyyy-MM-dd HH:mm";
        if (!Csv.TryInt(Field(row, "NUM"), out var inside))
            return $"NUM '{Text.Limit(Field(row, "NUM"), 40)}' is not a whole number";
        plan.Reading(place, LocalTime.ToInstant(local, Zone), inside, published);
        return null;
    }

    /// <summary>Hours such as <c>9:00~16:30</c>; null (always open, or not known) for anything else and for the whole day.</summary>
    internal static WeeklyHours? HoursOf(string text)
    {
        var parts = text.Split('~', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !TryTime(parts[0], out var opens) || !TryTime(parts[1], out var closes))
            return null;
        // The feed writes the end of the day as 23:59.
        if (closes is { Hour: 23, Minute: 59 })
            closes = TimeOnly.MinValue;
        return opens == closes ? null : WeeklyHours.Daily(Clock(opens), Clock(closes));
    }

    private static bool TryTime(string text, out TimeOnly time)
    {
        if (text == "24:00")
        {
            time = TimeOnly.MinValue;
            return true;
        }
        return TimeOnly.TryParseExact(text, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    private static string Clock(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string? OrNull(string text, int length) => text.Length == 0 ? null : Text.Limit(text, length);

    private static string Field(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value))
            return "";
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Trim(),
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
    }
}

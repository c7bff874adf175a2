using System.Globalization;
using Coordination.Client;

namespace Coordination.Cli.Replay.Readers;

/// <summary>Birmingham format: <c>code,capacity,occupied,local time</c>, one reading a line, grouped by car park; a heading is allowed.</summary>
internal static class BirminghamReader
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
    private static readonly string[] TimeFormats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    public static void Read(string file, TextReader text, ReplayPlanBuilder plan)
    {
        foreach (var (line, fields) in Csv.Lines(text))
        {
            if (line == 1 && IsHeading(fields))
                continue;
            if (fields.Length != 4)
                plan.Unreadable(file, line, $"{fields.Length} columns instead of code, capacity, occupied, time");
            else if (fields[0].Length == 0)
                plan.Unreadable(file, line, "no code");
            else if (!Csv.TryInt(fields[1], out var capacity) || capacity < 0)
                plan.Unreadable(file, line, $"capacity '{fields[1]}' is not a whole number from 0");
            else if (!Csv.TryInt(fields[2], out var occupied))
                plan.Unreadable(file, line, $"occupied '{fields[2]}' is not a whole number");
            else if (!DateTime.TryParseExact(fields[3], TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
                plan.Unreadable(file, line, $"time '{fields[3]}' is not yyyy-MM-dd HH:mm:ss");
            else
            {
                var place = plan.Place("parking-lots", fields[0], new PlaceProfile
                {
                    Name = Text.Limit(fields[0], 80),
                    City = "Birmingham",
                    TimeZone = Zone.Id,
                    Capacity = capacity,
                });
                plan.Reading(place, LocalTime.ToInstant(local, Zone), occupied);
            }
        }
    }

    public static bool LooksLike(string[] firstLine) =>
        firstLine.Length == 4 && (IsHeading(firstLine) || (Csv.TryInt(firstLine[1], out _) && Csv.TryInt(firstLine[2], out _)));

    private static bool IsHeading(string[] fields) =>
        fields is ["SystemCodeNumber", "Capacity", "Occupancy", "LastUpdated"];
}

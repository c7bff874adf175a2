using System.Globalization;

namespace Coordination.Cli.Replay.Readers;

/// <summary>
/// German format: first column the time, one column for each car park, a cell only where the number of free places changed. Every
/// column is a place; names and capacities are in the metadata.
/// </summary>
internal static class GermanReader
{
    private const string Zone = "Europe/Berlin";

    public static void Read(string file, TextReader text, GermanMetadata metadata, ReplayPlanBuilder plan)
    {
        int[]? places = null;
        foreach (var (line, fields) in Csv.Lines(text))
        {
            if (places is null)
            {
                if (!LooksLike(fields))
                {
                    plan.Unreadable(file, line, "the first line does not begin with 'timestamp'");
                    return;
                }
                places = [.. fields.Skip(1).Select(column => plan.Place("parking-lots", column, metadata.ProfileOf(column, Zone), countsFree: true))];
                continue;
            }
            if (fields.Length != places.Length + 1)
                plan.Unreadable(file, line, $"{fields.Length} columns instead of {places.Length + 1}");
            else if (!DateTimeOffset.TryParse(fields[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                plan.Unreadable(file, line, $"time '{fields[0]}' is not ISO 8601");
            else
                ReadCells(file, line, fields, places, at, plan);
        }
    }

    private static void ReadCells(string file, long line, string[] fields, int[] places, DateTimeOffset at, ReplayPlanBuilder plan)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var cell = fields[i + 1];
            if (cell.Length == 0)
                continue;
            if (Csv.TryInt(cell, out var free))
                plan.Reading(places[i], at, free);
            else
                plan.Unreadable(file, line, $"column {i + 2}: free '{Text.Limit(cell, 40)}' is not a whole number");
        }
    }

    public static bool LooksLike(string[] firstLine) => firstLine.Length > 1 && firstLine[0].Equals("timestamp", StringComparison.OrdinalIgnoreCase);
}

using System.Globalization;
using System.Text;

namespace Coordination.Cli.Replay.Readers;

/// <summary>
/// Comma-separated text (RFC 4180), fields trimmed, blank lines skipped. Written here because of one rule that matters for input
/// nobody has checked: where a field cannot span lines, a stray quote must spoil its own line and none after it.
/// </summary>
internal static class Csv
{
    /// <summary>Records of one line each, with the number of the line, from 1.</summary>
    public static IEnumerable<(long Line, string[] Fields)> Lines(TextReader text)
    {
        for (var number = 1L; text.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return (number, Split(line, out _));
        }
    }

    /// <summary>Records whose quoted fields may contain line breaks.</summary>
    public static IEnumerable<string[]> Records(TextReader text)
    {
        while (text.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var fields = Split(line, out var open);
            while (open && text.ReadLine() is { } more)
            {
                line = $"{line}\n{more}";
                fields = Split(line, out open);
            }
            yield return fields;
        }
    }

    public static bool TryInt(string field, out int value) =>
        int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static string[] Split(string line, out bool openQuote)
    {
        openQuote = false;
        if (!line.Contains('"', StringComparison.Ordinal))
            return line.Split(',', StringSplitOptions.TrimEntries);
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"' && openQuote && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (c == '"')
                openQuote = !openQuote;
            else if (c == ',' && !openQuote)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
                field.Append(c);
        }
        fields.Add(field.ToString().Trim());
        return [.. fields];
    }
}

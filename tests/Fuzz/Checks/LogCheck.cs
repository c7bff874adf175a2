using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Coordination.Fuzz.Generation;

namespace Coordination.Fuzz.Checks;

/// <summary>
/// What the log must be, whatever was sent: each line is an entry of the server or the set-in text of one, no text of a client begins a line or
/// speaks to the terminal, and nothing is logged as a failure.
/// </summary>
internal sealed partial class LogCheck
{
    private readonly ConcurrentQueue<string> faults = new();
    private readonly Lock gate = new();
    private readonly StringBuilder failure = new();
    private int lines;
    private int following;

    private const int FailureLines = 7;

    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>Lines seen.</summary>
    public int Lines => lines;

    public void Take(string line)
    {
        Interlocked.Increment(ref lines);
        lock (gate)
            Follow(line);
        // Before there is a log the server says where it has made its keys.
        if (line.Length > 0 && !Entry().IsMatch(line) && !line.StartsWith("      ", StringComparison.Ordinal) && !line.StartsWith("coordination: secret keys were made in ", StringComparison.Ordinal))
            Note("a line that no entry of the log begins with", line);
        else if (line.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e'))
            Note("a control character in the log", line);
        else if (line.StartsWith(Hostile.Mark, StringComparison.Ordinal))
            Note("a line that a client wrote", line);
    }

    /// <summary>A failure, with the first lines of what failed.</summary>
    private void Follow(string line)
    {
        // Kestrel tells so of a body that ended in what is no HTTP; the request was answered.
        var begins = Failure().IsMatch(line) && !line.EndsWith(" fail: Microsoft.AspNetCore.Server.Kestrel[67]", StringComparison.Ordinal);
        if (begins)
        {
            failure.Clear();
            following = FailureLines;
        }
        if (following == 0)
            return;
        failure.Append('\n').Append(line);
        if (--following == 0)
            Note("a failure in the log", failure.ToString());
    }

    private void Note(string what, string line)
    {
        if (faults.Count < 20)
            faults.Enqueue($"{what}: {line}");
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (trce|dbug|info|warn|fail|crit): [\w.+`\[\]<>,]+\[-?\d+\]$|^Unhandled exception")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\S+ (fail|crit): |^Unhandled exception")]
    private static partial Regex Failure();
}

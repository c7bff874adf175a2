using Coordination.Client;

namespace Coordination.Cli.Replay;

/// <summary>Everything a run will do, in the order of the files: made once, the same for the same files, so a run can be resumed.</summary>
/// <param name="Places">Every place the files name, in the order of their first mention.</param>
/// <param name="Items">What is sent, in the order of the files.</param>
/// <param name="Unreadable">Lines that could not be understood; each counts as one refused line.</param>
/// <param name="WithoutTime">Rows of a feed that say no time of reading; nothing is sent for them.</param>
internal sealed record ReplayPlan(
    IReadOnlyList<ReplayPlace> Places,
    IReadOnlyList<ReplayItem> Items,
    IReadOnlyList<UnreadableLine> Unreadable,
    int WithoutTime)
{
    /// <summary>Readings in the files, whether they can be understood or not.</summary>
    public int Lines => Items.Count(item => !item.IsOperation) + Unreadable.Count;
}

/// <summary>A place that is created before its lines are sent.</summary>
/// <param name="Path">Such as <c>parking-lots/bull-ring</c>.</param>
/// <param name="Profile">What the files say about it; the last file wins.</param>
/// <param name="CountsFree">Its readings are free places, not occupied ones.</param>
internal sealed record ReplayPlace(string Path, PlaceProfile Profile, bool CountsFree)
{
    /// <summary>How many are inside, if that can be told.</summary>
    public int? OccupiedOf(int value) => !CountsFree ? value : Profile.Capacity is { } capacity ? capacity - value : null;
}

/// <summary>One reading, or one opening or closing by hand, of a place.</summary>
/// <param name="Place">Index of the place.</param>
/// <param name="At">When it was counted.</param>
/// <param name="When">When it became known: what a paced run goes by.</param>
/// <param name="Value">Occupied or free places.</param>
/// <param name="Sequence">The device's number for it; identical readings of a place have the same.</param>
/// <param name="IsRepeat">The same place, time and value was in the files before.</param>
/// <param name="ClosedBecause">Not a reading: closes the place with this reason, or opens it when empty.</param>
internal readonly record struct ReplayItem(
    int Place, DateTimeOffset At, DateTimeOffset When, int Value, long Sequence, bool IsRepeat, string? ClosedBecause = null)
{
    public bool IsOperation => ClosedBecause is not null;
}

/// <summary>A line that could not be understood.</summary>
/// <param name="File">As it was named on the command line.</param>
/// <param name="Line">From 1.</param>
/// <param name="Reason">For people.</param>
internal sealed record UnreadableLine(string File, long Line, string Reason)
{
    /// <summary>Code under which such a line is counted as refused.</summary>
    public const string Code = "unreadable-line";
}

namespace Coordination.Cli.Replay;

/// <summary>
/// The sequence numbers of one place's readings: its distinct (time, value) pairs count up by one, and an identical pair has the
/// number of the first. The count starts at a number made of the time of the place's first reading in the run.
/// </summary>
/// <remarks>
/// So the same files always give the same numbers and the server recognises what it has, while two days that are replayed one
/// after the other do not meet on the same numbers, where the second would pass for a repeat of the first. A file that has grown
/// at its end keeps the numbers it had.
/// </remarks>
internal sealed class PlaceSequence
{
    // Seconds take 31 bits (to 2068), the count 22: together 53, the most the server takes.
    private const int CountBits = 22;
    private static readonly DateTimeOffset Origin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<(long Ticks, int Value), long> known = [];
    private long last = -1;

    /// <summary>The number of a reading, and whether the same was there before.</summary>
    public (long Sequence, bool IsRepeat) Of(DateTimeOffset at, int value)
    {
        if (known.TryGetValue((at.UtcTicks, value), out var sequence))
            return (sequence, true);
        if (last < 0)
            last = (long)Math.Clamp((at - Origin).TotalSeconds, 0, (1L << 31) - 1) << CountBits;
        known.Add((at.UtcTicks, value), ++last);
        return (last, false);
    }
}

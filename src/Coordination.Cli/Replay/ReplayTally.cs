using Coordination.Client;

namespace Coordination.Cli.Replay;

/// <summary>
/// What a run has counted so far; everything the summary needs, and what a checkpoint keeps. Lines are classified by the files: the
/// second and every later one with the same place, time and value is a duplicate, and a first one counts by what became of it.
/// </summary>
internal sealed class ReplayTally
{
    public static readonly int[] Thresholds = [80, 90, 100];

    public long Accepted { get; set; }
    public long Duplicates { get; set; }
    public long Late { get; set; }
    public SortedDictionary<string, long> Refused { get; set; } = new(StringComparer.Ordinal);
    public long OverCapacity { get; set; }
    public long ReadingsWithoutCapacity { get; set; }

    /// <summary>Upward crossings of <see cref="Thresholds"/>, in their order.</summary>
    public long[] Upward { get; set; } = new long[Thresholds.Length];

    /// <summary>By place: occupied at its newest accepted reading; absent until there is one.</summary>
    public Dictionary<int, LastReading> Last { get; set; } = [];

    /// <summary>Seconds of work in the runs before this one.</summary>
    public double Seconds { get; set; }

    /// <summary>Takes the outcome of a line. Outcomes of one place come in the order of its lines.</summary>
    /// <param name="item">The line.</param>
    /// <param name="place">Its place.</param>
    /// <param name="result">What the server said.</param>
    /// <param name="mayHaveBeenSent">This run, or the one it resumes, may have sent the line before without hearing the answer.</param>
    public void Take(in ReplayItem item, ReplayPlace place, in IngestResult result, bool mayHaveBeenSent)
    {
        if (item.IsRepeat)
        {
            Duplicates++;
            return;
        }
        var status = result.Status;
        if (status == IngestStatus.Duplicate)
        {
            status = result.First ?? IngestStatus.Accepted;
            if (!mayHaveBeenSent && !result.Resent)
            {
                // An earlier replay of the same files sent it: a duplicate, but still a reading that the place has.
                Duplicates++;
                if (status == IngestStatus.Accepted)
                    Follow(item, place);
                return;
            }
        }
        switch (status)
        {
            case IngestStatus.Accepted:
                Accepted++;
                Follow(item, place);
                if (place.Profile.Capacity is not { } capacity)
                    ReadingsWithoutCapacity++;
                else if (place.OccupiedOf(item.Value) > capacity)
                    OverCapacity++;
                break;
            case IngestStatus.Late:
                Late++;
                break;
            default:
                Refuse(result.Code ?? "unknown");
                break;
        }
    }

    public void Refuse(string code, long count = 1)
    {
        if (count > 0)
            Refused[code] = Refused.GetValueOrDefault(code) + count;
    }

    /// <summary>Sum over the places with a known capacity of the occupied at their newest accepted reading.</summary>
    public long LastOccupiedSum => Last.Values.Sum(last => (long)last.Occupied);

    // Accepted readings of a place come in the order of their times: the server calls an older one late.
    private void Follow(in ReplayItem item, ReplayPlace place)
    {
        if (place.Profile.Capacity is not { } capacity || place.OccupiedOf(item.Value) is not { } occupied)
            return;
        if (Last.TryGetValue(item.Place, out var last))
        {
            if (item.At < last.At)
                return;
            for (var i = 0; i < Thresholds.Length; i++)
            {
                var threshold = (long)Thresholds[i] * capacity;
                if (last.Occupied * 100L < threshold && threshold <= occupied * 100L)
                    Upward[i]++;
            }
        }
        Last[item.Place] = new LastReading(item.At, occupied);
    }
}

/// <summary>The newest accepted reading of a place.</summary>
internal readonly record struct LastReading(DateTimeOffset At, int Occupied);

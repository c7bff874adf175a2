using System.Collections.Concurrent;
using System.Collections.Immutable;
using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Server.Identity;
using Coordination.Server.Telemetry;

namespace Coordination.Server.Ingest;

/// <summary>How one line ended.</summary>
internal enum LineStatus
{
    Accepted,
    Late,
    Duplicate,
    Refused,
    Unavailable,
    Overloaded,
}

/// <summary>The result of one line.</summary>
internal readonly record struct LineResult(LineStatus Status, Rejection? Rejection = null, long Version = 0, bool OverCapacity = false, InputStatus? First = null)
{
    public static LineResult Of(in InputOutcome outcome) => outcome.Status == InputStatus.Refused
        ? new(LineStatus.Refused, outcome.Rejection)
        : new((LineStatus)outcome.Status, null, outcome.Version, outcome.OverCapacity, outcome.First);
}

/// <summary>
/// A stretch of lines that goes to the places together: one call per place, the lines of a place in their order, the results in
/// the order of the lines.
/// </summary>
internal sealed class IngestWindow
{
    /// <summary>Most lines: a call and an append for each of a thousand places are worth their cost only when they carry many.</summary>
    public const int MaxLines = 16 * 1024;

    /// <summary>Most lines for one place, so that a few senders to it do not fill what may wait for its commit.</summary>
    public const int MaxLinesOfPlace = 4096;

    private const int MaxPlacesKept = 4096;

    private readonly List<(long Line, LineResult Result)> lines = new(256);
    private readonly Dictionary<PlaceId, PlaceLines> byPlace = [];
    private int longest;

    public int Count => lines.Count;

    /// <summary>Takes no more lines.</summary>
    public bool IsFull => lines.Count >= MaxLines || longest >= MaxLinesOfPlace;

    public IReadOnlyList<(long Line, LineResult Result)> Results => lines;

    public void Add(long line, PlaceId place, OccupancyInput input)
    {
        if (!byPlace.TryGetValue(place, out var inputs))
            byPlace.Add(place, inputs = new PlaceLines());
        inputs.Indexes.Add(lines.Count);
        inputs.Inputs.Add(input);
        longest = Math.Max(longest, inputs.Inputs.Count);
        lines.Add((line, default));
    }

    /// <summary>
    /// Empties it for the next lines, keeping what it grew to: a stream sends to the same places again and again, and a window of its
    /// largest size would be a large object to throw away each time.
    /// </summary>
    public void Clear()
    {
        lines.Clear();
        longest = 0;
        if (byPlace.Count > MaxPlacesKept)
            byPlace.Clear();
        foreach (var place in byPlace.Values)
            place.Clear();
    }

    public void Refuse(long line, Rejection rejection)
    {
        ServerMetrics.Unreadable("ingest", rejection.Code);
        lines.Add((line, new LineResult(LineStatus.Refused, rejection)));
    }

    /// <summary>Completes when every line has its result; never fails.</summary>
    /// <param name="grains">Where the places are.</param>
    /// <param name="held">
    /// Places that could not take a line of this request before, and why. They take none of its later lines either: a line that is
    /// sent again must not come after those that followed it, or it would be late.
    /// </param>
    /// <param name="access">Whether the sender may send for a place.</param>
    public Task SendAsync(IGrainFactory grains, ConcurrentDictionary<PlaceId, LineStatus> held, InputAccess access) =>
        Task.WhenAll(byPlace.Where(place => place.Value.Indexes.Count > 0).Select(place => SendAsync(place.Key, grains, held, access, place.Value)));

    private async Task SendAsync(PlaceId place, IGrainFactory grains, ConcurrentDictionary<PlaceId, LineStatus> held, InputAccess access, PlaceLines sent)
    {
        InputReceipt receipt;
        try
        {
            if (!await access.MayAsync(place))
            {
                RefuseAll(sent);
                return;
            }
            receipt = held.TryGetValue(place, out var status)
                ? new InputReceipt([], status == LineStatus.Unavailable, status == LineStatus.Overloaded)
                : await grains.OccupancyGrain(place).Record(sent.Inputs.ToImmutable());
        }
        catch (Exception)
        {
            // A call that timed out, was lost, or was given up by Orleans while it looked for the place, may have run: the sender repeats
            // it with the same sequence.
            receipt = new InputReceipt([], Unavailable: true);
        }
        if (receipt.Unavailable || receipt.Overloaded)
            held.TryAdd(place, receipt.Unavailable ? LineStatus.Unavailable : LineStatus.Overloaded);
        var outcomes = receipt.Outcomes.OrEmpty();
        for (var i = 0; i < sent.Indexes.Count; i++)
        {
            var result = i < outcomes.Length ? LineResult.Of(outcomes[i]) : new LineResult(receipt.Unavailable ? LineStatus.Unavailable : LineStatus.Overloaded);
            lines[sent.Indexes[i]] = (lines[sent.Indexes[i]].Line, result);
        }
    }

    private void RefuseAll(PlaceLines sent)
    {
        foreach (var index in sent.Indexes)
            lines[index] = (lines[index].Line, new LineResult(LineStatus.Refused, InputAccess.Refusal));
    }

    /// <summary>The lines of one place: what they say, and where they stand in the window.</summary>
    private sealed class PlaceLines
    {
        public ImmutableArray<OccupancyInput>.Builder Inputs { get; } = ImmutableArray.CreateBuilder<OccupancyInput>();

        public List<int> Indexes { get; } = [];

        public void Clear()
        {
            Inputs.Clear();
            Indexes.Clear();
        }
    }
}

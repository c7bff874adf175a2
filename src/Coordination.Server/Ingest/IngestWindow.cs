using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
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
    public const int MaxLines = 4096;

    private readonly List<(long Line, LineResult Result)> lines = new(256);
    private readonly Dictionary<PlaceId, List<(int Index, OccupancyInput Input)>> byPlace = [];

    public int Count => lines.Count;

    public IReadOnlyList<(long Line, LineResult Result)> Results => lines;

    public void Add(long line, PlaceId place, OccupancyInput input)
    {
        if (!byPlace.TryGetValue(place, out var inputs))
            byPlace.Add(place, inputs = []);
        inputs.Add((lines.Count, input));
        lines.Add((line, default));
    }

    public void Refuse(long line, Rejection rejection)
    {
        ServerMetrics.Unreadable("ingest", rejection.Code);
        lines.Add((line, new LineResult(LineStatus.Refused, rejection)));
    }

    /// <summary>Completes when every line has its result; never fails.</summary>
    public Task SendAsync(IGrainFactory grains) => Task.WhenAll(byPlace.Select(place => SendAsync(grains.OccupancyGrain(place.Key), place.Value)));

    private async Task SendAsync(IOccupancyGrain grain, List<(int Index, OccupancyInput Input)> inputs)
    {
        InputReceipt receipt;
        try
        {
            receipt = await grain.Record([.. inputs.Select(input => input.Input)]);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A call that timed out or was lost may have run: the sender repeats it with the same sequence.
            receipt = new InputReceipt([], Unavailable: true);
        }
        var outcomes = receipt.Outcomes.OrEmpty();
        for (var i = 0; i < inputs.Count; i++)
        {
            var result = i < outcomes.Length ? LineResult.Of(outcomes[i]) : new LineResult(receipt.Unavailable ? LineStatus.Unavailable : LineStatus.Overloaded);
            lines[inputs[i].Index] = (lines[inputs[i].Index].Line, result);
        }
    }
}

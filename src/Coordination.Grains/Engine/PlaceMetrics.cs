using System.Diagnostics.Metrics;
using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;

namespace Coordination.Grains;

/// <summary>
/// Meter <c>Coordination.Places</c>: <c>coordination.commands</c> (by <c>command</c> and <c>status</c>),
/// <c>coordination.inputs</c> (by <c>status</c>), <c>coordination.rejections</c> (by <c>code</c>), and
/// <c>coordination.places</c> (active on this host, by <c>state</c>: unknown, open, closed, stale).
/// </summary>
public static class PlaceMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Coordination.Places";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("coordination.commands", "{command}", "Commands answered, by command and status.");
    private static readonly Counter<long> Inputs = Meter.CreateCounter<long>("coordination.inputs", "{input}", "Inputs of devices answered, by status.");
    private static readonly Counter<long> Rejections = Meter.CreateCounter<long>("coordination.rejections", "{rejection}", "Commands and inputs that were refused, by code.");
    private static readonly int InputStatusCount = Enum.GetValues<InputStatus>().Length;
    private static readonly int[] ByState = new int[Enum.GetValues<PlaceState>().Length];

    static PlaceMetrics() => Meter.CreateObservableGauge("coordination.places", Observe, "{place}", "Places active on this host, by state.");

    internal static void Command(string command, CommandStatus status, string? code)
    {
        Commands.Add(1, new("command", command), new("status", status.ToString()));
        if (code is not null)
            Rejections.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    /// <summary>Counts the answers of one call together: a measurement for each of ten thousand lines would cost more than its rules.</summary>
    internal static void Answered(ReadOnlySpan<InputOutcome> outcomes)
    {
        Span<int> byStatus = stackalloc int[InputStatusCount];
        foreach (ref readonly var outcome in outcomes)
        {
            byStatus[(int)outcome.Status]++;
            if (outcome.Rejection is { } rejection)
                Rejections.Add(1, new KeyValuePair<string, object?>("code", rejection.Code));
        }
        for (var status = 0; status < byStatus.Length; status++)
        {
            if (byStatus[status] > 0)
                Inputs.Add(byStatus[status], new KeyValuePair<string, object?>("status", NameOf((InputStatus)status)));
        }
    }

    /// <summary>An active place went from one state to another; null for not active.</summary>
    internal static void Moved(PlaceState? from, PlaceState? to)
    {
        if (from is { } left)
            Interlocked.Decrement(ref ByState[(int)left]);
        if (to is { } entered)
            Interlocked.Increment(ref ByState[(int)entered]);
    }

    private static string NameOf(InputStatus status) => status switch
    {
        InputStatus.Accepted => "accepted",
        InputStatus.Late => "late",
        InputStatus.Duplicate => "duplicate",
        _ => "refused",
    };

    private static IEnumerable<Measurement<int>> Observe()
    {
        foreach (var state in Enum.GetValues<PlaceState>())
            yield return new Measurement<int>(Volatile.Read(ref ByState[(int)state]), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()));
    }
}

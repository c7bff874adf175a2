using System.Diagnostics.Metrics;
using Coordination.Ledger.Redis;

namespace Coordination.Server.Telemetry;

/// <summary>
/// Meter <c>Coordination.Server</c>: <c>coordination.problems</c> (answers with a problem, by <c>status</c> and <c>code</c>),
/// <c>coordination.unreadable</c> (input that no place was asked about because it could not be read, by <c>source</c> and <c>code</c>), and in
/// a cluster <c>coordination.store.condition</c> (1 for the present <c>condition</c> of the store as this host sees it, 0 for the others).
/// </summary>
internal static class ServerMetrics
{
    public const string MeterName = "Coordination.Server";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Problems = Meter.CreateCounter<long>("coordination.problems", "{problem}", "Requests answered with a problem, by status and code.");
    private static readonly Counter<long> Inputs = Meter.CreateCounter<long>("coordination.unreadable", "{input}", "Lines and messages that could not be read, by source and code.");

    /// <summary>Shows how the store is from now on.</summary>
    public static void ObserveStore(Func<StoreState> state) => Meter.CreateObservableGauge(
        "coordination.store.condition",
        () => Enum.GetValues<StoreState>().Select(each => new Measurement<int>(
            each == state() ? 1 : 0, new KeyValuePair<string, object?>("condition", each.ToString().ToLowerInvariant()))),
        description: "How the event store is, as this host sees it: 1 for the present condition.");

    public static void Problem(int status, string code) =>
        Problems.Add(1, new KeyValuePair<string, object?>("status", status), new KeyValuePair<string, object?>("code", code));

    public static void Unreadable(string source, string code) =>
        Inputs.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("code", code));
}

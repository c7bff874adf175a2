using System.Diagnostics.Metrics;

namespace Coordination.Ledger;

/// <summary>
/// Meter <c>Coordination.Ledger</c>: <c>coordination.ledger.commits</c> (by <c>outcome</c>: committed, failed),
/// <c>coordination.ledger.commit.appends</c> (streams in a commit), <c>coordination.ledger.commit.events</c> (events in a commit),
/// <c>coordination.ledger.commit.duration</c> (seconds), <c>coordination.ledger.snapshots</c> (by <c>outcome</c>),
/// <c>coordination.ledger.snapshots.foreign</c> (snapshots left aside because their link is not that of the events they end with),
/// <c>coordination.ledger.fenced</c> (activations that found themselves replaced).
/// </summary>
public static class LedgerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Coordination.Ledger";

    private static readonly Meter Meter = new(MeterName);
    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] };
    private static readonly Counter<long> Commits = Meter.CreateCounter<long>("coordination.ledger.commits", "{commit}", "Durable commits, by outcome.");
    private static readonly Histogram<int> Appends = Meter.CreateHistogram(
        "coordination.ledger.commit.appends", "{append}", "Streams in one commit.", null, Sizes);
    private static readonly Histogram<int> Events = Meter.CreateHistogram(
        "coordination.ledger.commit.events", "{event}", "Events in one commit.", null, Sizes);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "coordination.ledger.commit.duration", "s", "Time of one commit, sync included.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
    private static readonly Counter<long> Snapshots = Meter.CreateCounter<long>("coordination.ledger.snapshots", "{snapshot}", "Snapshots written, by outcome.");
    private static readonly Counter<long> ForeignSnapshots = Meter.CreateCounter<long>(
        "coordination.ledger.snapshots.foreign", "{snapshot}", "Snapshots left aside because they are not of the events that are stored.");
    private static readonly Counter<long> FencedStreams = Meter.CreateCounter<long>("coordination.ledger.fenced", "{stream}", "Activations that found themselves replaced.");

    private static readonly KeyValuePair<string, object?> Good = new("outcome", "committed");
    private static readonly KeyValuePair<string, object?> Bad = new("outcome", "failed");

    internal static void Committed(int appends, int events, TimeSpan duration)
    {
        Commits.Add(1, Good);
        Appends.Record(appends);
        Events.Record(events);
        Duration.Record(duration.TotalSeconds);
    }

    internal static void CommitFailed() => Commits.Add(1, Bad);

    internal static void SnapshotWritten(bool written) => Snapshots.Add(1, written ? Good : Bad);

    internal static void SnapshotLeftAside() => ForeignSnapshots.Add(1);

    internal static void Fenced() => FencedStreams.Add(1);
}

using System.Diagnostics.Metrics;
using Coordination.Live.Core;
using Coordination.Live.Relay;

namespace Coordination.Live.Hosting;

/// <summary>
/// What the live feed measures, on the meter <c>Coordination.Live</c>:
/// <list type="bullet">
/// <item><c>coordination.live.watchers</c> (up-down counter): how many there are now on this host, by <c>kind</c>:
/// <c>connections</c> (also by <c>transport</c>: <c>hub</c>, <c>stream</c>), <c>topics</c> watched, and <c>subscriptions</c> (pairs of both).</item>
/// <item><c>coordination.live.pushes</c> (counter): views written to connections, by <c>transport</c>.</item>
/// <item><c>coordination.live.coalesced</c> (counter): views that a newer one replaced before they were written, by <c>transport</c>.</item>
/// </list>
/// </summary>
public sealed class LiveMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Coordination.Live";

    private static readonly KeyValuePair<string, object?> HubTag = new("transport", "hub");
    private static readonly KeyValuePair<string, object?> StreamTag = new("transport", "stream");

    private long _hubConnections;
    private long _streamConnections;

    public LiveMetrics(IMeterFactory meters, ViewRelay relay)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter<long>(
            "coordination.live.watchers",
            () =>
            [
                new(Interlocked.Read(ref _hubConnections), new("kind", "connections"), HubTag),
                new(Interlocked.Read(ref _streamConnections), new("kind", "connections"), StreamTag),
                new(relay.Topics, new KeyValuePair<string, object?>("kind", "topics")),
                new(relay.Subscriptions, new KeyValuePair<string, object?>("kind", "subscriptions")),
            ],
            description: "Connections, watched topics and pairs of both.");
        meter.CreateObservableCounter<long>(
            "coordination.live.pushes",
            () => [new(Hub.Pushes, HubTag), new(Stream.Pushes, StreamTag)],
            "{view}",
            "Views written to connections.");
        meter.CreateObservableCounter<long>(
            "coordination.live.coalesced",
            () => [new(Hub.Coalesced, HubTag), new(Stream.Coalesced, StreamTag)],
            "{view}",
            "Views replaced by a newer one before they were written.");
    }

    /// <summary>Counted by the outboxes of the hub.</summary>
    public OutboxCounts Hub { get; } = new();

    /// <summary>Counted by the outboxes of the event streams.</summary>
    public OutboxCounts Stream { get; } = new();

    internal void HubConnections(int change) => Interlocked.Add(ref _hubConnections, change);

    internal void StreamConnections(int change) => Interlocked.Add(ref _streamConnections, change);
}

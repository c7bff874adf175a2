using System.Buffers;
using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;

namespace Coordination.Simulation.Checks;

/// <summary>What the checker knows to be durable of one stream: its events, the state after each, and what they are the outcome of.</summary>
internal sealed class PlaceLog(PlaceId place)
{
    private readonly List<(EventEnvelope<OccupancyEvent> Envelope, OccupancyState After)> entries = [];
    private readonly Dictionary<string, long> commands = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Device, long Sequence), long> inputs = [];

    public PlaceId Place { get; } = place;

    public long Version => entries.Count;

    public OccupancyState StateAt(long version) => version == 0 ? OccupancyState.Empty : entries[(int)version - 1].After;

    public EventEnvelope<OccupancyEvent> EventAt(long version) => entries[(int)version - 1].Envelope;

    /// <summary>The version of the last event of a command; null when it has none.</summary>
    public long? Find(string commandId) => commands.TryGetValue(commandId, out var version) ? version : null;

    /// <summary>The version of an input's event; null when it has none.</summary>
    public long? Find(string device, long sequence) => inputs.TryGetValue((device, sequence), out var version) ? version : null;

    /// <summary>The outcomes of the commands up to a version, in their order.</summary>
    public IEnumerable<CommandOutcome> OutcomesTo(long version) => entries.Take((int)version)
        .Where(entry => entry.Envelope.CommandId is not null)
        .Select(entry => new CommandOutcome(entry.Envelope.CommandId!, entry.Envelope.Fingerprint, entry.Envelope.Version, entry.Envelope.RecordedAt));

    /// <summary>Adds an event.</summary>
    /// <returns>What it doubles; null when it is the first outcome of its id.</returns>
    public string? Add(in EventEnvelope<OccupancyEvent> envelope)
    {
        entries.Add((envelope, OccupancyModel.Instance.Apply(StateAt(Version), envelope.Event, envelope.RecordedAt)));
        if (envelope.CommandId is { } id && !commands.TryAdd(id, envelope.Version))
            return $"command {id}, which was done at version {commands[id]}";
        return KeyOf(envelope.Event) is { } key && !inputs.TryAdd(key, envelope.Version)
            ? $"input {key.Device} {key.Sequence}, which was taken at version {inputs[key]}"
            : null;
    }

    /// <summary>Forgets everything after a version: somebody has written over it.</summary>
    public void CutTo(long version)
    {
        for (var last = Version; last > version; last--)
        {
            var envelope = EventAt(last);
            if (envelope.CommandId is { } id)
                commands.Remove(id);
            if (KeyOf(envelope.Event) is { } key)
                inputs.Remove(key);
            entries.RemoveAt((int)last - 1);
        }
    }

    public static ReadOnlySpan<byte> JsonOf(OccupancyState state)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            OccupancyModel.Instance.WriteState(writer, state);
        return buffer.WrittenSpan;
    }

    public static (string Device, long Sequence)? KeyOf(OccupancyEvent happened) => happened switch
    {
        ReadingRecorded reading => (reading.DeviceId, reading.Sequence),
        MovementRecorded movement => (movement.DeviceId, movement.Sequence),
        _ => null,
    };
}

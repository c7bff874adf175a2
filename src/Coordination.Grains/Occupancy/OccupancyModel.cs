using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Ledger;

namespace Coordination.Grains.Occupancy;

/// <summary>The rules and the JSON of places that are counted, as the ledger needs them.</summary>
public sealed class OccupancyModel : IStreamModel<OccupancyState, OccupancyCommand, OccupancyEvent, Rejection>
{
    public static OccupancyModel Instance { get; } = new();

    public OccupancyState Empty => OccupancyState.Empty;

    public (IReadOnlyList<OccupancyEvent> Events, Rejection? Rejection) Decide(OccupancyState state, OccupancyCommand command, DateTimeOffset now)
    {
        var decision = OccupancyDecider.Decide(state, command, now);
        return (decision.Events, decision.Rejection);
    }

    public OccupancyState Apply(OccupancyState state, OccupancyEvent @event, DateTimeOffset recordedAt) =>
        OccupancyEvolution.Apply(state, @event, recordedAt);

    public void WriteEvent(Utf8JsonWriter writer, OccupancyEvent @event) =>
        JsonSerializer.Serialize(writer, @event, DomainJson.Instance.OccupancyEvent);

    public OccupancyEvent ReadEvent(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.OccupancyEvent) ?? throw new JsonException("An event is an object.");

    public void WriteState(Utf8JsonWriter writer, OccupancyState state) =>
        JsonSerializer.Serialize(writer, state, DomainJson.Instance.OccupancyState);

    public OccupancyState ReadState(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.OccupancyState) ?? throw new JsonException("A state is an object.");
}

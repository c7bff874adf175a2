using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Communities;
using Coordination.Ledger;

namespace Coordination.Grains.Communities;

/// <summary>The rules and the JSON of communities, as the ledger needs them.</summary>
public sealed class CommunityModel : IStreamModel<CommunityState, CommunityCommand, CommunityEvent, Rejection>
{
    public static CommunityModel Instance { get; } = new();

    public CommunityState Empty => CommunityState.Empty;

    public (IReadOnlyList<CommunityEvent> Events, Rejection? Rejection) Decide(CommunityState state, CommunityCommand command, DateTimeOffset now)
    {
        var decision = CommunityDecider.Decide(state, command);
        return (decision.Events, decision.Rejection);
    }

    public CommunityState Apply(CommunityState state, CommunityEvent @event, DateTimeOffset recordedAt) => CommunityDecider.Apply(state, @event);

    public void WriteEvent(Utf8JsonWriter writer, CommunityEvent @event) =>
        JsonSerializer.Serialize(writer, @event, DomainJson.Instance.CommunityEvent);

    public CommunityEvent ReadEvent(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.CommunityEvent) ?? throw new JsonException("An event is an object.");

    public void WriteState(Utf8JsonWriter writer, CommunityState state) =>
        JsonSerializer.Serialize(writer, state, DomainJson.Instance.CommunityState);

    public CommunityState ReadState(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.CommunityState) ?? throw new JsonException("A state is an object.");
}

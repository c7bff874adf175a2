using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Devices;
using Coordination.Ledger;

namespace Coordination.Grains.Identity;

/// <summary>The rules and the JSON of devices and programs that have a key, as the ledger needs them.</summary>
public sealed class KeyHolderModel : IStreamModel<KeyHolderState, KeyHolderCommand, KeyHolderEvent, Rejection>
{
    public static KeyHolderModel Instance { get; } = new();

    public KeyHolderState Empty => KeyHolderState.Empty;

    public (IReadOnlyList<KeyHolderEvent> Events, Rejection? Rejection) Decide(KeyHolderState state, KeyHolderCommand command, DateTimeOffset now)
    {
        var decision = KeyHolderDecider.Decide(state, command, now);
        return (decision.Events, decision.Rejection);
    }

    public KeyHolderState Apply(KeyHolderState state, KeyHolderEvent @event, DateTimeOffset recordedAt) => KeyHolderDecider.Apply(state, @event, recordedAt);

    public void WriteEvent(Utf8JsonWriter writer, KeyHolderEvent @event) => JsonSerializer.Serialize(writer, @event, DomainJson.Instance.KeyHolderEvent);

    public KeyHolderEvent ReadEvent(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.KeyHolderEvent) ?? throw new JsonException("An event is an object.");

    public void WriteState(Utf8JsonWriter writer, KeyHolderState state) => JsonSerializer.Serialize(writer, state, DomainJson.Instance.KeyHolderState);

    public KeyHolderState ReadState(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.KeyHolderState) ?? throw new JsonException("A state is an object.");
}

using System.Text.Json;

namespace Coordination.Ledger;

/// <summary>
/// What the engine must know of a kind of stream: its rules and its JSON. All members are pure, synchronous and safe to call from
/// any thread.
/// </summary>
/// <typeparam name="TState">Immutable state.</typeparam>
/// <typeparam name="TCommand">What can be asked.</typeparam>
/// <typeparam name="TEvent">What can happen.</typeparam>
/// <typeparam name="TRejection">A typed "no".</typeparam>
public interface IStreamModel<TState, in TCommand, TEvent, TRejection>
    where TRejection : class
{
    TState Empty { get; }

    /// <summary>Events that follow from a command, possibly none; or a rejection, and then no events.</summary>
    (IReadOnlyList<TEvent> Events, TRejection? Rejection) Decide(TState state, TCommand command, DateTimeOffset now);

    TState Apply(TState state, TEvent @event, DateTimeOffset recordedAt);

    void WriteEvent(Utf8JsonWriter writer, TEvent @event);

    TEvent ReadEvent(ref Utf8JsonReader reader);

    void WriteState(Utf8JsonWriter writer, TState state);

    TState ReadState(ref Utf8JsonReader reader);
}

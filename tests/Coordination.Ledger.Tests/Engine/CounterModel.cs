using System.Text.Json;

namespace Coordination.Ledger.Tests.Engine;

/// <summary>The smallest stream there is: a counter that takes amounts and refuses to go over a limit.</summary>
internal sealed class CounterModel : IStreamModel<CounterModel.Counter, int, CounterModel.Added, string>
{
    public const int Limit = 1_000_000;

    public static CounterModel Instance { get; } = new();

    public sealed record Counter(long Sum = 0);

    public sealed record Added(int Amount);

    public Counter Empty { get; } = new();

    public (IReadOnlyList<Added> Events, string? Rejection) Decide(Counter state, int command, DateTimeOffset now) =>
        command == 0 ? ([], null) : state.Sum + command > Limit ? ([], "over-limit") : ([new Added(command)], null);

    public Counter Apply(Counter state, Added @event, DateTimeOffset recordedAt) => new(state.Sum + @event.Amount);

    public void WriteEvent(Utf8JsonWriter writer, Added @event) => JsonSerializer.Serialize(writer, @event);

    public Added ReadEvent(ref Utf8JsonReader reader) => JsonSerializer.Deserialize<Added>(ref reader)!;

    public void WriteState(Utf8JsonWriter writer, Counter state) => JsonSerializer.Serialize(writer, state);

    public Counter ReadState(ref Utf8JsonReader reader) => JsonSerializer.Deserialize<Counter>(ref reader)!;
}

using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Accounts;
using Coordination.Ledger;

namespace Coordination.Grains.Identity;

/// <summary>The rules and the JSON of accounts, as the ledger needs them.</summary>
public sealed class AccountModel : IStreamModel<AccountState, AccountCommand, AccountEvent, Rejection>
{
    public static AccountModel Instance { get; } = new();

    public AccountState Empty => AccountState.Empty;

    public (IReadOnlyList<AccountEvent> Events, Rejection? Rejection) Decide(AccountState state, AccountCommand command, DateTimeOffset now)
    {
        var decision = AccountDecider.Decide(state, command, now);
        return (decision.Events, decision.Rejection);
    }

    public AccountState Apply(AccountState state, AccountEvent @event, DateTimeOffset recordedAt) => AccountDecider.Apply(state, @event, recordedAt);

    public void WriteEvent(Utf8JsonWriter writer, AccountEvent @event) => JsonSerializer.Serialize(writer, @event, DomainJson.Instance.AccountEvent);

    public AccountEvent ReadEvent(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.AccountEvent) ?? throw new JsonException("An event is an object.");

    public void WriteState(Utf8JsonWriter writer, AccountState state) => JsonSerializer.Serialize(writer, state, DomainJson.Instance.AccountState);

    public AccountState ReadState(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DomainJson.Instance.AccountState) ?? throw new JsonException("A state is an object.");
}

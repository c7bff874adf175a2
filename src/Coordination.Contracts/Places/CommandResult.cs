using Coordination.Domain;

namespace Coordination.Contracts.Places;

/// <summary>How a command ended.</summary>
public enum CommandStatus
{
    /// <summary>Durable. <see cref="CommandResult.Version"/> contains it.</summary>
    Done,

    /// <summary>The same command id was done before; this is its first outcome, and nothing changed now.</summary>
    Replayed,

    /// <summary>The rules or the state said no; nothing changed.</summary>
    Rejected,

    /// <summary>The same command id was used with another body; nothing changed.</summary>
    KeyReused,

    /// <summary>Too many commands wait; nothing changed, try again later.</summary>
    Overloaded,

    /// <summary>The store cannot be written; whether the command was kept is not known. Retry with the same id.</summary>
    Unavailable,
}

/// <summary>The answer to a command.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Version">Version of the place that contains the outcome; 0 when there is none.</param>
/// <param name="Rejection">Why, when it was rejected.</param>
/// <param name="Created">The command created the place.</param>
[GenerateSerializer, Immutable]
public sealed record CommandResult(
    [property: Id(0)] CommandStatus Status,
    [property: Id(1)] long Version = 0,
    [property: Id(2)] Rejection? Rejection = null,
    [property: Id(3)] bool Created = false);

/// <summary>The id that makes a command safe to repeat.</summary>
/// <param name="Id">From the caller, 1 to 128 visible ASCII characters.</param>
/// <param name="Fingerprint">Hash of everything the caller asked for; the same id with another one is refused.</param>
[GenerateSerializer, Immutable]
public readonly record struct CommandKey([property: Id(0)] string Id, [property: Id(1)] ulong Fingerprint);

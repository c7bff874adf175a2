using System.Collections.Immutable;

namespace Coordination.Contracts.Identity;

/// <summary>What a ticket for one live connection stands for.</summary>
/// <param name="Subject">Who asked for it.</param>
/// <param name="SecretHash">SHA-256 of the secret of the key with which it did; default for a session.</param>
/// <param name="Stamp">The stamp of its session.</param>
/// <param name="Session">Id of its session; null for a key.</param>
/// <param name="Terminal">Where it works.</param>
/// <param name="ExpiresAt">Until when it can be used.</param>
[GenerateSerializer, Immutable]
public sealed record LiveTicket(
    [property: Id(0)] string Subject,
    [property: Id(1)] ImmutableArray<byte> SecretHash,
    [property: Id(2)] long Stamp,
    [property: Id(3)] string? Session,
    [property: Id(4)] string? Terminal,
    [property: Id(5)] DateTimeOffset ExpiresAt);

/// <summary>
/// One ticket, keyed by the SHA-256 of its text in lower-case hexadecimal. In memory only: when its host is lost another one is asked for.
/// </summary>
public interface ILiveTicketGrain : IGrainWithStringKey
{
    /// <summary>Keeps it until it is taken or has expired.</summary>
    Task Put(LiveTicket ticket);

    /// <summary>Takes it: the first to ask gets it, unless it has expired; null for everybody else.</summary>
    Task<LiveTicket?> Take();
}

using System.Collections.Immutable;

namespace Coordination.Contracts.Identity;

/// <summary>The keys that protect cookies, the same on all hosts, encrypted by the master key where they lie. Keyed by 0.</summary>
public interface ISessionKeysGrain : IGrainWithIntegerKey
{
    /// <summary>All of them, as XML that ASP.NET Core writes and reads.</summary>
    Task<SessionKeyElements> Read();

    /// <summary>Adds one if nobody has added another since they were read; otherwise false, and they are to be read again.</summary>
    Task<bool> TryAdd(string element, long expectedVersion);
}

/// <summary>Keys that protect cookies.</summary>
/// <param name="Version">Of all of them together; 0 when there is none.</param>
/// <param name="Elements">Oldest first.</param>
[GenerateSerializer, Immutable]
public sealed record SessionKeyElements([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<string> Elements);

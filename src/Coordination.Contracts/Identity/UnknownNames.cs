namespace Coordination.Contracts.Identity;

/// <summary>
/// A user name that nobody has, keyed by its SHA-256. It is locked like one that somebody has, so that the answer does not tell which is which.
/// In memory only.
/// </summary>
public interface IUnknownNameGrain : IGrainWithStringKey
{
    /// <summary>Counts an attempt.</summary>
    Task<UnknownNameAttempt> BeginSignIn();
}

/// <summary>An attempt at a name that nobody has.</summary>
/// <param name="LockedFor">How long nobody may try; null when it may be tried.</param>
/// <param name="Mark">The same for the same name, and tells nothing of it to who has not the hash key.</param>
[GenerateSerializer, Immutable]
public readonly record struct UnknownNameAttempt([property: Id(0)] TimeSpan? LockedFor, [property: Id(1)] string Mark);

namespace Coordination.Contracts.Identity;

/// <summary>
/// A user name that nobody has, keyed by its SHA-256. It is locked like one that somebody has, so that the answer does not tell which is which.
/// In memory only.
/// </summary>
public interface IUnknownNameGrain : IGrainWithStringKey
{
    /// <summary>Counts an attempt; how long nobody may try, null when it may be tried.</summary>
    Task<TimeSpan?> BeginSignIn();
}

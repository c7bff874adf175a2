namespace Coordination.Domain.Accounts;

/// <summary>How guessing passwords is slowed down: a minute after the fifth wrong one in a row, twice as long after each further one, up to a quarter of an hour.</summary>
public static class SignInLock
{
    /// <summary>Wrong passwords in a row before nobody may try for a while.</summary>
    public const int FreeAttempts = 5;

    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>How long nobody may try after so many wrong ones in a row; null when they may at once.</summary>
    public static TimeSpan? After(int attempts)
    {
        if (attempts < FreeAttempts)
            return null;
        var doubled = Shortest * Math.Pow(2, Math.Min(attempts - FreeAttempts, 10));
        return doubled < Longest ? doubled : Longest;
    }
}

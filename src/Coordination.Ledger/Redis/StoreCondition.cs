namespace Coordination.Ledger.Redis;

/// <summary>Whether a store can do its work.</summary>
public enum StoreState
{
    /// <summary>It answers.</summary>
    Healthy,

    /// <summary>It does not answer, or answers that it cannot now. It is tried again all the time.</summary>
    Unreachable,

    /// <summary>It answers and must not be used: it lost data, is another store, or is not set up to keep data. A person has to act.</summary>
    Refused,
}

/// <summary>How a store is, and since when.</summary>
/// <param name="State">Whether it can do its work.</param>
/// <param name="Reason">What is wrong and what to do, for the person who runs the server; when healthy what it leaves to be wished, or null.</param>
/// <param name="Since">When this state began.</param>
public sealed record StoreCondition(StoreState State, string? Reason, DateTimeOffset Since);

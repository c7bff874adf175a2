namespace Coordination.Ledger;

/// <summary>How the commit that a reply waits for ended.</summary>
public enum CommitOutcome
{
    /// <summary>Durable.</summary>
    Committed,

    /// <summary>The store failed: the outcome is not known. Retry with the same id.</summary>
    Unknown,

    /// <summary>Another activation has taken the stream: nothing of this was kept. Retry with the same id.</summary>
    Fenced,
}

/// <summary>What became of a command before its commit. Nothing of it may be told before <see cref="Commit"/> completes as committed.</summary>
/// <param name="Events">What it made happen; empty for none, for a replay and for a rejection.</param>
/// <param name="Rejection">Why not, if not.</param>
/// <param name="Version">Version that contains the outcome.</param>
/// <param name="Kind">Decided now, found among the outcomes, or refused by the engine.</param>
/// <param name="Commit">Completes when everything the answer was decided on is durable, or is known not to be.</param>
public readonly record struct Submission<TEvent, TRejection>(
    IReadOnlyList<TEvent> Events,
    TRejection? Rejection,
    long Version,
    SubmissionKind Kind,
    Task<CommitOutcome> Commit)
    where TRejection : class;

/// <summary>How a command came to its outcome.</summary>
public enum SubmissionKind
{
    /// <summary>Decided now.</summary>
    Decided,

    /// <summary>The id was done before; this is the first outcome.</summary>
    Replayed,

    /// <summary>The id was used for another body.</summary>
    KeyReused,

    /// <summary>The stream is not at the version the caller expected.</summary>
    VersionMismatch,

    /// <summary>Too many events wait for their commit.</summary>
    Overloaded,
}

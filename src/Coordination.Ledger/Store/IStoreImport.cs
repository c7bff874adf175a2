namespace Coordination.Ledger;

/// <summary>
/// Takes the streams of another store as they are. Until the end the store is marked as incomplete, and nobody else can open it: neither
/// this time nor after an interruption.
/// </summary>
internal interface IStoreImport : IEventStore
{
    /// <summary>Marks the store as the incomplete copy of another one.</summary>
    /// <param name="source">Names the other store; to go on with a copy it must be the same.</param>
    /// <param name="mayContinue">Goes on with a copy that was interrupted.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="InvalidOperationException">It holds streams, or an incomplete copy that is of another source or not to be continued.</exception>
    ValueTask BeginImportAsync(string source, bool mayContinue, CancellationToken cancellation);

    /// <summary>As <see cref="IEventStore.AppendAsync"/>, but several appends may follow each other in one stream.</summary>
    ValueTask<AppendOutcome[]> AppendInOrderAsync(IReadOnlyList<Append> appends, CancellationToken cancellation);

    /// <summary>Makes a stream's epoch at least this.</summary>
    ValueTask RaiseEpochAsync(string stream, long epoch, CancellationToken cancellation);

    /// <summary>Takes the mark away: the copy is whole.</summary>
    ValueTask EndImportAsync(CancellationToken cancellation);
}

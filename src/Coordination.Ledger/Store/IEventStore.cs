namespace Coordination.Ledger;

/// <summary>
/// Where events become durable. One stream per place, named by its path: 1 to 200 characters, no control characters. An implementation must make each member behave as
/// written here; one contract test suite runs against all of them.
/// </summary>
/// <remarks>
/// Failure: every member throws <see cref="StoreUnavailableException"/> when the store cannot do its work. Of an append that threw
/// nothing is known: it may or may not be durable, wholly and never in part for one stream.
/// </remarks>
public interface IEventStore : IAsyncDisposable
{
    /// <summary>
    /// Takes the stream's next epoch, durably, and says where the stream stands. From then on every append with an older epoch is
    /// <see cref="AppendOutcome.Fenced"/>. A stream that does not exist is created empty.
    /// </summary>
    ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation);

    /// <summary>
    /// Appends to several streams in one durable commit. Each append is checked by itself against the epoch and version of its
    /// stream, in the same atomic step as the write; one that does not fit is left out and spoils no other.
    /// </summary>
    /// <remarks>
    /// An epoch nobody was given, or a stream that was never opened, is <see cref="AppendOutcome.Fenced"/>; fenced is told before a
    /// version conflict.
    /// </remarks>
    /// <param name="appends">At most one per stream, each with at least one event; otherwise <see cref="ArgumentException"/>.</param>
    /// <param name="cancellation">Cancels the wait, never a commit that has begun.</param>
    /// <returns>One outcome per append, in their order, when all that fit are durable.</returns>
    ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation);

    /// <summary>Reads the batches that contain events after <paramref name="afterVersion"/>, in order. The first may begin before it.</summary>
    IAsyncEnumerable<EventBatch> ReadAsync(string stream, long afterVersion, CancellationToken cancellation);

    /// <summary>The newest snapshot; null when there is none.</summary>
    ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation);

    /// <summary>
    /// Keeps a snapshot unless a newer one is there, it is ahead of the stream, or there is no such stream. One of the same version
    /// replaces the old one. Older ones may be dropped.
    /// </summary>
    ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation);

    /// <summary>The streams whose name begins with <paramref name="prefix"/>, in the ordinal order of their names.</summary>
    IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>Where one stream stands, without taking an epoch; null when there is no such stream.</summary>
    ValueTask<StreamInfo?> FindAsync(string stream, CancellationToken cancellation);

    /// <summary>
    /// The current epoch of each stream, in their order; 0 where there is no such stream. Tells a host whether the epoch it holds is
    /// still the newest, without taking the next one.
    /// </summary>
    ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation);

    /// <summary>Whether a commit would succeed now: writes and syncs something small. Throws when not.</summary>
    ValueTask ProbeAsync(CancellationToken cancellation);
}

/// <summary>Where a stream stands when it was opened.</summary>
/// <param name="Epoch">The epoch taken, from 1.</param>
/// <param name="Version">Events in the stream.</param>
public readonly record struct OpenedStream(long Epoch, long Version);

/// <summary>A stream in a list.</summary>
public readonly record struct StreamInfo(string Name, long Epoch, long Version);

/// <summary>Events to add to a stream.</summary>
/// <param name="Stream">Name of the stream.</param>
/// <param name="Epoch">The epoch the writer holds.</param>
/// <param name="ExpectedVersion">Events the writer believes to be there.</param>
/// <param name="Count">Events in the payload, at least 1.</param>
/// <param name="Payload">A JSON array of <paramref name="Count"/> event envelopes, UTF-8.</param>
public sealed record Append(string Stream, long Epoch, long ExpectedVersion, int Count, ReadOnlyMemory<byte> Payload);

/// <summary>How an append ended.</summary>
public enum AppendOutcome
{
    /// <summary>Durable.</summary>
    Committed,

    /// <summary>The stream was opened by somebody else since: the writer's state is to be thrown away.</summary>
    Fenced,

    /// <summary>The stream is not at the expected version: the writer's state is to be thrown away.</summary>
    VersionConflict,
}

/// <summary>Events that were appended together.</summary>
/// <param name="FirstVersion">Version of the first event in the payload, from 1.</param>
/// <param name="Count">Events in the payload.</param>
/// <param name="Payload">A JSON array of event envelopes, UTF-8.</param>
public readonly record struct EventBatch(long FirstVersion, int Count, ReadOnlyMemory<byte> Payload);

/// <summary>A state at a version.</summary>
/// <param name="Version">Events that are in it.</param>
/// <param name="Payload">JSON, UTF-8.</param>
public sealed record StreamSnapshot(long Version, ReadOnlyMemory<byte> Payload);

/// <summary>
/// The store cannot do its work now: full disk, failing device, no connection. Whether something that was to be written is
/// durable is not known.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

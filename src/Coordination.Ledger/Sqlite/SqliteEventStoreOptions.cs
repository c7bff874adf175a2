namespace Coordination.Ledger.Sqlite;

/// <summary>Where a <see cref="SqliteEventStore"/> lives and how it is opened.</summary>
public sealed record SqliteEventStoreOptions
{
    /// <summary>
    /// The database file; it and its folder are created when missing. Beside it stand <c>-wal</c>, <c>-shm</c> and <c>.lock</c>. Must be
    /// on a local disk: network file systems do not keep what the locks and the write-ahead log need.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>
    /// Reads only, beside a running server or without one: takes no lock, creates nothing, and every write throws
    /// <see cref="InvalidOperationException"/>. The folder must be writable for SQLite's shared-memory file.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>Opens also what is an incomplete copy of another store, to go on with it.</summary>
    internal bool ForImport { get; init; }

    /// <summary>The clock for the moments noted in the store's own <c>meta</c> table.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

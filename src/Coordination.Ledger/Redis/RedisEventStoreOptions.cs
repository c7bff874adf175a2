using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>What a Redis must do before it may hold events.</summary>
public enum RedisDurability
{
    /// <summary>Every commit is synced to the disk before it is acknowledged (<c>appendfsync always</c>).</summary>
    Strict,

    /// <summary>A power failure may cost the last second of acknowledged commits (<c>appendfsync everysec</c> is enough).</summary>
    Relaxed,
}

/// <summary>Where a <see cref="RedisEventStore"/> lives and how it is opened.</summary>
public sealed record RedisEventStoreOptions
{
    /// <summary>
    /// Hosts, user, password, TLS, and database; see <see cref="RedisUrl"/>. The store takes a copy and sets how it connects and waits by
    /// itself.
    /// </summary>
    public required ConfigurationOptions Connection { get; init; }

    /// <summary>What all keys begin with: 1 to 64 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    public string Prefix { get; init; } = "coordination";

    /// <summary>What the Redis must guarantee.</summary>
    public RedisDurability Durability { get; init; }

    /// <summary>Identity the store must have. With it nothing is ever created.</summary>
    public Guid? ExpectedIdentity { get; init; }

    /// <summary>
    /// File that remembers which store this host last used and how far it was, across restarts of the host
    /// (<c>store-identity.json</c>); null remembers nothing.
    /// </summary>
    public string? RememberIn { get; init; }

    /// <summary>Whether a store may be created in a Redis that holds none.</summary>
    public bool MayCreate { get; init; } = true;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long a call waits for Redis. One that carries more than a megabyte gets a second more for every 16 of them.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMilliseconds(900);

    /// <summary>
    /// How long a page of events or a snapshot may take, on a connection of its own; at least <see cref="CommandTimeout"/>. Nobody waits at a
    /// counter for it, and one that waits for the disk must not fail for that.
    /// </summary>
    public TimeSpan BulkTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long an opening tries to reach Redis: it may start along with the host, or the machine may be busy. A password that is not accepted
    /// ends it at once.
    /// </summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Reads only: writes nothing, whatever it meets, creates nothing, and does not ask how Redis is set up. Every write throws
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>Opens also what is an incomplete copy of another store, to go on with it.</summary>
    internal bool ForImport { get; init; }

    /// <summary>For the twin of a safety test only: takes whatever store it meets for the right one.</summary>
    internal bool TrustsAnyStore { get; init; }

    /// <summary>How long a Redis that did not write its file anew after a restart is left before it is asked again.</summary>
    internal TimeSpan RenewAgainAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For the twin of a safety test only: writes on behind what a killed Redis left in its file.</summary>
    internal bool LeavesFile { get; init; }

    /// <summary>For people: without the password.</summary>
    public override string ToString() => $"{Prefix} at {RedisUrl.Describe(Connection)}";
}

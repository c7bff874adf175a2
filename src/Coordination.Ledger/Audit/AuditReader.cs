using System.Text.Json;

namespace Coordination.Ledger;

/// <summary>
/// Reads what happened in one stream backwards, newest first. Each call does a bounded amount of work and says where the next one goes on, however long
/// the stream is and however little of it fits. Safe to call from any thread.
/// </summary>
/// <remarks>Stores read forward only, so it reads windows of versions, the newest first, and goes through each backwards.</remarks>
/// <param name="store">The store.</param>
public sealed class AuditReader(IEventStore store)
{
    /// <summary>Most entries in a page.</summary>
    public const int MaxEntries = 500;

    /// <summary>Events that one call looks at, and then the rest of the batch it has come to.</summary>
    public const int MaxLooked = 4096;

    /// <summary>Bytes after which a call goes no further.</summary>
    private const int MaxBytes = 4 << 20;

    private const int LeastWindow = 32;
    private const int FilteredWindow = 512;

    /// <summary>Clocks of hosts may differ: what is this much too old has nothing young enough before it.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromDays(1);

    /// <summary>Reads entries of a stream, newest first.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="beforeVersion">Only entries of lower versions; null for the newest.</param>
    /// <param name="maxEntries">Most entries to give back, 1 to <see cref="MaxEntries"/>.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <returns>A page; null when there is no such stream.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of entries is not in its bounds.</exception>
    /// <exception cref="InvalidDataException">The stream has a gap or cannot be read.</exception>
    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public async Task<AuditPage?> ReadBackAsync(string stream, long? beforeVersion, int maxEntries, AuditFilter filter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxEntries, MaxEntries);
        if (await store.FindAsync(stream, cancellation) is not { } head)
            return null;
        var before = Math.Min(beforeVersion ?? long.MaxValue, head.Version + 1);
        var (found, looked, bytes) = (new List<AuditEntry>(), 0, 0L);
        while (before > 1 && looked < MaxLooked && bytes < MaxBytes)
        {
            var wanted = Math.Max(maxEntries - found.Count, LeastWindow);
            var window = await ReadAsync(stream, before, filter == AuditFilter.None ? wanted : Math.Max(wanted, FilteredWindow), cancellation);
            bytes += window.Bytes;
            for (var i = window.Entries.Count - 1; i >= 0; i--)
            {
                var entry = window.Entries[i];
                before = entry.Version;
                looked++;
                if (!filter.Fits(entry))
                    continue;
                found.Add(entry);
                if (found.Count == maxEntries)
                    return Page();
            }
            if (filter.From is { } from && window.Entries[^1].RecordedAt < from - ClockSlack)
                return new AuditPage(found, null);
        }
        return Page();

        AuditPage Page() => new(found, before > 1 ? before : null);
    }

    /// <summary>The entries of the last versions before one; more when the batch in which they begin has more.</summary>
    private async Task<(List<AuditEntry> Entries, long Bytes)> ReadAsync(string stream, long before, int versions, CancellationToken cancellation)
    {
        var (entries, bytes) = (new List<AuditEntry>(), 0L);
        await foreach (var batch in store.ReadAsync(stream, Math.Max(0, before - 1 - versions), cancellation))
        {
            if (batch.FirstVersion >= before)
                break;
            bytes += batch.Payload.Length;
            foreach (var envelope in EventBatchReader.Read(batch, RawEvent.Reads(batch.Payload)))
            {
                if (envelope.Version < before)
                    entries.Add(new AuditEntry(envelope.Version, envelope.RecordedAt, envelope.Event.Type, envelope.Event.Json, envelope.By, envelope.CommandId));
            }
        }
        if (entries.Count == 0 || entries[^1].Version != before - 1)
            throw new InvalidDataException($"Stream {stream} has a gap: version {before - 1} cannot be read.");
        return (entries, bytes);
    }

    /// <summary>An event of a model that is not known here.</summary>
    private readonly record struct RawEvent(string Type, ReadOnlyMemory<byte> Json)
    {
        /// <summary>Reads events of a payload as parts of it.</summary>
        public static EventBatchReader.ReadEvent<RawEvent> Reads(ReadOnlyMemory<byte> payload) => (ref Utf8JsonReader reader) =>
        {
            var begin = (int)reader.TokenStartIndex;
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("An event is an object.");
            var type = "";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                reader.Read();
                if (isType && reader.TokenType == JsonTokenType.String)
                    type = reader.GetString()!;
                else
                    reader.Skip();
            }
            return new RawEvent(type, payload[begin..(int)reader.BytesConsumed]);
        };
    }
}

namespace Coordination.Ledger;

/// <summary>An event as an auditor reads it.</summary>
/// <param name="Version">Its number in the stream, from 1.</param>
/// <param name="RecordedAt">When it was decided.</param>
/// <param name="Type">What kind of event it is; empty when it does not say.</param>
/// <param name="Event">What happened: a JSON object, UTF-8, as it is stored.</param>
/// <param name="By">Who gave the command it follows from; null when that is not known.</param>
/// <param name="CommandId">Id of that command, on the last of its events, if it had one.</param>
public sealed record AuditEntry(long Version, DateTimeOffset RecordedAt, string Type, ReadOnlyMemory<byte> Event, RecordedBy? By, string? CommandId);

/// <summary>Which entries to read. Every part that is set must fit.</summary>
/// <param name="Who">Who gave the command.</param>
/// <param name="For">For whom.</param>
/// <param name="At">Through what.</param>
/// <param name="Type">Kind of event.</param>
/// <param name="From">Recorded then or later.</param>
/// <param name="To">Recorded before then.</param>
/// <param name="Without">Kinds of events that are passed over.</param>
public sealed record AuditFilter(
    string? Who = null, string? For = null, string? At = null, string? Type = null, DateTimeOffset? From = null, DateTimeOffset? To = null,
    IReadOnlySet<string>? Without = null)
{
    /// <summary>Lets every entry through.</summary>
    public static AuditFilter None { get; } = new();

    internal bool Fits(AuditEntry entry) =>
        (Who is null || entry.By?.Who == Who)
        && (For is null || entry.By?.For == For)
        && (At is null || entry.By?.At == At)
        && (Type is null || entry.Type == Type)
        && Without?.Contains(entry.Type) is not true
        && (From is null || entry.RecordedAt >= From)
        && (To is null || entry.RecordedAt < To);
}

/// <summary>A page of entries, newest first.</summary>
/// <param name="Entries">Those that fit; possibly none although there are more.</param>
/// <param name="Next">Where to go on: the <c>beforeVersion</c> of the next call. Null when there is nothing more.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Next);

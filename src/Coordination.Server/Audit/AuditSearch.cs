using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Ledger;
using Coordination.Server.Identity;

namespace Coordination.Server.Audit;

/// <summary>Where a search goes on: in a stream, before a version of it; null for its newest.</summary>
internal sealed record AuditCursor(string Stream, long? Before)
{
    /// <summary>Opaque to clients.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Before?.ToString(CultureInfo.InvariantCulture)} {Stream}")));

    public static bool TryParse(string text, [NotNullWhen(true)] out AuditCursor? cursor)
    {
        cursor = null;
        if (text.Length is 0 or > 800 || !Base64Url.IsValid(text))
            return false;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 2);
        if (parts is not [var before, { Length: > 0 and <= 300 } stream] || stream.Any(char.IsControl))
            return false;
        if (before.Length == 0)
            cursor = new AuditCursor(stream, null);
        else if (long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0)
            cursor = new AuditCursor(stream, version);
        return cursor is not null;
    }
}

/// <summary>One event that was found.</summary>
internal sealed record FoundEntry(string Stream, AuditEntry Entry);

/// <summary>What one step of a search found, and where it goes on.</summary>
/// <param name="Entries">Newest first within each place.</param>
/// <param name="Next">Null when everything was searched.</param>
internal sealed record AuditFindings(IReadOnlyList<FoundEntry> Entries, AuditCursor? Next);

/// <summary>
/// Searches the events of one place, or of all that the caller may audit, place by place in the order of their paths. Each step does a
/// bounded amount of work and says where to go on: a whole city is searched without anybody waiting for it.
/// </summary>
internal sealed class AuditSearch(IEventStore store, AccessGate gate, TimeProvider time)
{
    public const int MaxEntries = 200;

    /// <summary>Streams that one step looks into.</summary>
    private const int MaxStreams = 200;

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(1);

    private readonly AuditReader reader = new(store);

    /// <summary>Searches one stream.</summary>
    public async Task<AuditFindings> SearchAsync(string stream, AuditFilter filter, long? before, int entries, CancellationToken cancellation)
    {
        var page = await reader.ReadBackAsync(stream, before, entries, filter, cancellation);
        return page is null ? new AuditFindings([], null)
            : new AuditFindings([.. page.Entries.Select(entry => new FoundEntry(stream, entry))], page.Next is { } next ? new AuditCursor(stream, next) : null);
    }

    /// <summary>Searches all streams that the caller may audit.</summary>
    public async Task<AuditFindings> SearchAllAsync(Caller caller, AuditFilter filter, AuditCursor? from, int entries, CancellationToken cancellation)
    {
        var (began, streams) = (time.GetTimestamp(), 0);
        var found = new List<FoundEntry>();
        await foreach (var stream in store.ListAsync("", cancellation))
        {
            var order = from is null ? 1 : CompareUtf8(stream.Name, from.Stream);
            if (order < 0 || stream.Version == 0)
                continue;
            // Here, before it is looked into: what was not searched in this step is where the next one begins.
            if (found.Count == entries || streams == MaxStreams || (streams > 0 && time.GetElapsedTime(began) > LongEnough))
                return new AuditFindings(found, new AuditCursor(stream.Name, order == 0 ? from!.Before : null));
            if (!await MayAsync(caller, stream.Name))
                continue;
            streams++;
            var page = await SearchAsync(stream.Name, filter, order == 0 ? from!.Before : null, entries - found.Count, cancellation);
            found.AddRange(page.Entries);
            if (page.Next is not null)
                return new AuditFindings(found, page.Next);
        }
        return new AuditFindings(found, null);
    }

    /// <summary>Whether somebody may audit a stream: a place where its scope reaches, and anything else only everywhere.</summary>
    public async ValueTask<bool> MayAsync(Caller caller, string stream) => PlaceId.TryParse(stream, out var place)
        ? await gate.MayAsync(caller, Permission.SeeAudit, place)
        : gate.May(caller, Permission.SeeAudit, PlaceLocation.Nowhere);

    /// <summary>The store lists streams in the order of their bytes.</summary>
    private static int CompareUtf8(string one, string other) => Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
}

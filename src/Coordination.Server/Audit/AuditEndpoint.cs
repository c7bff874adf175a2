using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Ledger;
using Coordination.Server.Api;
using Coordination.Server.Identity;

namespace Coordination.Server.Audit;

/// <summary>Who gave a command.</summary>
/// <param name="Who">Subject path: an account, a device, a program, or <c>system</c> for what the server does by itself.</param>
/// <param name="For">On whose behalf; left out for oneself.</param>
/// <param name="At">From which terminal: a device, or the session of a browser.</param>
internal sealed record AuditActor(string Who, string? For, string? At);

/// <summary>One event, as an auditor reads it.</summary>
/// <param name="Place">Path of the place or subject it happened to.</param>
/// <param name="Version">Its number there, from 1.</param>
/// <param name="RecordedAt">When it was decided.</param>
/// <param name="Type">What kind of event it is.</param>
/// <param name="Event">What happened, as it is stored.</param>
/// <param name="By">Who gave the command; left out in events from before that was written down.</param>
/// <param name="CommandId">Id of the command, if it had one.</param>
internal sealed record AuditItem(string Place, long Version, DateTimeOffset RecordedAt, string Type, JsonElement Event, AuditActor? By, string? CommandId);

/// <summary>A step of a search.</summary>
/// <param name="Items">What was found: by place, newest first in each.</param>
/// <param name="Next">For the parameter <c>cursor</c>; left out when everything was searched. There may be more although nothing was found yet.</param>
/// <param name="SearchedTo">The place that the next step begins with.</param>
internal sealed record AuditAnswer(IReadOnlyList<AuditItem> Items, string? Next, string? SearchedTo);

/// <summary><c>GET /api/audit</c>: who did what.</summary>
internal static class AuditEndpoint
{
    private const int MaxText = Contracts.Actor.MaxLength;

    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/audit", async (
            HttpContext http, AuditSearch search, CancellationToken cancellation,
            string? place, string? who, string? @for, string? at, string? type, string? from, string? to, string? cursor, int limit = 50) =>
        {
            foreach (var (field, text) in new[] { ("place", place), ("who", who), ("for", @for), ("at", at), ("type", type) })
            {
                if (text is { Length: > MaxText } || text?.Any(char.IsControl) is true)
                    return Problems.Malformed(field, $"At most {MaxText} characters, none of them a control character.");
            }
            if (limit is < 1 or > AuditSearch.MaxEntries)
                return Problems.Malformed("limit", $"1 to {AuditSearch.MaxEntries}.");
            if (!TryInstant(from, out var since))
                return Problems.Malformed("from", "An instant in ISO 8601 with its offset.");
            if (!TryInstant(to, out var until))
                return Problems.Malformed("to", "An instant in ISO 8601 with its offset.");
            AuditCursor? goesOn = null;
            if (!string.IsNullOrEmpty(cursor) && !AuditCursor.TryParse(cursor, out goesOn))
                return Problems.Malformed("cursor", "What the answer before gave as next.");

            var (caller, filter) = (Caller.Of(http), new AuditFilter(Wanted(who), Wanted(@for), Wanted(at), Wanted(type), since, until));
            if (Wanted(place) is not { } stream)
                return Answer(http, await search.SearchAllAsync(caller, filter, goesOn, limit, cancellation));
            if (!PlaceId.TryParse(stream, out _) && !SubjectPath.IsAny(stream))
                return Problems.Malformed("place", "A path such as parking-lots/jingtie-north or accounts/0193….");
            if (!await search.MayAsync(caller, stream))
                return AccessGate.Refusal(http, Permission.SeeAudit);
            return goesOn is not null && goesOn.Stream != stream
                ? Problems.Malformed("cursor", "It belongs to a search of another place.")
                : Answer(http, await search.SearchAsync(stream, filter, goesOn?.Before, limit, cancellation));
        }).WithName("GetAudit").WithTags("Audit").WithSummary("Who did what: events by place, who gave the command, for whom, where, kind and time.")
            .NeedsSomewhere(Permission.SeeAudit).Produces<AuditAnswer>().ProducesProblem(400).ProducesProblem(503);

    private static IResult Answer(HttpContext http, AuditFindings findings)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AuditAnswer(
            [.. findings.Entries.Select(found => Item(found.Stream, found.Entry))], findings.Next?.ToString(), findings.Next?.Stream));
    }

    private static AuditItem Item(string stream, AuditEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Event);
        return new AuditItem(
            stream, entry.Version, entry.RecordedAt, entry.Type, json.RootElement.Clone(),
            entry.By is { } by ? new AuditActor(by.Who, by.For, by.At) : null, entry.CommandId);
    }

    private static string? Wanted(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool TryInstant(string? text, out DateTimeOffset? instant)
    {
        instant = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!RequestJson.TryInstant(text, out var read))
            return false;
        instant = read;
        return true;
    }
}

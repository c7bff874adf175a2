using System.Text.Json;
using System.Text.RegularExpressions;
using Coordination.Contracts.Identity;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Domain.Accounts;
using Coordination.Ledger;
using Coordination.Server.Accounts;
using Coordination.Server.Api;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Mvc;

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
/// <param name="Names">What the accounts, devices and programs in the items are called, by subject path; those that are no more have no name.</param>
internal sealed record AuditAnswer(IReadOnlyList<AuditItem> Items, string? Next, string? SearchedTo, IReadOnlyDictionary<string, SubjectName> Names);

/// <summary>What is searched for.</summary>
/// <param name="Place">Path of a place or subject; left out for all.</param>
/// <param name="Who">Who gave the command.</param>
/// <param name="For">On whose behalf.</param>
/// <param name="At">From which terminal.</param>
/// <param name="Type">Kind of event.</param>
/// <param name="Without">Kinds of events that are passed over, with commas between.</param>
/// <param name="From">Recorded then or later.</param>
/// <param name="To">Recorded before then.</param>
internal sealed partial record AuditQuery(
    [FromQuery(Name = "place")] string? Place,
    [FromQuery(Name = "who")] string? Who,
    [FromQuery(Name = "for")] string? For,
    [FromQuery(Name = "at")] string? At,
    [FromQuery(Name = "type")] string? Type,
    [FromQuery(Name = "without")] string? Without,
    [FromQuery(Name = "from")] string? From,
    [FromQuery(Name = "to")] string? To)
{
    private const int MaxText = Contracts.Actor.MaxLength;

    /// <summary>What was asked for, without what was left out.</summary>
    public override string ToString() => string.Join(' ', Parts().Where(part => !string.IsNullOrEmpty(part.Text)).Select(part => $"{part.Field}={part.Text}"));

    /// <summary>Only what can be found is searched for: what is asked here is kept for good, and shall hold no name or number of a person.</summary>
    public IResult? Malformed()
    {
        foreach (var (field, text) in Parts())
        {
            if (text is { Length: > MaxText } || text?.Any(char.IsControl) is true)
                return Problems.Malformed(field, $"At most {MaxText} characters, none of them a control character.");
        }
        foreach (var (field, text) in new[] { ("who", Who), ("for", For), ("at", At) })
        {
            if (!string.IsNullOrEmpty(text) && !Subject().IsMatch(text))
                return Problems.Malformed(field, "A path such as accounts/0193…, devices/0193… or system.");
        }
        return !string.IsNullOrEmpty(Type) && !Kinds().IsMatch(Type) ? Problems.Malformed("type", "A kind of event, such as countCorrected.")
            : !string.IsNullOrEmpty(Without) && !Kinds().IsMatch(Without) ? Problems.Malformed("without", "Kinds of events with commas between, such as movementRecorded,readingRecorded.")
            : null;
    }

    private IEnumerable<(string Field, string? Text)> Parts() =>
        [("place", Place), ("who", Who), ("for", For), ("at", At), ("type", Type), ("without", Without), ("from", From), ("to", To)];

    [GeneratedRegex("^(system|[a-z]{1,20}/[A-Za-z0-9._-]{1,100})$", RegexOptions.NonBacktracking)]
    private static partial Regex Subject();

    [GeneratedRegex("^[A-Za-z]{1,40}(,[A-Za-z]{1,40})*$", RegexOptions.NonBacktracking)]
    private static partial Regex Kinds();
}

/// <summary><c>GET /api/audit</c>: who did what.</summary>
internal static class AuditEndpoint
{
    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/audit", async (
            HttpContext http, AuditSearch search, SubjectNames names, IGrainFactory grains, CancellationToken cancellation,
            [AsParameters] AuditQuery query, string? cursor, int limit = 50) =>
        {
            if (query.Malformed() is { } malformed)
                return malformed;
            if (limit is < 1 or > AuditSearch.MaxEntries)
                return Problems.Malformed("limit", $"1 to {AuditSearch.MaxEntries}.");
            if (!TryInstant(query.From, out var since))
                return Problems.Malformed("from", "An instant in ISO 8601 with its offset.");
            if (!TryInstant(query.To, out var until))
                return Problems.Malformed("to", "An instant in ISO 8601 with its offset.");
            AuditCursor? goesOn = null;
            if (!string.IsNullOrEmpty(cursor) && !AuditCursor.TryParse(cursor, out goesOn))
                return Problems.Malformed("cursor", "What the answer before gave as next.");

            var caller = Caller.Of(http);
            var filter = new AuditFilter(Wanted(query.Who), Wanted(query.For), Wanted(query.At), Wanted(query.Type), since, until, Wanted(query.Without)?.Split(',').ToHashSet(StringComparer.Ordinal));
            var stream = Wanted(query.Place);
            if (stream is not null)
            {
                if (!PlaceId.TryParse(stream, out _) && !SubjectPath.IsAny(stream))
                    return Problems.Malformed("place", "A path such as parking-lots/jingtie-north or accounts/0193….");
                if (!await search.MayAsync(caller, stream))
                    return AccessGate.Refusal(http, Permission.SeeAudit);
                if (goesOn is not null && goesOn.Stream != stream)
                    return Problems.Malformed("cursor", "It belongs to a search of another place.");
            }
            // Before anything is shown, and once for all the steps of a search.
            if (goesOn is null && caller.IsAccount
                && Problems.Of(await grains.GetGrain<IAccountGrain>(SignIns.IdOf(caller.Subject)).Execute(new NoteAudit(query.ToString())), http) is { } unrecorded)
                return unrecorded;
            return await AnswerAsync(http, names, stream is null
                ? await search.SearchAllAsync(caller, filter, goesOn, limit, cancellation)
                : await search.SearchAsync(stream, filter, goesOn?.Before, limit, cancellation));
        }).WithName("GetAudit").WithTags("Audit").WithSummary("Who did what: events by place, who gave the command, for whom, where, kind and time.")
            .NeedsSomewhere(Permission.SeeAudit).Produces<AuditAnswer>().ProducesProblem(400).ProducesProblem(503);

    private static async Task<IResult> AnswerAsync(HttpContext http, SubjectNames names, AuditFindings findings)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AuditAnswer(
            [.. findings.Entries.Select(found => Item(found.Stream, found.Entry))], findings.Next?.ToString(), findings.Next?.Stream,
            await names.OfAsync(findings.Entries.SelectMany(Subjects))));
    }

    /// <summary>Whom an entry speaks of: what it happened to, who did it, for whom, and at which terminal. Others that the event itself names stay paths.</summary>
    private static IEnumerable<string?> Subjects(FoundEntry found)
    {
        yield return found.Stream;
        yield return found.Entry.By?.Who;
        yield return found.Entry.By?.For;
        yield return found.Entry.By?.At;
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

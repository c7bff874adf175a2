using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Domain.Occupancy;
using Coordination.Server.Identity;

namespace Coordination.Server.Api;

/// <summary>Lists with filters and paging, the same for every kind.</summary>
internal static class ListEndpoint
{
    private const int MaxText = 80;

    public static void MapList(this IEndpointRouteBuilder group, PlaceKind kind) =>
        group.MapGet("", async (
            IGrainFactory grains, string? query, string? city, string? district, string? street, string? community, string? state, string? level,
            int page = 1, int pageSize = 50) =>
        {
            foreach (var (field, text) in new[] { ("query", query), ("city", city), ("district", district), ("street", street), ("community", community) })
            {
                if (text is { Length: > MaxText })
                    return Problems.Malformed(field, $"At most {MaxText} characters.");
            }
            if (page is < 1 or > 1_000_000)
                return Problems.Malformed("page", "From 1 to 1,000,000.");
            if (pageSize is < 1 or > PlaceFilter.MaxPageSize)
                return Problems.Malformed("pageSize", $"1 to {PlaceFilter.MaxPageSize}.");
            if (!TryWord<PlaceState>(state, out var wantedState))
                return Problems.Malformed("state", "unknown, open, closed or stale.");
            if (!TryWord<Level>(level, out var wantedLevel))
                return Problems.Malformed("level", "comfortable, busy, warning, critical or full.");
            return TypedResults.Ok(await grains.DirectoryGrain(kind).List(new PlaceFilter
            {
                Query = Wanted(query), City = Wanted(city), District = Wanted(district), Street = Wanted(street), Community = Wanted(community),
                State = wantedState, Level = wantedLevel, Page = page, PageSize = pageSize,
            }));
        }).WithName($"List{kind}").NeedsSomewhere(Permission.SeePlace).WithSummary("The places that fit, in the order of their names, with their live levels.")
            .Produces<PlacePage>().ProducesProblem(400).ProducesProblem(503);

    // A form sends what was left empty too.
    private static string? Wanted(string? text) => string.IsNullOrEmpty(text) ? null : text;

    internal static bool TryWord<TEnum>(string? word, out TEnum? value)
        where TEnum : struct, Enum
    {
        value = null;
        if (string.IsNullOrEmpty(word))
            return true;
        // Letters only: numbers and lists of words would be read as values too.
        if (!word.All(char.IsAsciiLetter) || !Enum.TryParse<TEnum>(word, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
            return false;
        value = parsed;
        return true;
    }
}

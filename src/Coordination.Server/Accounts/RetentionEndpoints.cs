using System.Xml;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>A kind of thing that has a period.</summary>
/// <param name="Kind">sign-ins, looks, ended-sessions, revoked-keys or erased-accounts.</param>
/// <param name="Period">How long it is kept, as an ISO 8601 duration.</param>
/// <param name="What">In words.</param>
/// <param name="LastRunAt">When the last run ended.</param>
/// <param name="Removed">By the last run.</param>
/// <param name="RemovedInAll">By all runs.</param>
public sealed record RetentionKindAnswer(string Kind, string Period, string What, DateTimeOffset? LastRunAt, long Removed, long RemovedInAll);

/// <summary>What has a period, and what was removed.</summary>
public sealed record RetentionAnswer(IReadOnlyList<RetentionKindAnswer> Kinds);

/// <summary>What the retention periods are and what they removed.</summary>
internal static class RetentionEndpoints
{
    public static void MapRetention(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/privacy/retention", async (IGrainFactory grains) =>
        {
            var report = await grains.GetGrain<IRetentionGrain>(0).GetReport();
            return TypedResults.Ok(new RetentionAnswer([.. report.Kinds.Select(kind =>
                new RetentionKindAnswer(kind.Kind, XmlConvert.ToString(kind.Period), WordsOf(kind.Kind), report.LastRunAt, kind.Removed, kind.RemovedInAll))]));
        }).NeedsSomewhere(Permission.SeeRetention).WithTags("Privacy").WithName("GetRetention").WithSummary("How long what is kept about people, and what was removed.")
            .Produces<RetentionAnswer>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

    private static string WordsOf(string kind) => kind switch
    {
        "sign-ins" => "Sign-ins and attempts to sign in.",
        "looks" => "Who has looked at a person.",
        "ended-sessions" => "Sessions that have ended.",
        "revoked-keys" => "Devices and programs that were revoked, on the lists and with their last use.",
        _ => "What finds an erased person and what was held about her: at once; a run finishes what was interrupted.",
    };
}

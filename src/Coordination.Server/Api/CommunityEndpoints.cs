using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Domain.Communities;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Coordination.Server.Api;

/// <summary>Communities: what is said about them, and the live sum of their places.</summary>
internal static class CommunityEndpoints
{
    public static void MapCommunities(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/communities").WithTags("Communities");
        group.MapList(PlaceKind.Community);
        var community = group.MapGroup("/{id}").AddEndpointFilter(SlugFilter.Instance);

        community.MapGet("", async (string id, HttpContext http, IGrainFactory grains) =>
            await grains.GetGrain<ICommunityGrain>(id).GetView() is { } view ? View(http, view, StatusCodes.Status200OK) : Missing(id))
            .WithName("GetCommunity").Needs(Permission.SeePlace, PlaceKind.Community).WithSummary("The community with its places as they are now and their sum.").Produces<CommunityView>().ProducesProblem(404).ProducesProblem(503);

        community.MapGet("/profile", async (string id, IGrainFactory grains) =>
            await grains.GetGrain<ICommunityGrain>(id).GetProfile() is { } profile ? TypedResults.Ok(profile) : Missing(id))
            .WithName("GetCommunityProfile").Needs(Permission.SeePlace, PlaceKind.Community).WithSummary("What is said about the community, as it was put.").Produces<CommunityProfile>().ProducesProblem(404).ProducesProblem(503);

        community.MapPut("", async (string id, CommunityProfile profile, HttpContext http, IGrainFactory grains, AccessGate gate, IOptions<HttpJson> json) =>
        {
            if (!ExpectedVersion.TryRead(http, out var expected, takesMatch: false))
                return ExpectedVersion.Invalid();
            if (!IdempotencyKey.TryRead(http, profile, json.Value.SerializerOptions, out var key))
                return IdempotencyKey.Invalid();
            // Before the community is asked: one that does not exist yet would say just that.
            if (profile.Validate() is { } invalid)
                return Problems.Of(invalid);
            var place = new PlaceId(PlaceKind.Community, id);
            if (await gate.RefuseToDefineAsync(http, Permission.DefineCommunity, place, PlaceLocations.Of(place, profile)) is { } refusal)
                return refusal;
            var grain = grains.GetGrain<ICommunityGrain>(id);
            var result = await grain.Execute(new DefineCommunity(profile, expected), key);
            if (Problems.Of(result, http) is { } problem)
                return problem;
            return View(http, (await grain.GetView())!, result.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }).WithName("PutCommunity").NeedsSomewhere(Permission.DefineCommunity).WithSummary("Creates the community or replaces what is said about it.").Produces<CommunityView>().Produces<CommunityView>(201)
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(503);
    }

    private static IResult Missing(string id) => Problems.Missing(new PlaceId(PlaceKind.Community, id));

    private static JsonHttpResult<CommunityView> View(HttpContext http, CommunityView view, int status)
    {
        http.Response.Headers.ETag = $"\"{view.Epoch}.{view.Version}\"";
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Json(view, statusCode: status);
    }
}

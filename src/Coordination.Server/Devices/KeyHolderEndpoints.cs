using System.Buffers.Text;
using System.Collections.Immutable;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Domain.Devices;
using Coordination.Server.Api;
using Coordination.Server.Identity;

namespace Coordination.Server.Devices;

/// <summary>The keys of devices (<c>/api/devices</c>) and programs (<c>/api/programs</c>): issued, listed, replaced, revoked.</summary>
internal static class KeyHolderEndpoints
{
    private const int MaxCursor = 250;

    public static void MapKeyHolders(this IEndpointRouteBuilder app)
    {
        app.MapKind("devices", "Device", Permission.ManageDevices);
        app.MapKind("programs", "Program", Permission.ManagePrograms);
    }

    private static void MapKind(this IEndpointRouteBuilder app, string kind, string name, Permission permission)
    {
        var group = app.MapGroup($"/api/{kind}").WithTags("Devices").NeedsSomewhere(permission);

        group.MapGet("", async (HttpContext http, IGrainFactory grains, MemberReach reach, string? place, string? cursor, int limit = 50) =>
        {
            AccessScope? asked = null;
            if (place is not null && !AccessScope.TryParse(place, out asked))
                return Problems.Malformed("place", "A scope such as scenic-areas/the-bund.");
            if (cursor is { Length: > MaxCursor })
                return Problems.Malformed("cursor", "The `next` of the page before.");
            if (limit is < 1 or > 200)
                return Problems.Malformed("limit", "1 to 200.");
            if (await reach.FindAsync(Caller.Of(http), permission, asked) is not { } keys)
                return AccessGate.Refusal(http, permission);
            var page = await grains.GetGrain<IPeopleGrain>(0).List(kind, keys, cursor, limit);
            var cards = await Task.WhenAll(page.Items.Select(member => Grain(grains, kind, member.Id).GetCard()));
            return TypedResults.Ok(new KeyHolderPage([.. cards.OfType<KeyHolderCard>().Select(KeyHolderAnswer.Of)], page.Next));
        }).WithName($"List{name}s").WithSummary($"The {kind} where you manage them.").Produces<KeyHolderPage>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

        group.MapPost("", async (NewKeyHolderBody body, HttpContext http, IGrainFactory grains, AccessGate gate, PlaceLocations locations, TimeProvider time) =>
        {
            var caller = Caller.Of(http);
            var subject = $"{kind}/{Guid.CreateVersion7(time.GetUtcNow())}";
            var (key, hash) = AccessKey.Create(subject);
            var issue = new IssueKeyHolder(body.Name, new RoleGrant(body.Role, body.Scope), kind == "programs", Text(hash), caller.Subject);
            if (KeyHolderDecider.Validate(issue) is { } invalid)
                return Problems.Of(invalid);
            if (await RefuseAsync(http, gate, locations, permission, body.Role, body.Scope, time) is { } refusal)
                return refusal;
            var grain = grains.GetGrain<IKeyHolderGrain>(subject);
            if (Problems.Of(await grain.Execute(issue), http) is { } problem)
                return problem;
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Created($"/api/{subject}", new IssuedKeyAnswer(KeyHolderAnswer.Of((await grain.GetCard())!), key));
        }).WithName($"Post{name}").WithSummary($"Makes a {name.ToLowerInvariant()} and shows its key, this once.").Produces<IssuedKeyAnswer>(201)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(422).ProducesProblem(503);

        group.MapPost("/{id}/key", async (string id, NewKeyBody body, HttpContext http, IGrainFactory grains, AccessGate gate, PlaceLocations locations, TimeProvider time) =>
        {
            if (await FindAsync(http, grains, gate, locations, permission, kind, id, time) is { Refusal: { } refusal })
                return refusal;
            var (key, hash) = AccessKey.Create($"{kind}/{id}");
            var rotate = new RotateKey(Text(hash), TimeSpan.FromSeconds(body.GraceSeconds), Caller.Of(http).Subject);
            if (Problems.Of(await Grain(grains, kind, id).Execute(rotate), http) is { } problem)
                return problem;
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new NewKeyAnswer(key));
        }).WithName($"Post{name}Key").WithSummary("Gives it a new key; the old one ends after a grace.").Produces<NewKeyAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);

        group.MapDelete("/{id}", async (
            string id, [Microsoft.AspNetCore.Mvc.FromBody] RevocationBody? body, HttpContext http, IGrainFactory grains, AccessGate gate, PlaceLocations locations, TimeProvider time) =>
        {
            if (await FindAsync(http, grains, gate, locations, permission, kind, id, time) is { Refusal: { } refusal })
                return refusal;
            var revoke = new RevokeKeyHolder(body?.Reason, Caller.Of(http).Subject);
            return Problems.Of(await Grain(grains, kind, id).Execute(revoke), http) ?? TypedResults.NoContent();
        }).WithName($"Delete{name}").WithSummary("Revokes it for good: within two seconds none of its keys works anywhere.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
    }

    /// <summary>Who manages devices there gives them only roles that she may give there.</summary>
    private static async Task<IResult?> RefuseAsync(
        HttpContext http, AccessGate gate, PlaceLocations locations, Permission permission, Role role, AccessScope scope, TimeProvider time)
    {
        var location = await locations.OfAsync(scope);
        return gate.Refuse(http, permission, location)
            ?? (AccessRules.MayGrant(Caller.Of(http).Grants, role, location, time.GetUtcNow()) ? null : MayNotGrant(role));
    }

    internal static IResult MayNotGrant(Role role) =>
        Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.MayNotGrant, $"You may not give or take the role {role} there.");

    private static async Task<(KeyHolderCard? Card, IResult? Refusal)> FindAsync(
        HttpContext http, IGrainFactory grains, AccessGate gate, PlaceLocations locations, Permission permission, string kind, string id, TimeProvider time) =>
        !SubjectPath.IsId(id) || await Grain(grains, kind, id).GetCard() is not { } card
            ? (null, Problems.Of(KeyHolderDecider.NotFound))
            : (card, await RefuseAsync(http, gate, locations, permission, card.Grant.Role, card.Grant.Scope, time));

    private static IKeyHolderGrain Grain(IGrainFactory grains, string kind, string id) => grains.GetGrain<IKeyHolderGrain>($"{kind}/{id}");

    private static string Text(ImmutableArray<byte> hash) => Base64Url.EncodeToString(hash.AsSpan());
}

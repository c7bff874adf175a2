using Coordination.Contracts;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>Who is signed in, signing in with a password, registering, and signing out.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/session").WithTags("Sessions").HoldsPersonalData();

        group.MapGet("", async (HttpContext http, SignIns signIns) => TypedResults.Ok(await signIns.AnswerAsync(http, Caller.Of(http).Standing)))
            .WithName("GetSession").WithSummary("Who is signed in, what she may do, and the token that her later requests send.").Open()
            .Produces<SessionAnswer>().ProducesProblem(401).ProducesProblem(503);

        group.MapPost("", async (SignInBody body, HttpContext http, SignIns signIns) => await signIns.WithPasswordAsync(http, body.UserName, body.Password))
            .LimitedAs(LimitedAs.SignIn).WithName("PostSession").WithSummary("Signs in with a user name and a password.").Open()
            .Produces<SessionAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429).ProducesProblem(503);

        group.MapDelete("", async (HttpContext http, SignIns signIns) =>
        {
            await signIns.EndAsync(http, Caller.Of(http));
            return TypedResults.NoContent();
        }).WithName("DeleteSession").WithSummary("Signs out: the session ends everywhere, not only in this browser.").Open().Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(503);

        group.MapDelete("/others", async (HttpContext http, IGrainFactory grains) =>
        {
            var caller = Caller.Of(http);
            if (await grains.GetGrain<IAccountGrain>(SignIns.IdOf(caller.Subject)).EndOtherSessions(SessionCookies.SessionOf(http), caller.Subject) is { } stamp)
                await SignIns.GoOnAsync(http, stamp);
            return TypedResults.NoContent();
        }).WithName("DeleteOtherSessions").WithSummary("Ends all other sessions of the account.").ForOwnAccount().NeedsRecentSignIn().Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

        group.MapPost("/password", async (CodeBody body, HttpContext http, CodeSignIn codes) => await codes.ReplaceAsync(http, body))
            .LimitedAs(LimitedAs.SignIn).WithName("PostSessionPassword").WithSummary("Sets a password with a one-use code, and signs in.").Open()
            .Produces<SessionAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

        group.MapPost("/again", async (ConfirmationBody body, HttpContext http, IGrainFactory grains, SignIns signIns, Passwords passwords, TimeProvider time) =>
        {
            var begun = time.GetTimestamp();
            if (await OwnEndpoints.ConfirmAsync(http, OwnEndpoints.Account(http, grains).Account, passwords, signIns, body.Password, begun) is { } wrong)
                return wrong;
            return await signIns.ConfirmAsync(http, SignInMethods.Password);
        }).LimitedAs(LimitedAs.SignIn).WithName("PostSessionAgain").WithSummary("Shows once more, with the password, who one is.").ForOwnAccount().Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(429).ProducesProblem(503);

        app.MapDelete("/api/me/sessions/{id}", async (string id, HttpContext http, IGrainFactory grains) =>
            await OwnEndpoints.Account(http, grains).Account.EndSession(id)
                ? Results.NoContent()
                : Problems.Of(StatusCodes.Status404NotFound, ErrorCodes.SessionNotFound, "The account has no such session, or it has ended."))
            .WithTags("Own account").HoldsPersonalData().WithName("DeleteOwnSession").WithSummary("Ends one session of the account.").ForOwnAccount().NeedsRecentSignIn().Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        app.MapPost("/api/accounts", RegisterAsync)
            .LimitedAs(LimitedAs.SignIn).WithTags("Sessions").WithName("PostAccount").WithSummary("A resident registers herself, and is signed in.").Open()
            .Produces<SessionAnswer>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);
    }

    private static async Task<IResult> RegisterAsync(
        RegistrationBody body, HttpContext http, IGrainFactory grains, SignIns signIns, Passwords passwords, IdentitySettings settings, TimeProvider time)
    {
        if (!settings.OpenRegistration)
            return Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.RegistrationClosed, "Residents do not register themselves here; ask your community.");
        if (passwords.Check(body.Password, isStaff: false, body.UserName, body.DisplayName) is { } weak)
            return Problems.Of(weak);
        var (grants, unknown) = await HomeAsync(body, grains);
        if (unknown is not null)
            return unknown;
        if (await passwords.HashAsync(body.Password) is not { } hash)
            return Problems.Overloaded(http);
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        CallActor.Set(new Actor($"accounts/{id}"));
        var result = await grains.GetGrain<IAccountGrain>(id).Open(new NewAccount(body.UserName, body.DisplayName, hash, null, [.. grants]));
        return Problems.Of(result, http)
            ?? (await signIns.BeginAsync(http, id, SignInMethods.Password) is { } answer ? TypedResults.Created($"/api/accounts/{id}", answer) : Problems.StoreUnavailable(http));
    }

    private static async Task<(List<RoleGrant> Grants, IResult? Unknown)> HomeAsync(RegistrationBody body, IGrainFactory grains)
    {
        if (body.Community is not { } community)
            return body.Building is null ? ([], null) : ([], Problems.Malformed("community", "A building lies in a community."));
        if (!PlaceId.IsSlug(community) || (body.Building is { } text && !PlaceId.IsSlug(text)))
            return ([], Problems.Malformed(body.Building is null ? "community" : "building", "An id such as jingtie-jiayuan."));
        if (await grains.GetGrain<ICommunityGrain>(community).GetProfile() is not { } profile)
            return ([], Problems.Missing(new PlaceId(PlaceKind.Community, community)));
        if (body.Building is { } building && profile.Buildings.All(known => known.Id != building))
            return ([], Problems.Malformed("building", "The community has no such building."));
        AccessScope.TryParse(body.Building is null ? $"communities/{community}" : $"communities/{community}/buildings/{body.Building}", out var home);
        return ([new RoleGrant(Role.Resident, home!)], null);
    }
}

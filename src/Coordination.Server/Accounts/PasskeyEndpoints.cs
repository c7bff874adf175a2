using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coordination.Domain.Accounts;
using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Identity;

namespace Coordination.Server.Accounts;

/// <summary>What <c>navigator.credentials.get()</c> gave, as <c>PublicKeyCredential.toJSON()</c>.</summary>
/// <param name="Credential">As the browser made it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PasskeySignInBody([property: JsonRequired] JsonElement Credential);

/// <summary>What <c>navigator.credentials.create()</c> gave, as <c>PublicKeyCredential.toJSON()</c>.</summary>
/// <param name="Name">What its person calls it, 1 to 80 characters.</param>
/// <param name="Credential">As the browser made it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewPasskeyBody([property: JsonRequired] string Name, [property: JsonRequired] JsonElement Credential);

/// <summary>Passkeys: made, used and removed. ASP.NET Core Identity checks them.</summary>
internal static class PasskeyEndpoints
{
    private const string SignIn = "sign-in";
    private const string Creation = "creation";
    private const string Again = "again";
    private const int MaxName = 80;
    private const int MaxCredential = 32 * 1024;

    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/session/passkey").WithTags("Sessions").LimitedAs(LimitedAs.SignIn).Open();

        group.MapPost("/options", async (HttpContext http, IPasskeyHandler<AccountUser> handler, PasskeyChallenges challenges) =>
        {
            var options = await handler.MakeRequestOptionsAsync(null, http);
            challenges.Keep(http, SignIn, options.AssertionState ?? "");
            return Json(http, options.RequestOptionsJson);
        }).WithName("PostPasskeySignInOptions").WithSummary("What the browser is to sign.").Produces<JsonElement>().ProducesProblem(401).ProducesProblem(429).ProducesProblem(503);

        group.MapPost("", async (
            PasskeySignInBody body, HttpContext http, IPasskeyHandler<AccountUser> handler, PasskeyChallenges challenges, AccountUserStore users, SignIns signIns, TimeProvider time) =>
        {
            var begun = time.GetTimestamp();
            if (challenges.Take(http, SignIn) is not { } state || body.Credential.GetRawText() is not { Length: <= MaxCredential } credential)
                return await signIns.FailAsync(begun);
            var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = state });
            if (!result.Succeeded)
                return await signIns.FailAsync(begun);
            await users.PutAsync(result.User.Id, result.Passkey, time.GetUtcNow());
            return await signIns.BeginAsync(http, result.User.Id, SignInMethods.Passkey) is { } answer ? TypedResults.Ok(answer) : await signIns.FailAsync(begun);
        }).WithName("PostPasskeySession").WithSummary("Signs in with a passkey.").Produces<SessionAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(429).ProducesProblem(503);

        MapAgain(app.MapGroup("/api/session/again/passkey").WithTags("Sessions").LimitedAs(LimitedAs.SignIn).ForOwnAccount().HoldsPersonalData());
        MapOwn(app.MapGroup("/api/me/passkeys").WithTags("Own account").ForOwnAccount().NeedsRecentSignIn().HoldsPersonalData());
    }

    /// <summary>Once more who one is, within a session: only a passkey of its account will do.</summary>
    private static void MapAgain(RouteGroupBuilder again)
    {
        again.MapPost("/options", async (HttpContext http, IPasskeyHandler<AccountUser> handler, PasskeyChallenges challenges, AccountUserStore users) =>
        {
            var id = SignIns.IdOf(Caller.Of(http).Subject);
            if (await users.FindByIdAsync(id, http.RequestAborted) is not { } user)
                return Problems.Of(AccountDecider.NotFound);
            var options = await handler.MakeRequestOptionsAsync(user, http);
            challenges.Keep(http, Again + id, options.AssertionState ?? "");
            return Json(http, options.RequestOptionsJson);
        }).WithName("PostPasskeyAgainOptions").WithSummary("What the browser is to sign, to show once more who one is.").Produces<JsonElement>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(429).ProducesProblem(503);

        again.MapPost("", async (
            PasskeySignInBody body, HttpContext http, IPasskeyHandler<AccountUser> handler, PasskeyChallenges challenges, AccountUserStore users, SignIns signIns, TimeProvider time) =>
        {
            var (begun, id) = (time.GetTimestamp(), SignIns.IdOf(Caller.Of(http).Subject));
            if (challenges.Take(http, Again + id) is not { } state || body.Credential.GetRawText() is not { Length: <= MaxCredential } credential)
                return await signIns.FailAsync(begun);
            var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = state });
            if (!result.Succeeded || result.User.Id != id)
                return await signIns.FailAsync(begun);
            await users.PutAsync(id, result.Passkey, time.GetUtcNow());
            return await signIns.ConfirmAsync(http, SignInMethods.Passkey);
        }).WithName("PostPasskeyAgain").WithSummary("Shows once more, with a passkey, who one is.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(429).ProducesProblem(503);
    }

    private static void MapOwn(RouteGroupBuilder me)
    {
        me.MapPost("/options", async (HttpContext http, IGrainFactory grains, IPasskeyHandler<AccountUser> handler, PasskeyChallenges challenges) =>
        {
            var (account, caller) = OwnEndpoints.Account(http, grains);
            if (await account.GetCredentials() is not { } credentials)
                return Problems.Of(AccountDecider.NotFound);
            var entity = new PasskeyUserEntity { Id = SignIns.IdOf(caller.Subject), Name = credentials.UserName, DisplayName = credentials.DisplayName };
            var options = await handler.MakeCreationOptionsAsync(entity, http);
            challenges.Keep(http, Creation + entity.Id, options.AttestationState ?? "");
            return Json(http, options.CreationOptionsJson);
        }).WithName("PostPasskeyOptions").WithSummary("What the browser is to make.").Produces<JsonElement>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        me.MapPost("", async (
            NewPasskeyBody body, HttpContext http, IGrainFactory grains, IPasskeyHandler<AccountUser> handler, PasskeyChallenges challenges, AccountUserStore users) =>
        {
            var id = SignIns.IdOf(OwnEndpoints.Account(http, grains).Caller.Subject);
            if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > MaxName || body.Name.Any(char.IsControl))
                return Problems.Malformed("name", $"A name has 1 to {MaxName} characters.");
            if (challenges.Take(http, Creation + id) is not { } state || body.Credential.GetRawText() is not { Length: <= MaxCredential } credential)
                return Invalid();
            var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = state });
            if (!result.Succeeded || result.UserEntity.Id != id)
                return Invalid();
            result.Passkey.Name = body.Name.Trim();
            if (Problems.Of(await users.PutAsync(id, result.Passkey, lastUsedAt: null), http) is { } problem)
                return problem;
            var shown = new PasskeyAnswer(Base64Url.EncodeToString(result.Passkey.CredentialId), result.Passkey.Name, result.Passkey.CreatedAt, null);
            return TypedResults.Created($"/api/me/passkeys/{shown.Id}", shown);
        }).WithName("PostPasskey").WithSummary("Adds a passkey.").Produces<PasskeyAnswer>(201)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);

        me.MapDelete("/{id}", async (string id, HttpContext http, IGrainFactory grains) =>
        {
            var bytes = new byte[1024];
            return Base64Url.TryDecodeFromChars(id, bytes, out var length) && await OwnEndpoints.Account(http, grains).Account.RemovePasskey([.. bytes.AsSpan(0, length)])
                ? Results.NoContent()
                : Problems.Of(StatusCodes.Status404NotFound, ErrorCodes.PasskeyNotFound, "The account has no such passkey.");
        }).WithName("DeletePasskey").WithSummary("Removes a passkey.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
    }

    private static IResult Invalid() => Problems.Of(StatusCodes.Status422UnprocessableEntity, ErrorCodes.PasskeyInvalid, "The passkey does not answer what was asked, or too late; begin again.");

    private static IResult Json(HttpContext http, string json)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(json, "application/json");
    }
}

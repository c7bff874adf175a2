using System.Security.Cryptography;
using System.Text;
using Coordination.Contracts;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Server.Api;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Coordination.Server.Accounts;

/// <summary>Signs in who was signed in elsewhere: to the account that is bound to (issuer, id there), which is made at the first time.</summary>
internal static class ExternalSignIn
{
    private const int MaxReturn = 500;

    public static void MapExternalSignIn(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/session/external/{provider}", (string provider, string? returnTo, ExternalProviders providers) =>
        {
            if (providers.All.All(known => known.Id != provider))
                return Problems.Of(StatusCodes.Status404NotFound, ErrorCodes.ProviderUnknown, "There is no such provider.");
            if (!IsLocal(returnTo ?? "/"))
                return Problems.Malformed("returnTo", "A path of this server, such as /me.");
            return Results.Challenge(new AuthenticationProperties { RedirectUri = returnTo ?? "/" }, [ExternalProviders.SchemeOf(provider)]);
        }).WithTags("Sessions").WithName("GetExternalSignIn").WithSummary("Sends the browser to another place to sign in, and back.").Open().Produces(302)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(503);

    public static async Task AcceptAsync(TokenValidatedContext context, string provider)
    {
        var http = context.HttpContext;
        var token = context.Principal!;
        if (token.FindFirst("iss")?.Value is not { Length: > 0 } issuer || token.FindFirst("sub")?.Value is not { Length: > 0 } subject)
        {
            context.Fail("The provider does not say who it is.");
            return;
        }
        var grains = http.RequestServices.GetRequiredService<IGrainFactory>();
        var name = token.FindFirst("name")?.Value ?? token.FindFirst("preferred_username")?.Value;
        if (await FindOrOpenAsync(grains, new ExternalLogin(issuer, subject), name, http.RequestServices.GetRequiredService<TimeProvider>()) is not { } id
            || await grains.GetGrain<IAccountGrain>(id).StartSession(SignInMethods.External(provider), SignIns.BrowserOf(http)) is not { } session)
        {
            context.Fail("The account may not be signed in to.");
            return;
        }
        context.Principal = SessionCookies.PrincipalOf($"accounts/{id}", session, SignInMethods.External(provider));
        var returnTo = context.Properties?.RedirectUri;
        context.Properties = SessionCookies.Properties;
        context.Properties.RedirectUri = returnTo is not null && IsLocal(returnTo) ? returnTo : "/";
    }

    /// <summary>Nothing of what went wrong goes into the address: a page says that it did.</summary>
    public static async Task RefuseAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        await Problems.Of(StatusCodes.Status401Unauthorized, ErrorCodes.SignInFailed, "Signing in elsewhere did not work; begin again.").ExecuteAsync(context.HttpContext);
    }

    public static async Task<string?> FindOrOpenAsync(IGrainFactory grains, ExternalLogin login, string? name, TimeProvider time)
    {
        var people = grains.GetGrain<IPeopleGrain>(0);
        if (await people.FindByLogin(login) is { } known)
            return known;
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        CallActor.Set(new Actor($"accounts/{id}"));
        // A name that nobody types: it only has to be her own.
        var userName = "x-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{login.Issuer}\n{login.Subject}")).AsSpan(0, 12));
        var shown = string.IsNullOrWhiteSpace(name) ? userName : new string([.. name.Where(c => !char.IsControl(c)).Take(80)]);
        var result = await grains.GetGrain<IAccountGrain>(id).Open(new NewAccount(userName, shown, null, login, []));
        return result.Status is CommandStatus.Done ? id : await people.FindByLogin(login);
    }

    /// <summary>A path of this server: one slash, and not two, and none of the backslashes that browsers take for slashes.</summary>
    public static bool IsLocal(string path) =>
        path is ['/', ..] and { Length: <= MaxReturn } && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl);
}

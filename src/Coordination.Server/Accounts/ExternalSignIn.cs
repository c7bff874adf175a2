using System.Security.Cryptography;
using System.Text;
using Coordination.Contracts;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Coordination.Server.Accounts;

/// <summary>Signs in who was signed in elsewhere: to the account that is bound to (issuer, id there), which is made at the first time.</summary>
internal static partial class ExternalSignIn
{
    private const int MaxReturn = 500;

    public static void MapExternalSignIn(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/session/external/{provider}", BeginAsync).LimitedAs(LimitedAs.SignIn)
            .WithTags("Sessions").WithName("PostExternalSignIn").WithSummary("Where the browser goes to sign in at another place, from where it comes back.").Open()
            .Produces<ExternalAddressAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(429).ProducesProblem(503);

    /// <summary>
    /// With the token that only our own page can read, and never by a link: a provider that still knows the person would end a sign-in that somebody else
    /// has begun without asking her.
    /// </summary>
    private static async Task<IResult> BeginAsync(
        string provider, ExternalSignInBody body, HttpContext http, ExternalProviders providers, IAntiforgery antiforgery, ILogger<ExternalProviders> logger)
    {
        if (providers.All.All(known => known.Id != provider))
            return Problems.Of(StatusCodes.Status404NotFound, ErrorCodes.ProviderUnknown, "There is no such provider.");
        if (!IsLocal(body.ReturnTo))
            return Problems.Malformed("returnTo", "A path of this server, such as /me.");
        if (!await antiforgery.IsRequestValidAsync(http))
            return Problems.Of(StatusCodes.Status400BadRequest, ErrorCodes.Antiforgery, $"The header {SessionAntiforgery.Header} holds no token; GET /api/session gives one.", SessionAntiforgery.Header);
        var properties = new OpenIdConnectChallengeProperties { RedirectUri = body.ReturnTo };
        if (body.Again)
            properties.Prompt = "login"; // Not whoever the provider remembers.
        try
        {
            await http.ChallengeAsync(ExternalProviders.SchemeOf(provider), properties);
        }
        catch (InvalidOperationException unusable)
        {
            LogUnusable(logger, provider, unusable.Message);
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, ErrorCodes.ProviderUnavailable, "The place to sign in does not answer, or not as it should.");
        }
        // The page goes there itself: what a fetch is sent on to, no browser shows.
        var address = http.Response.Headers.Location.ToString();
        http.Response.Headers.Location = default;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new ExternalAddressAnswer(address));
    }

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

    /// <summary>Back to our own page, which says in plain words that it did not work. Nothing of what the provider said goes into the address.</summary>
    public static Task RefuseAsync(RemoteFailureContext context, string provider)
    {
        context.HandleResponse();
        LogFailed(context.HttpContext.RequestServices.GetRequiredService<ILogger<ExternalProviders>>(), provider, context.Failure?.GetType().Name ?? "");
        var returnTo = context.Properties?.RedirectUri is { } wanted && IsLocal(wanted) ? $"&returnTo={Uri.EscapeDataString(wanted)}" : "";
        context.Response.Redirect($"/sign-in?problem=provider{returnTo}");
        return Task.CompletedTask;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody can sign in at {Provider}: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string provider, string reason);

    /// <summary>By its kind: the words of a failure may be whatever somebody sent.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in at {Provider} failed ({Kind}).")]
    private static partial void LogFailed(ILogger logger, string provider, string kind);
}

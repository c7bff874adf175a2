using System.Globalization;
using System.Security.Claims;
using Coordination.Contracts;
using Coordination.Domain;
using Coordination.Server.Accounts;
using Coordination.Server.Api;
using Microsoft.AspNetCore.Authentication;

namespace Coordination.Server.Identity;

/// <summary>
/// Stands before every endpoint: finds out who calls, and lets in whom the endpoint's <see cref="AccessRequirement"/> allows. An endpoint
/// that has none lets nobody in.
/// </summary>
internal sealed partial class AccessGuard(RequestDelegate next, AccessGate gate, SubjectBook subjects, ILogger<AccessGuard> logger)
{
    /// <summary>Names the account on whose behalf a request is made.</summary>
    public const string OnBehalfOf = "On-Behalf-Of";

    public async Task InvokeAsync(HttpContext http)
    {
        // What is no route serves nothing: it only says that there is nothing here for this path, method or media type.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(http);
            return;
        }
        var requirement = endpoint.Metadata.GetMetadata<AccessRequirement>();
        if (await AdmitAsync(http, endpoint, requirement) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            LogRefused(Caller.Of(http) is { IsSignedIn: true } caller ? caller.Subject : "somebody", http.Request.Method, endpoint.RoutePattern.RawText ?? "", http.Response.StatusCode, http.Connection.RemoteIpAddress);
            return;
        }
        // Here, so that it goes along with every call that this request makes.
        CallActor.Set(Caller.Of(http).Actor);
        await next(http);
    }

    private async ValueTask<IResult?> AdmitAsync(HttpContext http, Endpoint endpoint, AccessRequirement? requirement)
    {
        if (requirement is null)
            return AccessGate.Refusal(http, null);
        var (caller, invalid) = await CallerOfAsync(http, endpoint, requirement);
        if (invalid is not null)
            return invalid;
        if (http.Request.Headers.TryGetValue(OnBehalfOf, out var behalf))
        {
            if (await ForAsync(caller, behalf) is not { } principal)
                return Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.NotADelegate, "That account has not consented to your acting for it.");
            caller = caller with { For = principal };
        }
        http.Features.Set(caller);
        if (requirement.NeedsSignIn && !caller.IsSignedIn)
            return AccessGate.NotSignedIn(http);
        if (endpoint.Metadata.GetMetadata<OwnAccountOnly>()?.Refuse(http, caller) is { } notOwn)
            return notOwn;
        if (endpoint.Metadata.GetMetadata<RecentSignIn>() is not null && RecentSignIn.Refuse(http, caller) is { } notRecent)
            return notRecent;
        return requirement switch
        {
            { Permission: null } => null,
            { Permission: { } permission, Kind: { } kind } => http.GetRouteValue("id") is string slug && PlaceId.IsSlug(slug)
                ? await gate.RefuseAsync(http, permission, new PlaceId(kind, slug))
                : gate.MaySomewhere(caller, permission) ? null : AccessGate.Refusal(http, permission), // The endpoint says what is wrong with the id.
            { Permission: { } permission } => gate.MaySomewhere(caller, permission) ? null : AccessGate.Refusal(http, permission),
        };
    }

    /// <summary>Who calls; a credential that is brought and does not hold is refused, wherever it is brought.</summary>
    private async ValueTask<(Caller Caller, IResult? Invalid)> CallerOfAsync(HttpContext http, Endpoint endpoint, AccessRequirement requirement)
    {
        var takesTicket = endpoint.Metadata.GetMetadata<TakesTicket>() is not null && http.Request.Query.ContainsKey(LiveTickets.Query);
        var authenticated = await http.AuthenticateAsync(takesTicket ? Schemes.Ticket : Schemes.Any);
        // A cookie that cannot be read, or is too old, is no credential that somebody chose to send: she is signed out.
        if (authenticated.Failure is not null && !takesTicket && http.Request.Headers.Authorization.Count == 0)
            return (Caller.Nobody, Ended(http, requirement));
        if (authenticated.Failure is not null || (authenticated.None && http.Request.Headers.Authorization.Count > 0))
        {
            return (Caller.Nobody, takesTicket
                ? AccessGate.NotSignedIn(http, ErrorCodes.TicketInvalid, "The ticket was used, is too old, or was never issued. Ask for another.")
                : AccessGate.NotSignedIn(http, ErrorCodes.CredentialsInvalid, "The key is unknown, was revoked, or has ended."));
        }
        if (!authenticated.Succeeded)
            return (Caller.Nobody, null);
        http.User = authenticated.Principal;
        // A key or a ticket has said who it is; of a session it is asked whether it still holds.
        if ((http.Features.Get<Caller>() ?? await SessionOfAsync(authenticated.Principal)) is { } caller)
        {
            // What everybody knows the password of goes no further than the machine it is shown on.
            if (caller.Standing is not { IsDemo: true } || Loopback.Is(http))
                return (caller, null);
            http.User = new ClaimsPrincipal();
            return (Caller.Nobody, AccessGate.NotSignedIn(http, ErrorCodes.CredentialsInvalid, "Accounts and keys of the demonstration work on the machine itself only."));
        }
        http.User = new ClaimsPrincipal();
        return (Caller.Nobody, Ended(http, requirement));
    }

    /// <summary>What everybody may see is not withheld from who has been signed out.</summary>
    private static IResult? Ended(HttpContext http, AccessRequirement requirement) => requirement.NeedsSignIn
        ? AccessGate.NotSignedIn(http, ErrorCodes.SessionEnded, "The session has ended; sign in again.")
        : null;

    private async ValueTask<Caller?> SessionOfAsync(ClaimsPrincipal principal)
    {
        if (principal.FindFirst(CallerClaims.Subject)?.Value is not { } subject || !subject.StartsWith("accounts/", StringComparison.Ordinal)
            || principal.FindFirst(CallerClaims.Session)?.Value is not { } session
            || !long.TryParse(principal.FindFirst(CallerClaims.Stamp)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var stamp))
            return null;
        var credential = new Credential(subject, default, stamp, session);
        return await subjects.VerifyAsync(credential) is { } standing ? new Caller(standing, credential, $"sessions/{session}") : null;
    }

    /// <summary>The account that is acted for; null without its consent.</summary>
    private async ValueTask<string?> ForAsync(Caller caller, Microsoft.Extensions.Primitives.StringValues behalf) =>
        caller.IsAccount && behalf is [{ } account] && SubjectPath.IsAccount(account) && await subjects.FindAsync(account) is { IsActive: true } principal
            && principal.Delegates.OrEmpty().Contains(caller.Subject)
            ? account
            : null;

    /// <summary>By the route and not by what was asked: nothing a client writes is in it.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "{Subject} may not {Method} {Route}: {Status}, from {Address}.")]
    private partial void LogRefused(string subject, string method, string route, int status, System.Net.IPAddress? address);
}

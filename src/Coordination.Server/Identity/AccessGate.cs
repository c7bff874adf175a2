using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Server.Api;

namespace Coordination.Server.Identity;

/// <summary>
/// The one place where it is decided whether a caller may do something: for requests, for topics of the live feed and for inputs,
/// however they come.
/// </summary>
internal sealed class AccessGate(PlaceLocations locations, TimeProvider time)
{
    /// <summary>Whether somebody may do something at a place. A place that does not exist lies nowhere.</summary>
    public async ValueTask<bool> MayAsync(Caller caller, Permission permission, PlaceId place)
    {
        // What a key holds for the place itself, and what everybody may, needs no look at the place.
        if (May(caller, permission, new PlaceLocation(place.ToString())))
            return true;
        return caller.Grants.Any(grant => grant.Scope.Kind is not (ScopeKind.Place or ScopeKind.Everywhere))
            && await locations.FindAsync(place) is { } location
            && May(caller, permission, location);
    }

    /// <summary>Whether somebody may do something there.</summary>
    public bool May(Caller caller, Permission permission, PlaceLocation location) =>
        AccessRules.Allows(caller.Grants, permission, location, time.GetUtcNow());

    /// <summary>Whether somebody may do something at some place.</summary>
    public bool MaySomewhere(Caller caller, Permission permission) =>
        AccessRules.AllowsSomewhere(caller.Grants, permission, time.GetUtcNow());

    /// <summary>The problem of a caller that may not do something at a place; null when it may.</summary>
    public async ValueTask<IResult?> RefuseAsync(HttpContext http, Permission permission, PlaceId place) =>
        await MayAsync(Caller.Of(http), permission, place) ? null : Refusal(http, permission);

    /// <summary>The problem of a caller that may not do something there; null when it may.</summary>
    public IResult? Refuse(HttpContext http, Permission permission, PlaceLocation location) =>
        May(Caller.Of(http), permission, location) ? null : Refusal(http, permission);

    /// <summary>
    /// The problem of a caller that may not define a place: it has to be allowed where the place is and where it would be, so that nobody
    /// takes a place out of another's hands or puts one into them. Null when it may.
    /// </summary>
    public async ValueTask<IResult?> RefuseToDefineAsync(HttpContext http, Permission permission, PlaceId place, PlaceLocation becomes) =>
        Refuse(http, permission, becomes) ?? (await locations.FindAsync(place) is { } now ? Refuse(http, permission, now) : null);

    /// <summary>Says no: sign in first, or you may not.</summary>
    public static IResult Refusal(HttpContext http, Permission? permission) => Caller.Of(http).IsSignedIn
        ? Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, permission is { } needed
            ? $"You may not do this here: it needs the permission {needed}."
            : "You may not do this here.")
        : NotSignedIn(http);

    /// <summary>Asks to sign in.</summary>
    public static IResult NotSignedIn(HttpContext http, string code = ErrorCodes.NotSignedIn, string detail = "Sign in, or send a key.")
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Of(StatusCodes.Status401Unauthorized, code, detail);
    }
}

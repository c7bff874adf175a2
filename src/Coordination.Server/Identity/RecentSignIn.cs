using Coordination.Server.Accounts;
using Coordination.Server.Api;

namespace Coordination.Server.Identity;

/// <summary>
/// An endpoint that changes how somebody signs in, or ends sessions: whoever found a browser open shall not take the account away. A session needs
/// a sign-in that is recent (<see cref="IdentitySettings.RecentSignIn"/>); a key is asked for nothing more, it is shown with every request.
/// </summary>
internal sealed record RecentSignIn
{
    /// <summary>The problem of a session whose person has not shown lately who she is, and of a token that cannot tell; null otherwise.</summary>
    public static IResult? Refuse(HttpContext http, Caller caller) =>
        caller.Credential is null or { IsKey: true } || (caller.Credential.Session is not null && IsRecent(http))
            ? null
            : Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.SignInAgainRequired, "Show once more who you are: POST /api/session/again, or sign in anew.");

    private static bool IsRecent(HttpContext http) => SessionCookies.IsShownWithin(
        http.User, http.RequestServices.GetRequiredService<IdentitySettings>().RecentSignIn, http.RequestServices.GetRequiredService<TimeProvider>());
}

internal static class RecentSignInConventions
{
    /// <summary>A session may use it a while after a sign-in only.</summary>
    public static TBuilder NeedsRecentSignIn<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RecentSignIn());
}

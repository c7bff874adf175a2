using System.Globalization;
using System.Security.Claims;
using Coordination.Contracts.Identity;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Coordination.Server.Accounts;

/// <summary>
/// The cookie of a session: who, which session, and the stamp it began with; encrypted, and worth nothing once the account does not know the
/// session any more. It goes on for twelve hours after its last use, a resident's for thirty days at most, that of staff for twelve hours.
/// </summary>
internal static class SessionCookies
{
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);
    public static readonly TimeSpan LongestOfResidents = TimeSpan.FromDays(30);
    public static readonly TimeSpan LongestOfStaff = TimeSpan.FromHours(12);

    /// <summary>How long a passkey counts for what cannot be undone.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    private const string Started = "beg";
    private const string Shown = "shn";
    private const string Method = "amr";
    private const string Staff = "stf";

    public static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = HostCookies.Session;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        cookie.Cookie.Path = "/";
        cookie.CookieManager = new HostCookies();
        cookie.ExpireTimeSpan = Idle;
        cookie.SlidingExpiration = true;
        cookie.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = ValidateAsync,
            // An API answers; it sends nobody to a page.
            OnRedirectToLogin = context => Answer(context.HttpContext, StatusCodes.Status401Unauthorized),
            OnRedirectToAccessDenied = context => Answer(context.HttpContext, StatusCodes.Status403Forbidden),
        };
    }

    /// <summary>Who a session is of, for its cookie.</summary>
    public static ClaimsPrincipal PrincipalOf(string subject, StartedSession session, string method) => new(new ClaimsIdentity(
        [
            new Claim(CallerClaims.Subject, subject),
            new Claim(CallerClaims.Session, session.Id),
            new Claim(CallerClaims.Stamp, Text(session.Stamp)),
            new Claim(Started, Text(session.StartedAt.ToUnixTimeSeconds())),
            new Claim(Method, method),
            new Claim(Staff, session.IsStaff ? "1" : "0"),
        ],
        Schemes.Session, CallerClaims.Subject, null));

    /// <summary>The same session with a newer stamp.</summary>
    public static ClaimsPrincipal With(ClaimsPrincipal principal, long stamp) => With(principal, new Claim(CallerClaims.Stamp, Text(stamp)));

    /// <summary>The same session, whose person has just shown again who she is. It ends no later for that.</summary>
    public static ClaimsPrincipal Confirmed(ClaimsPrincipal principal, string method, DateTimeOffset now) =>
        With(principal, new Claim(Shown, Text(now.ToUnixTimeSeconds())), new Claim(Method, method));

    public static AuthenticationProperties Properties => new() { IsPersistent = true, AllowRefresh = true };

    /// <summary>Id of the session of a request; null when it has none.</summary>
    public static string? SessionOf(HttpContext http) => http.User.FindFirst(CallerClaims.Session)?.Value;

    /// <summary>Whether the person of a request has shown a moment ago, by more than a password, that she is here.</summary>
    public static bool IsFreshPasskey(HttpContext http, TimeProvider time) =>
        http.User.FindFirst(Method)?.Value == SignInMethods.Passkey && IsShownWithin(http.User, FreshFor, time);

    /// <summary>Whether the person of a session has shown a while ago at most, by whatever she signs in with, who she is.</summary>
    public static bool IsShownWithin(ClaimsPrincipal principal, TimeSpan period, TimeProvider time) =>
        (InstantOf(principal, Shown) ?? StartOf(principal)) is { } shown && time.GetUtcNow() - shown < period;

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var time = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
        var longest = context.Principal?.FindFirst(Staff)?.Value == "0" ? LongestOfResidents : LongestOfStaff;
        if (context.Principal is not { } principal || StartOf(principal) is not { } started || time.GetUtcNow() - started >= longest)
        {
            context.RejectPrincipal();
            return;
        }
        await context.HttpContext.RequestServices.GetRequiredService<SeenSessions>().NoteAsync(principal);
    }

    private static DateTimeOffset? StartOf(ClaimsPrincipal principal) => InstantOf(principal, Started);

    private static DateTimeOffset? InstantOf(ClaimsPrincipal principal, string claim) =>
        long.TryParse(principal.FindFirst(claim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static ClaimsPrincipal With(ClaimsPrincipal principal, params Claim[] changed) => new(new ClaimsIdentity(
        [.. principal.Claims.Where(claim => changed.All(one => one.Type != claim.Type)), .. changed], Schemes.Session, CallerClaims.Subject, null));

    private static Task Answer(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How somebody signed in.</summary>
internal static class SignInMethods
{
    public const string Password = "pwd";
    public const string Passkey = "passkey";
    public const string Code = "code";
    public const string Demo = "demo";

    public static string External(string provider) => $"oidc:{provider}";
}

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

    /// <summary>How long a sign-in counts for what asks who one is once more.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    private const string Started = "beg";
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
    public static ClaimsPrincipal With(ClaimsPrincipal principal, long stamp) => new(new ClaimsIdentity(
        principal.Claims.Select(claim => claim.Type == CallerClaims.Stamp ? new Claim(CallerClaims.Stamp, Text(stamp)) : claim),
        Schemes.Session, CallerClaims.Subject, null));

    public static AuthenticationProperties Properties => new() { IsPersistent = true, AllowRefresh = true };

    /// <summary>Id of the session of a request; null when it has none.</summary>
    public static string? SessionOf(HttpContext http) => http.User.FindFirst(CallerClaims.Session)?.Value;

    /// <summary>Whether the person of a request has shown a moment ago, by more than a password, that she is here.</summary>
    public static bool IsFreshPasskey(HttpContext http, TimeProvider time) =>
        http.User.FindFirst(Method)?.Value == SignInMethods.Passkey && StartOf(http.User) is { } started && time.GetUtcNow() - started < FreshFor;

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

    private static DateTimeOffset? StartOf(ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirst(Started)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

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
    public const string Demo = "demo";

    public static string External(string provider) => $"oidc:{provider}";
}

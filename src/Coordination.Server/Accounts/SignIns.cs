using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Server.Api;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace Coordination.Server.Accounts;

/// <summary>Signs in and out, and says who is signed in.</summary>
internal sealed partial class SignIns(
    IGrainFactory grains, Passwords passwords, DemoAccounts demo, ExternalProviders providers, IAntiforgery antiforgery, IdentitySettings settings, TimeProvider time,
    ILogger<SignIns> logger)
{
    /// <summary>
    /// A sign-in that fails takes as long as this, whatever it was that failed: the time it takes does not tell whether there is such a name.
    /// </summary>
    private static readonly TimeSpan FailureTime = TimeSpan.FromMilliseconds(600);

    public async Task<IResult> WithPasswordAsync(HttpContext http, string userName, string password)
    {
        var begun = time.GetTimestamp();
        var (id, attempt) = await AttemptAsync(http, userName);
        if (attempt.LockedFor is { } wait)
            return LockedOut(http, wait);
        if (await passwords.VerifyAsync(attempt.PasswordHash, password.Length <= Passwords.MaxLength ? password : "") is not { } verified)
            return Problems.Overloaded(http);
        if (id is not null && verified.IsRight)
        {
            if (verified.NeedsRehash && await passwords.HashAsync(password) is { } newer)
                await grains.GetGrain<IAccountGrain>(id).SetPassword(newer, null, $"accounts/{id}", isRehash: true);
            if (await BeginAsync(http, id, SignInMethods.Password) is { } answer)
                return TypedResults.Ok(answer);
        }
        else if (id is not null && PasswordCodes.TryRead(password, out var code) && await passwords.VerifyAsync(attempt.CodeHash, code) is { IsRight: true })
        {
            await grains.GetGrain<IAccountGrain>(id).EndAttempts();
            return Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.NewPasswordRequired, "That was a one-use code; with it a password of one's own is set.");
        }
        else if (id is not null)
            await grains.GetGrain<IAccountGrain>(id).NoteFailedSignIn(SignInMethods.Password, BrowserOf(http));
        return await FailAsync(begun);
    }

    /// <summary>Who has a name, if anybody, and whether an attempt may be made, which is counted. A name that nobody has is answered like one that somebody has.</summary>
    public async Task<(string? Id, SignInAttempt Attempt)> AttemptAsync(HttpContext http, string userName)
    {
        var id = userName.Length is > 0 and <= 128 ? await grains.GetGrain<IPeopleGrain>(0).FindByName(userName) : null;
        // One that may not be signed in to is as unknown as one that is none.
        if (id is not null && await grains.GetGrain<IAccountGrain>(id).BeginSignIn() is { } attempt)
            return (id, attempt);
        var unknown = await UnknownName(userName).BeginSignIn();
        LogNobody(unknown.Mark, http.Connection.RemoteIpAddress, unknown.LockedFor is not null);
        return (null, new SignInAttempt(unknown.LockedFor, null));
    }

    /// <summary>Begins a session and gives it to the browser; null when the account may not be signed in to from there.</summary>
    public async Task<SessionAnswer?> BeginAsync(HttpContext http, string id, string method)
    {
        var account = grains.GetGrain<IAccountGrain>(id);
        if (await account.GetStanding() is not { IsActive: true } standing || (standing.IsDemo && !demo.AreUsable(http)))
            return null;
        if (await account.StartSession(method, BrowserOf(http)) is not { } session)
            return null;
        // One browser, one session: whoever was signed in here before is no more.
        if (Caller.Of(http) is { IsAccount: true } before && SessionCookies.SessionOf(http) is { } earlier)
            await grains.GetGrain<IAccountGrain>(IdOf(before.Subject)).EndSession(earlier);
        var principal = SessionCookies.PrincipalOf(standing.Subject, session, method);
        await http.SignInAsync(Schemes.Session, principal, SessionCookies.Properties);
        http.User = principal;
        return await AnswerAsync(http, await account.GetStanding());
    }

    /// <summary>Ends a session, here and on its browser.</summary>
    public async Task EndAsync(HttpContext http, Caller caller)
    {
        if (caller.IsAccount && SessionCookies.SessionOf(http) is { } session)
            await grains.GetGrain<IAccountGrain>(IdOf(caller.Subject)).EndSession(session);
        await http.SignOutAsync(Schemes.Session);
    }

    /// <summary>Lets the session of a request go on with a newer stamp, when all others have ended.</summary>
    public static async Task GoOnAsync(HttpContext http, long stamp)
    {
        var principal = SessionCookies.With(http.User, stamp);
        await http.SignInAsync(Schemes.Session, principal, SessionCookies.Properties);
        http.User = principal;
    }

    /// <summary>Lets the session of a request count as a recent sign-in: its person has shown again who she is.</summary>
    public async Task<IResult> ConfirmAsync(HttpContext http, string method)
    {
        if (Caller.Of(http).Credential is not { Session: not null })
            return AccessGate.Refusal(http, Permission.UseOwnAccount); // A token has no session that could count as recent.
        var principal = SessionCookies.Confirmed(http.User, method, time.GetUtcNow());
        await http.SignInAsync(Schemes.Session, principal, SessionCookies.Properties);
        http.User = principal;
        return TypedResults.NoContent();
    }

    /// <summary>Who is signed in.</summary>
    public async Task<SessionAnswer> AnswerAsync(HttpContext http, SubjectStanding? standing)
    {
        http.Response.Headers.CacheControl = "no-store";
        var token = antiforgery.GetAndStoreTokens(http).RequestToken!;
        var card = standing?.Subject is ['a', 'c', ..] subject ? await grains.GetGrain<IAccountGrain>(IdOf(subject)).GetCard() : null;
        var grants = standing?.Grants ?? [];
        var now = time.GetUtcNow();
        var permissions = Enum.GetValues<Permission>().Where(permission => AccessRules.AllowsSomewhere(grants, permission, now)
            || (permission is Permission.UseOwnAccount && card is not null));
        return new SessionAnswer(
            standing is not null, standing?.Subject, card?.DisplayName, RoleAnswer.Of(grants), [.. permissions], token,
            demo.AreUsable(http), settings.OpenRegistration, [.. providers.All.Select(provider => new ProviderAnswer(provider.Id, provider.Name))]);
    }

    public async Task<IResult> FailAsync(long begun)
    {
        var left = FailureTime - time.GetElapsedTime(begun);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, time);
        return Problems.Of(StatusCodes.Status401Unauthorized, ErrorCodes.SignInFailed, "The user name and the password do not belong together, or the account is closed.");
    }

    public static IResult LockedOut(HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, ErrorCodes.LockedOut, "Too many wrong passwords in a row; nobody can try for a while.");
    }

    public static string IdOf(string subject) => subject["accounts/".Length..];

    /// <summary>What a person recognises a browser by: the system and the program, not its version.</summary>
    public static string BrowserOf(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        var system = First(agent, ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"));
        var program = First(agent, ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"));
        return string.Join(", ", new[] { program, system }.Where(part => part.Length > 0)) is { Length: > 0 } known ? known : "unknown";

        static string First(string agent, params ReadOnlySpan<(string Sign, string Name)> signs)
        {
            foreach (var (sign, name) in signs)
            {
                if (agent.Contains(sign, StringComparison.Ordinal))
                    return name;
            }
            return "";
        }
    }

    /// <summary>Locked like one that somebody has.</summary>
    private IUnknownNameGrain UnknownName(string userName) =>
        grains.GetGrain<IUnknownNameGrain>(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(userName.Trim().ToLowerInvariant()))));

    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in was tried with a name that nobody has ({Mark}), from {Address}; locked: {Locked}.")]
    private partial void LogNobody(string mark, System.Net.IPAddress? address, bool locked);
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Coordination.Server.Accounts;

/// <summary>What a browser was asked to sign, kept by itself in an encrypted cookie for five minutes, and taken once.</summary>
internal sealed class PasskeyChallenges(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly HostCookies cookies = new();

    public void Keep(HttpContext http, string purpose, string state) =>
        cookies.AppendResponseCookie(http, HostCookies.Passkey, Protector(purpose).Protect(state, Lifetime), Options());

    public string? Take(HttpContext http, string purpose)
    {
        if (cookies.GetRequestCookie(http, HostCookies.Passkey) is not { } kept)
            return null;
        cookies.DeleteCookie(http, HostCookies.Passkey, Options());
        try
        {
            return Protector(purpose).Unprotect(kept);
        }
        catch (CryptographicException)
        {
            return null; // Too old, or of another purpose.
        }
    }

    private ITimeLimitedDataProtector Protector(string purpose) => protection.CreateProtector("coordination.passkeys", purpose).ToTimeLimitedDataProtector();

    private static CookieOptions Options() => new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = Lifetime };
}

using Microsoft.AspNetCore.Authentication.Cookies;

namespace Coordination.Server.Accounts;

/// <summary>
/// Cookies that no other host can set and no plain connection carries (<c>__Host-</c>, Secure). On this very machine, without TLS, browsers take
/// no such cookies from everybody: there they have another name, and go no further than the loopback address.
/// </summary>
internal sealed class HostCookies : ICookieManager
{
    public const string Session = Prefix + "coordination";
    public const string Passkey = Prefix + "coordination-passkey";
    public const string Antiforgery = Prefix + "coordination-antiforgery";
    public const string Nonce = Prefix + "coordination-nonce-";
    public const string Correlation = Prefix + "coordination-state-";

    private const string Prefix = "__Host-";
    private const string LocalPrefix = "local-";

    private readonly ChunkingCookieManager inner = new();

    public string? GetRequestCookie(HttpContext context, string key) => inner.GetRequestCookie(context, NameFor(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        inner.AppendResponseCookie(context, NameFor(context, key), value, For(context, options));

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => inner.DeleteCookie(context, NameFor(context, key), For(context, options));

    public static string NameFor(HttpContext http, string name) => IsLocal(http) ? LocalPrefix + name[Prefix.Length..] : name;

    public static bool IsLocal(HttpContext http) => !http.Request.IsHttps && Loopback.Is(http);

    public static CookieOptions For(HttpContext http, CookieOptions options) =>
        IsLocal(http) ? new CookieOptions(options) { Secure = false } : options;
}

using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Coordination.Server.Identity;

/// <summary>Names of the ways to show who one is.</summary>
internal static class Schemes
{
    /// <summary>Chooses one of the others by what a request brings.</summary>
    public const string Any = "coordination";

    /// <summary>A key of a device or program in <c>Authorization: Bearer</c>.</summary>
    public const string Key = "key";

    /// <summary>The cookie of a session.</summary>
    public const string Session = "session";

    /// <summary>A token of another system in <c>Authorization: Bearer</c>.</summary>
    public const string Token = "token";

    /// <summary>A ticket in the query of a live connection.</summary>
    public const string Ticket = "ticket";
}

/// <summary>Names of claims.</summary>
internal static class CallerClaims
{
    /// <summary>Path of who it is.</summary>
    public const string Subject = "sub";

    /// <summary>The stamp a session began with.</summary>
    public const string Stamp = "stm";

    /// <summary>Id of a session.</summary>
    public const string Session = "sid";
}

/// <summary>Lets in who sends the key of a device or program, or the bootstrap key.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        if (await keys.OpenAsync(header[Prefix.Length..].Trim()) is not { } caller)
            return AuthenticateResult.Fail("The key is not valid.");
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(caller), Scheme.Name));
    }

    public static ClaimsPrincipal PrincipalOf(Caller caller) =>
        new(new ClaimsIdentity([new Claim(CallerClaims.Subject, caller.Subject)], Schemes.Key, CallerClaims.Subject, null));
}

/// <summary>Who a key belongs to.</summary>
internal sealed class AccessKeys(BootstrapKey bootstrap, SubjectBook subjects)
{
    /// <summary>Who sends a key; null when it is none, or valid no more.</summary>
    public async ValueTask<Caller?> OpenAsync(string? key)
    {
        if (key is not { Length: > 0 and <= 512 })
            return null;
        var credential = AccessKey.TryParse(key, out var parsed) ? parsed : bootstrap.Match(key);
        return credential is not null && await subjects.VerifyAsync(credential) is { } standing
            ? new Caller(standing, credential, Terminal: standing.Subject)
            : null;
    }
}

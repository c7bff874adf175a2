using Coordination.Contracts.Identity;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Coordination.Server.Accounts;

/// <summary>
/// Access tokens of another system: who is (issuer, id there) is the account that is bound to it. Nobody gets an account by sending one. A token
/// that says to somebody who signed in (an ID token) is none, whoever it is for: the type tells them apart (RFC 9068).
/// </summary>
internal static class TokenSignIn
{
    /// <exception cref="FormatException">The scope that is demanded is not one word.</exception>
    public static void Configure(JwtBearerOptions bearer, JwtSettings settings)
    {
        if (settings.Scope is { } scope && (scope.Length == 0 || scope.Any(char.IsWhiteSpace)))
            throw new FormatException($"Coordination:Identity:Jwt:Scope is one scope, such as coordination, not '{scope}'.");
        bearer.Authority = settings.Authority;
        bearer.ConfigurationManager = ProviderMetadata.From(settings.Authority!, settings.Issuer, settings.RequireHttps, ProviderMetadata.NewClient());
        bearer.Audience = settings.Audience;
        bearer.RequireHttpsMetadata = settings.RequireHttps;
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.TokenValidationParameters.ValidateIssuer = true;
        bearer.TokenValidationParameters.ValidateLifetime = true;
        bearer.TokenValidationParameters.ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
        bearer.TokenValidationParameters.ValidTypes = ["at+jwt", "application/at+jwt"];
        bearer.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        bearer.Events = new JwtBearerEvents { OnTokenValidated = context => AcceptAsync(context, settings.Scope) };
    }

    private static async Task AcceptAsync(TokenValidatedContext context, string? scope)
    {
        if (scope is not null && context.Principal?.FindAll("scope").SelectMany(claim => claim.Value.Split(' ')).Contains(scope, StringComparer.Ordinal) is not true)
        {
            context.Fail("The token is not for what it was sent for: it lacks the scope.");
            return;
        }
        var services = context.HttpContext.RequestServices;
        if (context.Principal?.FindFirst("iss")?.Value is not { Length: > 0 } issuer || context.Principal.FindFirst("sub")?.Value is not { Length: > 0 } subject
            || await services.GetRequiredService<IGrainFactory>().GetGrain<IPeopleGrain>(0).FindByLogin(new ExternalLogin(issuer, subject)) is not { } id
            || await services.GetRequiredService<SubjectBook>().FindAsync($"accounts/{id}") is not { IsActive: true } standing)
        {
            context.Fail("The token is of nobody who has an account.");
            return;
        }
        var credential = new Credential(standing.Subject, default, standing.Stamp);
        context.HttpContext.Features.Set(new Caller(standing, credential, context.Principal.FindFirst("client_id") is { } client ? $"clients/{client.Value}" : null));
    }
}

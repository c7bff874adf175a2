using Coordination.Contracts.Identity;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Coordination.Server.Accounts;

/// <summary>Tokens of another system: who is (issuer, id there) is the account that is bound to it. Nobody gets an account by sending one.</summary>
internal static class TokenSignIn
{
    public static void Configure(JwtBearerOptions bearer, JwtSettings settings)
    {
        bearer.Authority = settings.Authority;
        bearer.ConfigurationManager = ProviderMetadata.From(settings.Authority!, settings.Issuer, settings.RequireHttps, ProviderMetadata.NewClient());
        bearer.Audience = settings.Audience;
        bearer.RequireHttpsMetadata = settings.RequireHttps;
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.TokenValidationParameters.ValidateIssuer = true;
        bearer.TokenValidationParameters.ValidateLifetime = true;
        bearer.TokenValidationParameters.ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
        bearer.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        bearer.Events = new JwtBearerEvents { OnTokenValidated = AcceptAsync };
    }

    private static async Task AcceptAsync(TokenValidatedContext context)
    {
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

using System.Security.Claims;
using Coordination.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Coordination.Server.Tests.Accounts;

/// <summary>A real OpenID Connect server (OpenIddict) on this machine, at which everybody is who the test says.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "coordination-server";
    public const string Secret = "known to the two of them";

    private readonly WebApplication app;

    private OpenIdProvider(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary>Who signs in there.</summary>
    public string Person { get; set; } = "1001";

    /// <summary>It says another nonce than it was asked with.</summary>
    public bool SaysAnotherNonce { get; set; }

    /// <summary>Its tokens name another issuer.</summary>
    public bool SaysAnotherIssuer { get; set; }

    /// <summary>What its tokens for programs are good for, beside what was asked for.</summary>
    public string Grants { get; set; } = "coordination";

    /// <summary>The last ID token that it gave out: it says to who asked who signed in.</summary>
    public string? LastIdToken { get; private set; }

    /// <summary>What it says of itself names another issuer.</summary>
    public bool MetadataNamesAnotherIssuer { get; set; }

    /// <summary>What it says of itself is sent on to from where it should be.</summary>
    public bool MetadataLiesElsewhere { get; set; }

    /// <summary>The last token for programs that it gave out.</summary>
    public string? LastToken { get; private set; }

    public static async Task<OpenIdProvider> StartAsync()
    {
        var address = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}/");
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        OpenIdProvider provider = null!;
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.SetIssuer(address).SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token");
            server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().RegisterScopes(Scopes.OpenId, Scopes.Profile);
            server.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
            server.EnableDegradedMode(); // It knows one client, and needs no database for that.
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.RedirectUri?.Contains("/api/session/external-callback/city", StringComparison.Ordinal) != true)
                    context.Reject(Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.ClientSecret != Secret)
                    context.Reject(Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                provider.Authorize(context);
                return default;
            }));
            server.AddEventHandler<ApplyConfigurationResponseContext>(handler => handler.SetOrder(int.MinValue).UseInlineHandler(context =>
            {
                if (provider.MetadataNamesAnotherIssuer)
                    context.Response.SetParameter("issuer", "http://evil.example.org/");
                return default;
            }));
            server.AddEventHandler<GenerateTokenContext>(handler => handler.SetOrder(int.MinValue).UseInlineHandler(context =>
            {
                if (provider.SaysAnotherIssuer && context.TokenType == TokenTypeIdentifiers.IdentityToken)
                    context.Principal.SetClaim(Claims.Private.Issuer, "http://evil.example.org/").SetClaim(Claims.Issuer, "http://evil.example.org/");
                return default;
            }));
            server.AddEventHandler<ApplyTokenResponseContext>(handler => handler.SetOrder(int.MinValue).UseInlineHandler(context =>
            {
                (provider.LastToken, provider.LastIdToken) = (context.Response.AccessToken, context.Response.IdToken);
                return default;
            }));
        });
        var app = builder.Build();
        app.Urls.Add(address.ToString());
        app.Use((http, next) => provider.SendOnAsync(http, next));
        app.UseAuthentication();
        provider = new OpenIdProvider(app, address);
        await app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private Task SendOnAsync(HttpContext http, RequestDelegate next)
    {
        const string Metadata = "/.well-known/openid-configuration";
        if (MetadataLiesElsewhere && http.Request.Path == Metadata)
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        }
        if (http.Request.Path == "/elsewhere")
            http.Request.Path = Metadata;
        return next(http);
    }

    private void Authorize(HandleAuthorizationRequestContext context)
    {
        if (SaysAnotherNonce)
            context.Request.Nonce = "another";
        var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, Person).SetClaim(Claims.Name, "陈静");
        identity.SetScopes(context.Request.GetScopes().Add(Grants));
        identity.SetResources(ClientId);
        identity.SetDestinations(_ => [Destinations.IdentityToken, Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
    }
}

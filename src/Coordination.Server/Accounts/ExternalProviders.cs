using Coordination.Server.Identity;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Coordination.Server.Accounts;

/// <summary>Where people may sign in beside here, by OpenID Connect; as configured.</summary>
internal sealed class ExternalProviders(IdentitySettings settings)
{
    /// <summary>Where the provider sends the browser back to.</summary>
    public const string CallbackRoot = "/api/session/external-callback/";

    private const string SchemePrefix = "oidc-";

    public IReadOnlyList<(string Id, string Name)> All { get; } =
        [.. settings.Providers.OrderBy(provider => provider.Key, StringComparer.Ordinal).Select(provider => (provider.Key, provider.Value.Name ?? provider.Key))];

    public static string SchemeOf(string provider) => SchemePrefix + provider;

    /// <summary>Code flow with PKCE, state and nonce; no token is kept, and what the provider says of the person is her id there and no more.</summary>
    public static void Configure(OpenIdConnectOptions oidc, string id, OpenIdProviderSettings provider)
    {
        var client = ProviderMetadata.NewClient();
        oidc.Authority = provider.Authority;
        oidc.Backchannel = client;
        oidc.ConfigurationManager = ProviderMetadata.From(provider.Authority, provider.Issuer, provider.RequireHttps, client);
        oidc.RequireHttpsMetadata = provider.RequireHttps;
        oidc.ClientId = provider.ClientId;
        oidc.ClientSecret = provider.ReadClientSecret();
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.SaveTokens = false;
        oidc.GetClaimsFromUserInfoEndpoint = false;
        oidc.MapInboundClaims = false;
        oidc.CallbackPath = CallbackRoot + id;
        oidc.SignInScheme = Schemes.Session;
        oidc.ClaimActions.Clear(); // The claims of the session are ours, and all of them stay.
        oidc.Scope.Clear();
        oidc.Scope.Add("openid");
        oidc.Scope.Add("profile");
        oidc.ProtocolValidator.RequireNonce = true;
        oidc.Events = new OpenIdConnectEvents
        {
            OnTokenValidated = context => ExternalSignIn.AcceptAsync(context, id),
            OnRemoteFailure = context => ExternalSignIn.RefuseAsync(context, id),
        };
    }

    /// <summary>What ties the way back to this browser. It comes back by a link, which a lax cookie goes along with.</summary>
    public static void UseHostCookies(OpenIdConnectOptions oidc, IHttpContextAccessor requests)
    {
        oidc.NonceCookie = new HostCookieBuilder(requests, HostCookies.Nonce) { SameSite = SameSiteMode.Lax, Expiration = oidc.ProtocolValidator.NonceLifetime };
        oidc.CorrelationCookie = new HostCookieBuilder(requests, HostCookies.Correlation) { SameSite = SameSiteMode.Lax, Expiration = oidc.RemoteAuthenticationTimeout };
    }
}

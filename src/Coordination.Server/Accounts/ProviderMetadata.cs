using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect.Configuration;

namespace Coordination.Server.Accounts;

/// <summary>
/// What a provider of OpenID Connect says of itself: read from the configured address and from nowhere that it sends on to, and believed only when it
/// names the issuer that is expected.
/// </summary>
internal static class ProviderMetadata
{
    /// <summary>How long the provider may take for an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostBytes = 1024 * 1024;

    /// <summary>For what is asked of the provider behind the browser's back: no redirects, no cookies, bounded answers.</summary>
    public static HttpClient NewClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Patience, MaxResponseContentBufferSize = MostBytes,
        };

    /// <param name="authority">Below it is <c>.well-known/openid-configuration</c>.</param>
    /// <param name="issuer">Whom it has to name as the issuer; the authority when null.</param>
    /// <param name="requireHttps">Whether plain HTTP is refused.</param>
    /// <param name="client">With what it is read.</param>
    public static IConfigurationManager<OpenIdConnectConfiguration> From(string authority, string? issuer, bool requireHttps, HttpClient client) =>
        new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{authority.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(client) { RequireHttps = requireHttps }, new OfIssuer(string.IsNullOrEmpty(issuer) ? authority : issuer));

    private sealed class OfIssuer(string issuer) : IConfigurationValidator<OpenIdConnectConfiguration>
    {
        private readonly OpenIdConnectConfigurationValidator usual = new();

        public ConfigurationValidationResult Validate(OpenIdConnectConfiguration configuration) =>
            usual.Validate(configuration) is { Succeeded: false } unfit ? unfit
                : configuration.Issuer?.TrimEnd('/') == issuer.TrimEnd('/') ? new ConfigurationValidationResult { Succeeded = true }
                : new ConfigurationValidationResult { Succeeded = false, ErrorMessage = $"The metadata names another issuer than {issuer}." };
    }
}

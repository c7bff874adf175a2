using Coordination.Server.Devices;
using Coordination.Server.Hosting;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Identity;

namespace Coordination.Server.Accounts;

/// <summary>Accounts, sessions and keys: what is registered and mapped.</summary>
internal static class AccountServices
{
    public static void AddAccounts(this IServiceCollection services, ServerOptions options)
    {
        var settings = options.Identity;
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<CodeSignIn>();
        services.AddSingleton<SeenSessions>();
        services.AddSingleton<ExternalProviders>();
        services.AddSingleton<SubjectNames>();
        services.AddSingleton<OwnAccounts>();
        services.AddSingleton<MemberReach>();
        services.AddSingleton<PasskeyChallenges>();
        services.AddSingleton<AccountUserStore>();
        services.AddSingleton<DemoAccounts>();
        services.AddHostedService(provider => provider.GetRequiredService<DemoAccounts>());
        services.AddHostedService<RetentionClock>();
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(options.Retention));
        services.AddHttpContextAccessor();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.HeaderName = SessionAntiforgery.Header;
            antiforgery.SuppressXFrameOptionsHeader = true; // One place says who may frame the pages.
        });
        services.AddOptions<AntiforgeryOptions>().Configure<IHttpContextAccessor>((antiforgery, requests) =>
            antiforgery.Cookie = new HostCookieBuilder(requests, HostCookies.Antiforgery) { SameSite = SameSiteMode.Strict });
        services.AddSessionKeys();
        services.AddSignInSchemes(settings);
        services.AddPasskeys(settings);
        // It would read the keys of cookies at the start, before they have been brought, and say that there are none.
        foreach (var early in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
            services.Remove(early);
    }

    public static void MapAccounts(this WebApplication app)
    {
        var accounts = app.MapGroup("").AddEndpointFilter(NoNulls.Instance);
        accounts.MapSessions();
        accounts.MapPasskeys();
        accounts.MapExternalSignIn();
        accounts.MapDemo();
        accounts.MapOwn();
        accounts.MapDelegates();
        accounts.MapPeople();
        accounts.MapKeyHolders();
        accounts.MapRetention();
    }

    private static void AddSessionKeys(this IServiceCollection services)
    {
        services.AddSingleton<SessionKeyRing>();
        services.AddHostedService<SessionKeys>();
        services.AddDataProtection().SetApplicationName("coordination");
        services.AddOptions<KeyManagementOptions>().Configure<SessionKeyRing>((keys, ring) =>
        {
            keys.XmlRepository = ring;
            keys.XmlEncryptor = new NullXmlEncryptor(); // Encrypted where they lie, by the master key.
            keys.AutoGenerateKeys = false; // Made by one host for all.
        });
    }

    private static void AddSignInSchemes(this IServiceCollection services, IdentitySettings settings)
    {
        var schemes = services.AddAuthentication().AddCookie(Schemes.Session, SessionCookies.Configure);
        services.AddOptions<CookieAuthenticationOptions>(Schemes.Session).Configure<TimeProvider>((cookie, time) => cookie.TimeProvider = time);
        if (settings.RecentSignIn < TimeSpan.FromSeconds(1) || settings.RecentSignIn > TimeSpan.FromHours(1))
            throw new FormatException("Coordination:Identity:RecentSignIn is a second at least and an hour at most.");
        foreach (var (id, provider) in settings.Providers)
        {
            if (!Domain.PlaceId.IsSlug(id) || provider.Authority.Length == 0 || provider.ClientId.Length == 0)
                throw new FormatException($"Coordination:Identity:Providers:{id} needs an id of lower-case letters, digits and hyphens, an Authority and a ClientId.");
            schemes.AddOpenIdConnect(ExternalProviders.SchemeOf(id), oidc => ExternalProviders.Configure(oidc, id, provider));
            services.AddOptions<OpenIdConnectOptions>(ExternalProviders.SchemeOf(id)).Configure<IHttpContextAccessor>(ExternalProviders.UseHostCookies);
        }
        if (settings.Jwt.Authority is { Length: > 0 })
            schemes.AddJwtBearer(Schemes.Token, bearer => TokenSignIn.Configure(bearer, settings.Jwt));
    }

    private static void AddPasskeys(this IServiceCollection services, IdentitySettings settings)
    {
        services.AddSingleton<IUserStore<AccountUser>>(provider => provider.GetRequiredService<AccountUserStore>());
        services.AddIdentityCore<AccountUser>();
        services.AddScoped<IPasskeyHandler<AccountUser>, PasskeyHandler<AccountUser>>();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            passkeys.ServerDomain = settings.PasskeyDomain;
            passkeys.ResidentKeyRequirement = "required"; // Signing in asks for no name.
            passkeys.UserVerificationRequirement = "required";
            passkeys.AttestationConveyancePreference = "none";
        });
    }
}

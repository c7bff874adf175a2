using Coordination.Live.Hosting;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.Authentication;

namespace Coordination.Server.Identity;

/// <summary>Puts the guard and what it needs into the server.</summary>
internal static class IdentityRegistration
{
    public static void AddAccess(this IServiceCollection services, IdentitySettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(new BootstrapKey(settings));
        services.AddSingleton<SubjectBook>();
        services.AddHostedService(provider => provider.GetRequiredService<SubjectBook>());
        services.AddSingleton<AccessKeys>();
        services.AddSingleton<PlaceLocations>();
        services.AddSingleton<AccessGate>();
        services.AddSingleton<LiveTickets>();
        services.AddSingleton<ITopicGrains, LiveTopics>();
        services.AddSingleton<ITopicAccess, TopicAccess>();
        services.AddAuthentication(Schemes.Any)
            .AddPolicyScheme(Schemes.Any, null, any => any.ForwardDefaultSelector = http => Choose(http))
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(Schemes.Key, null)
            .AddScheme<AuthenticationSchemeOptions, TicketAuthentication>(Schemes.Ticket, null);
    }

    /// <summary>After the routing, which stands at the beginning by itself, and before every endpoint.</summary>
    public static void UseAccess(this WebApplication app) => app.UseMiddleware<AccessGuard>();

    /// <summary>A token has two dots, which no key has; a browser sends neither.</summary>
    private static string Choose(HttpContext http) => http.Request.Headers.Authorization switch
    {
        [] => Schemes.Session,
        [{ } header] when header.Count(c => c == '.') == 2 && http.RequestServices.GetRequiredService<IdentitySettings>().Jwt.Authority is { Length: > 0 } => Schemes.Token,
        _ => Schemes.Key,
    };
}

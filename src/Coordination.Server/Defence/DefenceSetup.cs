using Coordination.Server.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Coordination.Server.Defence;

/// <summary>The defence of the server, in the order in which a request meets it. What holds and which test shows it: docs/security.md.</summary>
internal static class DefenceSetup
{
    /// <exception cref="FormatException">A list of proxies or origins cannot be read.</exception>
    public static void AddDefence(this WebApplicationBuilder builder, ServerOptions options)
    {
        var origins = new OriginGuard(options.AllowedOrigins);
        builder.Services.AddSingleton(origins);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<RefusalLog>();
        builder.AddTrustedProxies(options.TrustedProxies);
        builder.Services.AddSizeLimits(options.Limits);
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.SetIsOriginAllowed(origins.Lists).AllowAnyMethod().AllowAnyHeader().AllowCredentials()
            .WithExposedHeaders("ETag", "Retry-After", UnconfirmedMark.Header).SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
        SecurityHeaders.AddTo(builder.Services);
        builder.Logging.AddConsoleFormatter<SafeConsoleFormatter, ConsoleFormatterOptions>();
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName ??= SafeConsoleFormatter.FormatterName);
    }

    /// <summary>Who it comes from and whether it may come at all, before anything is looked up for it.</summary>
    public static void UseDefence(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseAddressLimits(app.Services.GetRequiredService<ServerOptions>().Limits);
        var origins = app.Services.GetRequiredService<OriginGuard>();
        if (origins.ListsAny)
            app.UseCors();
        app.Use(origins.InvokeAsync);
    }

    /// <summary>After it is known who asks.</summary>
    public static void UseSubjectLimits(this WebApplication app) => app.UseSubjectLimits(app.Services.GetRequiredService<ServerOptions>().Limits);
}

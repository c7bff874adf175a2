using System.Globalization;
using Coordination.LoadTests.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.LoadTests.Opponents;

/// <summary>
/// The least one could write instead of the server, on the same Kestrel and SignalR: an endpoint that only parses lines, and a hub
/// whose groups are sent to.
/// </summary>
internal static class OpponentRole
{
    public static async Task<int> RunAsync(string[] args)
    {
        MemoryProbe.Listen();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{int.Parse(args[0], CultureInfo.InvariantCulture)}"));
        builder.Services.AddSignalR(hub =>
        {
            hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(15);
        });
        builder.Services.AddSingleton<BarePublisher>();
        var app = builder.Build();
        app.MapGet("/ready", () => Results.Ok());
        app.MapBareNdjson();
        app.MapBareHub();
        await app.RunAsync();
        return 0;
    }
}

using System.Net;
using Coordination.Grains;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Coordination.Server.Api;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace Coordination.Server.Hosting;

/// <summary>The embedded default: one process, one SQLite file, an Orleans cluster of one on the loopback address.</summary>
internal static class OneMachine
{
    public static async Task AddOneMachineAsync(this WebApplicationBuilder builder, ServerOptions options)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        // The store is opened before anything else starts: a second process is told at once whose file it is.
        var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path.Combine(options.Data, "coordination.db") });
        builder.Services.AddPlaceLedger(store, options);
        await builder.Services.AddOwnPrivacyAsync(options);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(options.SiloPort > 0 ? options.SiloPort : HostAddress.Free(IPAddress.Loopback), gatewayPort: 0);
            silo.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback);
            silo.Configure<SiloMessagingOptions>(messaging =>
            {
                messaging.ResponseTimeout = TimeSpan.FromSeconds(10);
                messaging.MaxEnqueuedRequestsHardLimit = 50_000;
            });
            silo.UseInMemoryReminderService();
            silo.UseSteadyCollection();
            silo.AddDashboard(ServerInfo.QuietDashboard);
        });
    }

    /// <summary>What the places of this host write to. The container disposes of the store, after everything that uses it.</summary>
    public static void AddPlaceLedger(this IServiceCollection services, IEventStore store, ServerOptions options)
    {
        services.AddSingleton(_ => store);
        services.AddSingleton(_ => new GroupCommit(store));
        services.AddSingleton(provider => new PlaceLedger(
            store,
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<TimeProvider>(),
            LedgerStreamOptions.Default with { SnapshotEvery = options.SnapshotEvery }));
    }
}

using System.Net;
using System.Net.Sockets;
using Coordination.Grains;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
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
        builder.Services.AddSingleton<IEventStore>(_ => store);
        builder.Services.AddSingleton(services => new GroupCommit(services.GetRequiredService<IEventStore>()));
        builder.Services.AddSingleton(services => new PlaceLedger(
            services.GetRequiredService<IEventStore>(),
            services.GetRequiredService<GroupCommit>(),
            services.GetRequiredService<TimeProvider>(),
            LedgerStreamOptions.Default with { SnapshotEvery = options.SnapshotEvery }));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(options.SiloPort > 0 ? options.SiloPort : FreePort(), gatewayPort: 0);
            silo.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback);
            silo.Configure<SiloMessagingOptions>(messaging =>
            {
                messaging.ResponseTimeout = TimeSpan.FromSeconds(10);
                messaging.MaxEnqueuedRequestsHardLimit = 50_000;
            });
            silo.UseInMemoryReminderService();
            silo.AddDashboard();
        });
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

using System.Net;
using System.Net.Sockets;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Grains;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Coordination.LoadTests.Silo;

/// <summary>A host of grains as the server has it, with the real store in a folder of its own, and without everything above.</summary>
internal sealed class LoadSilo : IAsyncDisposable
{
    private readonly IHost host;
    private readonly SqliteEventStore store;
    private readonly DirectoryInfo folder;

    private LoadSilo(IHost host, SqliteEventStore store, DirectoryInfo folder) => (this.host, this.store, this.folder) = (host, store, folder);

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<LoadSilo> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("coordination-load-");
        var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path.Combine(folder.FullName, "coordination.db") });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new PlaceLedger(store, new GroupCommit(store), TimeProvider.System, LedgerStreamOptions.Default));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), gatewayPort: 0);
            silo.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback);
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(30));
            silo.UseInMemoryReminderService();
        });
        var host = builder.Build();
        await host.StartAsync();
        return new LoadSilo(host, store, folder);
    }

    /// <summary>Creates a car park without zones, hours or anything else that could cost time.</summary>
    public async Task<IOccupancyGrain> DefineAsync(string slug, int? capacity = 1000)
    {
        var place = new PlaceId(PlaceKind.ParkingLot, slug);
        var grain = Grains.OccupancyGrain(place);
        var defined = await grain.Execute(new DefinePlace(new ParkingLotProfile { Name = $"停车场 {slug}", NameEn = $"Car park {slug}", Capacity = capacity }), null);
        return defined.Status == CommandStatus.Done ? grain : throw new InvalidOperationException($"{place} was not created: {defined}.");
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await store.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

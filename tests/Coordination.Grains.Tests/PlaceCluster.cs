using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Coordination.Ledger.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;

namespace Coordination.Grains.Tests;

/// <summary>A cluster of one in this process on a real SQLite store behind a door, with a clock that the test moves.</summary>
public sealed class PlaceCluster : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("grains-").FullName;
    private GroupCommit commits = null!;
    private InProcessTestCluster cluster = null!;

    internal FaultyStore Store { get; private set; } = null!;

    public FakeTimeProvider Time { get; } = new(Start);

    public IGrainFactory Grains => cluster.Client;

    public async ValueTask InitializeAsync()
    {
        Store = new FaultyStore(await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path.Combine(folder, "events.db") }));
        await StartAsync();
    }

    private async Task StartAsync()
    {
        commits = new GroupCommit(Store);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(Time);
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            silo.Services.AddSingleton(new PlaceLedger(Store, commits, Time, new LedgerStreamOptions(SnapshotEvery: 100)));
            silo.UseInMemoryReminderService();
        });
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    /// <summary>All grains forget; the store stays.</summary>
    public async Task RestartAsync()
    {
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        await commits.DisposeAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Store.Open();
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        await commits.DisposeAsync();
        await Store.DisposeAsync();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    /// <summary>A new car park that opens empty.</summary>
    public async Task<IParkingLotGrain> LotAsync(string id, int capacity = 100, string? community = null)
    {
        var lot = Grains.GetGrain<IParkingLotGrain>(id);
        var result = await lot.Execute(new DefinePlace(new ParkingLotProfile { Name = id, Capacity = capacity, InitialOccupied = 0, Community = community }), null);
        Assert.Equal((CommandStatus.Done, true), (result.Status, result.Created));
        return lot;
    }

    public OccupancyInput In(long sequence, int count = 1, string device = "gate") =>
        new() { DeviceId = device, Sequence = sequence, At = Time.GetUtcNow(), Direction = Direction.In, Count = count };

    public OccupancyInput Reading(long sequence, int occupied, string device = "sensor") =>
        new() { DeviceId = device, Sequence = sequence, At = Time.GetUtcNow(), Occupied = occupied };
}

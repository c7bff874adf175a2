using System.Collections.Concurrent;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Coordination.Ledger.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Coordination.Grains.Tests;

/// <summary>Two hosts in this process above one real SQLite store.</summary>
public sealed class TwoHosts : IAsyncLifetime
{
    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("hosts-").FullName;
    private readonly ConcurrentBag<GroupCommit> commits = [];
    private InProcessTestCluster cluster = null!;

    internal FaultyStore Store { get; private set; } = null!;

    public IGrainFactory Grains => cluster.Client;

    public IReadOnlyList<SiloAddress> Hosts => [.. cluster.Silos.Select(silo => silo.SiloAddress)];

    public async ValueTask InitializeAsync()
    {
        Store = new FaultyStore(await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path.Combine(folder, "events.db") }));
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(_ =>
            {
                var own = new GroupCommit(Store);
                commits.Add(own);
                return new PlaceLedger(Store, own, TimeProvider.System, new LedgerStreamOptions(SnapshotEvery: 100));
            });
            silo.UseInMemoryReminderService();
        });
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    /// <summary>What a host has in memory.</summary>
    public PlaceLedger LedgerOf(SiloAddress host) => cluster.GetSiloServiceProvider(host).GetRequiredService<PlaceLedger>();

    /// <summary>The host on which a place is.</summary>
    public SiloAddress HostOf(string stream) => Assert.Single(Hosts, host => LedgerOf(host).Active.Holding().Any(place => place.Stream == stream));

    public async ValueTask DisposeAsync()
    {
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        foreach (var own in commits)
            await own.DisposeAsync();
        await Store.DisposeAsync();
        System.IO.Directory.Delete(folder, recursive: true);
    }
}

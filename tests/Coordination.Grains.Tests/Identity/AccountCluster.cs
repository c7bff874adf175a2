using System.Collections.Immutable;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain.Access;
using Coordination.Grains.Identity;
using Coordination.Grains.Privacy;
using Coordination.Grains.Tests.Privacy;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Coordination.Ledger.Tests.Engine;
using Coordination.Ledger.Vault;
using Coordination.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;

namespace Coordination.Grains.Tests.Identity;

/// <summary>A cluster of one with a real store and vault, each behind a door, with a clock that the test moves.</summary>
public sealed class AccountCluster : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private GroupCommit commits = null!;
    private InProcessTestCluster cluster = null!;
    private SqliteVaultStore vault = null!;
    private PrivacyKeys keys = null!;

    internal FaultyStore Store { get; private set; } = null!;

    internal HookedVault Vault { get; private set; } = null!;

    public FakeTimeProvider Time { get; } = new(PlaceCluster.Start);

    public IGrainFactory Grains => cluster.Client;

    public async ValueTask InitializeAsync()
    {
        Store = new FaultyStore(await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = folder.File("events.db") }));
        vault = await SqliteVaultStore.OpenAsync(folder.File("vault.db"), Time);
        Vault = new HookedVault(vault);
        keys = await PrivacyKeys.OpenAsync(new PrivacyOptions(), folder.File("keys"), vault);
        await StartAsync();
    }

    /// <summary>All grains forget; the stores stay.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public IAccountGrain Account(string id) => Grains.GetGrain<IAccountGrain>(id);

    /// <summary>A new account with a name of its own.</summary>
    public async Task<IAccountGrain> OpenAsync(string name, params ImmutableArray<RoleGrant> grants)
    {
        var account = Account(NewId());
        var result = await account.Open(new NewAccount(name, "李秀兰", "hash", null, grants));
        Assert.Equal(CommandStatus.Done, result.Status);
        return account;
    }

    public string NewId() => Guid.CreateVersion7(Time.GetUtcNow()).ToString();

    public async Task<List<string>> EntriesAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var entry in vault.ListAsync(prefix, TestContext.Current.CancellationToken))
            names.Add(entry.Name);
        return names;
    }

    public async ValueTask DisposeAsync()
    {
        Store.Open();
        await StopAsync();
        await Store.DisposeAsync();
        await vault.DisposeAsync();
        folder.Dispose();
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
            silo.Services.AddSingleton<IVaultStore>(_ => new Borrowed(Vault));
            silo.Services.AddSingleton<IKeyedHasher>(new KeyedHasher(keys.Hash));
            silo.Services.AddSingleton<IPersonVault>(new PersonVault(Vault, keys.Master, Time));
            silo.Services.AddSingleton(Options.Create(new RetentionOptions()));
            silo.Services.AddGrainFailures();
            silo.UseInMemoryReminderService();
        });
        builder.ConfigureClient(client => client.Services.AddGrainFailures());
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    private async Task StopAsync()
    {
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        await commits.DisposeAsync();
    }

    /// <summary>The test's vault, which outlives the cluster.</summary>
    private sealed class Borrowed(IVaultStore inner) : IVaultStore
    {
        public ValueTask<VaultEntry?> FindAsync(string name, CancellationToken cancellation) => inner.FindAsync(name, cancellation);

        public ValueTask<long?> TryPutAsync(string name, ReadOnlyMemory<byte> value, long expectedVersion, CancellationToken cancellation) =>
            inner.TryPutAsync(name, value, expectedVersion, cancellation);

        public ValueTask<bool> RemoveAsync(string name, CancellationToken cancellation) => inner.RemoveAsync(name, cancellation);

        public IAsyncEnumerable<VaultEntry> ListAsync(string prefix, CancellationToken cancellation) => inner.ListAsync(prefix, cancellation);
    }
}

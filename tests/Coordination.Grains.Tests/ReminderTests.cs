using System.Text;
using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;
using Coordination.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using ConfigurationOptions = StackExchange.Redis.ConfigurationOptions;

namespace Coordination.Grains.Tests;

/// <summary>Places that sleep and have something to do later, with the reminders in a real Redis, as in a cluster.</summary>
public sealed class ReminderTests
{
    private const string Lot = "parking-lots/sleeper";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_falls_due_while_a_place_sleeps_is_done_although_nobody_asks_for_it()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        var cancellation = TestContext.Current.CancellationToken;
        await using var redis = await RedisProcess.StartAsync(cancellation: cancellation);
        using var folder = new TemporaryFolder();
        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = folder.File("events.db") }, cancellation: cancellation);
        await using var commits = new GroupCommit(store);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(new PlaceLedger(store, commits, TimeProvider.System, new LedgerStreamOptions(SnapshotEvery: 100)));
            silo.UseRedisReminderService(reminders => reminders.ConfigurationOptions = ConfigurationOptions.Parse($"127.0.0.1:{redis.Port}"));
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync(cancellation);

        var lot = cluster.Client.GetGrain<IParkingLotGrain>(Lot.Split('/')[1]);
        await lot.Execute(new DefinePlace(new ParkingLotProfile { Name = "夜里改容量", Capacity = 100, InitialOccupied = 0 }), null);
        var due = TimeProvider.System.GetUtcNow().AddSeconds(15);
        Assert.Equal(CommandStatus.Done, (await lot.Execute(new ChangeCapacity(null, 80, due), null)).Status);
        var management = cluster.Client.GetGrain<IManagementGrain>(0);
        await management.ForceActivationCollection(TimeSpan.Zero, cancellation);
        await UntilAsync(async () => !(await management.GetDetailedGrainStatistics()).Any(grain => grain.GrainId.Key.ToString() == "sleeper"), "The place does not go to sleep.");
        Assert.DoesNotContain("\"capacityChanged\"", await StoredAsync(store), StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetUtcNow() < due, "It was asleep too late to show anything.");

        // Only the store is looked at: a call would wake it.
        await UntilAsync(async () => (await StoredAsync(store)).Contains("\"capacityChanged\"", StringComparison.Ordinal), "What was due was not done.");
        Assert.True(TimeProvider.System.GetUtcNow() >= due);
    }

    private static async Task<string> StoredAsync(SqliteEventStore store)
    {
        var text = new StringBuilder();
        await foreach (var batch in store.ReadAsync(Lot, 0, TestContext.Current.CancellationToken))
            text.Append(Encoding.UTF8.GetString(batch.Payload.Span));
        return text.ToString();
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string otherwise)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo())
        {
            Assert.False(patience.IsCancellationRequested, otherwise);
            await Task.Delay(50);
        }
    }
}

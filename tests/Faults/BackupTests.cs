using System.Diagnostics;
using System.Globalization;
using Coordination.Faults.Checks;
using Coordination.Faults.Cluster;
using Coordination.Faults.Network;
using Coordination.Testing;

namespace Coordination.Faults;

/// <summary>The scripts for backup and restore, while clients are at work.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Cluster", "Faults")]
public sealed class BackupTests(ClusterFixture fixture)
{
    [Fact]
    public Task A_backup_that_was_made_under_load_holds_all_that_was_acknowledged_before_it() =>
        FaultRound.RunAsync(fixture.Cluster, "backup under load, restored beside", async round =>
        {
            var (backups, data) = (round.Cluster.File($"backups-{round.Number}"), round.Cluster.File($"restored-{round.Number}"));
            Directory.CreateDirectory(data);
            round.Begin();
            var before = round.Load.Log.Acknowledgements.ToArray();
            var took = Stopwatch.StartNew();
            await Shell.RunAsync("sh", Repository.PathOf("deploy", "backup.sh"), round.Cluster.Redis.Url, backups);
            took.Stop();
            var backup = Assert.Single(Directory.GetDirectories(backups));
            await Shell.RunAsync("sh", Repository.PathOf("deploy", "restore.sh"), backup, data);

            await using var restored = new RedisServer(await round.Cluster.Lab.AddAsync("restored"), data);
            await restored.StartAsync();
            await using var connection = await restored.ConnectAsync();
            var problems = new List<string>();
            var found = await RedisReader.ReadAsync(connection, round.Load.Places[0][..^2], problems);
            StoreChecker.Compare(found, before, problems);
            Assert.Empty(problems);
            round.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"took {took.Elapsed.TotalSeconds:F1} s; {before.Length} acknowledged before it are all in it, and {found.Values.Sum(place => place.Version)} events in all"));
        });
}

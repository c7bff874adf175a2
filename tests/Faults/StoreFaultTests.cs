using System.Diagnostics;
using Coordination.Faults.Checks;
using Coordination.Faults.Cluster;

namespace Coordination.Faults;

/// <summary>A Redis that is away, empty or full, while clients are at work.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Cluster", "Faults")]
public sealed class StoreFaultTests(ClusterFixture fixture)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(FaultTable.IsLong ? 60 : 10);

    [Fact]
    public Task While_the_store_does_not_answer_reads_go_on_and_commands_are_told_so() =>
        FaultRound.RunAsync(fixture.Cluster, $"Redis frozen for {Length.TotalSeconds:F0} s", round =>
            AwayAsync(round, () => round.Cluster.Redis.FreezeAsync(), () => round.Cluster.Redis.ThawAsync()));

    [Fact]
    public Task While_the_store_is_gone_reads_go_on_and_commands_are_told_so() =>
        FaultRound.RunAsync(fixture.Cluster, $"Redis killed for {Length.TotalSeconds:F0} s", round =>
            AwayAsync(round, () => round.Cluster.Redis.KillAsync(), () => round.Cluster.Redis.StartAsync()));

    private static async Task AwayAsync(FaultRound round, Func<Task> leave, Func<Task> comeBack)
    {
        var places = await Probe.CreatePlacesAsync(round.Cluster);
        var processes = round.Cluster.Hosts.Select(host => host.Process.Id).ToArray();
        round.Begin();
        await leave();
        var away = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(3)); // What was in flight has its answer, and every host knows.

        var known = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(round.Cluster.Hosts.SelectMany(host => places.Select(place => Probe.CommandAsync(host, place))));
        Assert.All(answers, answer => Assert.Equal((503, true), (answer.Status, answer.RetryAfter)));
        var slowest = answers.Max(answer => answer.Took);
        round.Notes.Add($"503 within {slowest.TotalSeconds:F2} s");
        Assert.True(slowest < TimeSpan.FromSeconds(4), $"A command was answered only after {slowest.TotalSeconds:F1} s.");
        if (Length - Stopwatch.GetElapsedTime(away) is { Ticks: > 0 } rest)
            await Task.Delay(rest);
        var reads = round.Readers.SelectMany(reader => reader.Reads).Where(read => read.At > known).ToArray();
        var good = reads.Count(read => read is { Status: 200, Unconfirmed: true });
        round.Notes.Add($"{good} of {reads.Length} reads from memory and marked");
        Assert.True(good > reads.Length * 0.95 && good > 20, $"Only {good} of {reads.Length} reads were answered and marked: {string.Join(", ", reads.GroupBy(read => (read.Status, read.Unconfirmed)).Select(group => $"{group.Key}: {group.Count()}"))}");

        await comeBack();
        round.Healed();
        var back = await round.ServedAgainAsync();
        round.Notes.Add($"all served {back.TotalSeconds:F1} s after it was back");
        await round.Cluster.WaitUntilReadyAsync();
        Assert.Equal(processes, round.Cluster.Hosts.Select(host => host.Process.Id));
    }

    [Fact]
    public Task An_empty_store_is_refused_on_every_host_and_the_right_one_is_gone_on_with() =>
        FaultRound.RunAsync(fixture.Cluster, "Redis restarted empty", async round =>
        {
            var redis = round.Cluster.Redis;
            var places = await Probe.CreatePlacesAsync(round.Cluster);
            var before = round.Cluster.Hosts.Select(host => host.Alarms.Count).ToArray();
            round.Begin();
            await redis.KillAsync();
            await redis.StartAsync(round.Cluster.File($"empty-{round.Number}"));
            var waiting = Stopwatch.StartNew();
            while (round.Cluster.Hosts.Where((host, i) => host.Alarms.Count == before[i]).Any())
            {
                Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(30), $"No alarm on {string.Join(", ", round.Cluster.Hosts.Where((host, i) => host.Alarms.Count == before[i]))}.");
                await Task.Delay(100);
            }
            round.Notes.Add($"alarm on all after {waiting.Elapsed.TotalSeconds:F1} s");
            Assert.All(round.Cluster.Hosts, (host, i) => Assert.Contains(host.Alarms.Skip(before[i]), alarm => alarm.Contains("refused", StringComparison.Ordinal)));
            foreach (var host in round.Cluster.Hosts)
                Assert.NotNull(await ClusterProcesses.MetricAsync(host, "coordination_store_condition"));
            var answers = await Task.WhenAll(round.Cluster.Hosts.SelectMany(host => places.Select(place => Probe.CommandAsync(host, place))));
            Assert.All(answers, answer => Assert.Equal(503, answer.Status));
            await using (var connection = await redis.ConnectAsync())
                Assert.Empty(connection.GetServers()[0].Keys(pattern: "{coordination:*"));

            await redis.KillAsync();
            await redis.StartAsync();
            round.Healed();
            var back = await round.ServedAgainAsync();
            round.Notes.Add($"all served {back.TotalSeconds:F1} s after the right one was back");
            await round.Cluster.WaitUntilReadyAsync();
        });
}

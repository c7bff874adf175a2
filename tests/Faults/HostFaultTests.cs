using Coordination.Faults.Checks;
using Coordination.Faults.Cluster;

namespace Coordination.Faults;

/// <summary>Hosts that are killed, frozen, or asked to end, while clients are at work.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Cluster", "Faults")]
public sealed class HostFaultTests(ClusterFixture fixture)
{
    [Fact]
    public Task The_places_of_a_killed_host_are_served_elsewhere_and_nothing_is_lost() =>
        FaultRound.RunAsync(fixture.Cluster, "kill -9 of one host", async round =>
        {
            round.Begin();
            await round.Victim.KillAsync();
            await round.ServedAgainAsync();
            await round.Victim.StartAsync();
        });

    [Fact]
    public Task A_cluster_that_was_killed_as_a_whole_starts_again_without_help() =>
        FaultRound.RunAsync(fixture.Cluster, "kill -9 of all hosts and Redis", async round =>
        {
            round.Begin();
            await Task.WhenAll(round.Cluster.Hosts.Select(host => host.KillAsync()).Append(round.Cluster.Redis.KillAsync()));
            round.Healed();
            foreach (var host in round.Cluster.Hosts)
                host.Launch();
            await round.Cluster.Redis.StartAsync();
            var cold = await round.ServedAgainAsync();
            round.Notes.Add($"all served {cold.TotalSeconds:F1} s after the start");
            await round.Cluster.WaitUntilReadyAsync();
        });

    [Fact]
    public Task A_frozen_host_loses_its_places_to_others_and_can_do_no_harm_when_it_wakes_up() =>
        FaultRound.RunAsync(fixture.Cluster, "host frozen for 15 s", async round =>
        {
            round.Begin();
            await round.Victim.FreezeAsync();
            await Task.Delay(TimeSpan.FromSeconds(15));
            await round.Victim.ThawAsync();
            round.Healed();
            await round.ServedAgainAsync();
            await round.Cluster.WaitUntilReadyAsync();
        });

    [Fact]
    public Task A_host_that_is_asked_to_end_gives_its_places_away_and_loses_nothing() =>
        FaultRound.RunAsync(fixture.Cluster, "SIGTERM of one host", async round =>
        {
            round.Begin();
            await round.Victim.StopAsync();
            await round.ServedAgainAsync();
            await round.Victim.StartAsync();
        });

    [Fact]
    public Task Restarting_one_host_after_the_other_loses_nothing_and_no_screen_is_wrong() =>
        FaultRound.RunAsync(fixture.Cluster, "rolling restart", async round =>
        {
            round.Begin();
            foreach (var host in round.Cluster.Hosts)
            {
                await host.StopAsync();
                await host.StartAsync();
            }
        });

    [Fact]
    public Task Input_that_comes_twice_or_in_another_order_counts_once() =>
        FaultRound.RunAsync(fixture.Cluster, "10 % of input doubled or reordered", async round =>
        {
            round.Begin();
            await Task.Delay(FaultTable.IsLong ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(4));
        }, new() { Mischief = 0.1, Pause = TimeSpan.FromMilliseconds(20) });

    [Theory]
    [InlineData(7200)]
    [InlineData(-3600)]
    public Task A_host_whose_clock_jumps_confirms_nothing_wrong(int seconds)
    {
        Assert.SkipUnless(Host.HasClock, "libfaketime is not installed.");
        return FaultRound.RunAsync(fixture.Cluster, $"clock of one host jumps {seconds / 3600.0:+0;-0} h", async round =>
        {
            round.Begin();
            round.Victim.SetClock(TimeSpan.FromSeconds(seconds));
            await Task.Delay(TimeSpan.FromSeconds(FaultTable.IsLong ? 60 : 8));
            round.Victim.SetClock(TimeSpan.Zero);
            round.Healed();
        });
    }
}

using Coordination.Faults.Checks;
using Coordination.Faults.Cluster;
using Coordination.Faults.Network;

namespace Coordination.Faults;

/// <summary>Networks that lose packets in silence, while clients are at work and reach every host.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Cluster", "Faults")]
public sealed class PartitionTests(ClusterFixture fixture)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(FaultTable.IsLong ? 30 : 9);

    [Theory]
    [InlineData("Both", "host cut off from all, both ways")]
    [InlineData("Sent", "host cut off from all, what it sends is lost")]
    [InlineData("Received", "host cut off from all, what is sent to it is lost")]
    public Task The_places_of_a_host_that_is_cut_off_are_served_elsewhere(string lost, string fault) =>
        FaultRound.RunAsync(fixture.Cluster, fault, async round =>
        {
            round.Begin();
            await round.Victim.Computer.CutAsync(Enum.Parse<Lost>(lost), [.. round.Cluster.OthersThan(round.Victim), round.Cluster.Redis.Computer]);
            await Task.Delay(Length);
            await round.Victim.Computer.HealAsync();
            round.Healed();
            await round.ServedAgainAsync();
            await round.Cluster.WaitUntilReadyAsync();
        });

    [Fact]
    public Task A_line_that_comes_and_goes_loses_nothing() =>
        FaultRound.RunAsync(fixture.Cluster, "line of one host comes and goes", async round =>
        {
            round.Begin();
            for (var i = 0; i < (FaultTable.IsLong ? 12 : 4); i++)
            {
                await round.Victim.Computer.CutAsync(Lost.Both, [.. round.Cluster.OthersThan(round.Victim), round.Cluster.Redis.Computer]);
                await Task.Delay(TimeSpan.FromSeconds(1.5));
                await round.Victim.Computer.HealAsync();
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
            round.Healed();
            await round.ServedAgainAsync();
            await round.Cluster.WaitUntilReadyAsync();
        });

    [Fact]
    public Task A_host_that_alone_cannot_reach_the_store_gives_its_places_away_and_ends() =>
        FaultRound.RunAsync(fixture.Cluster, "host cut off from Redis alone", async round =>
        {
            var before = round.Victim.ExitCodes.Count;
            round.Begin();
            await round.Victim.Computer.CutAsync(Lost.Both, round.Cluster.Redis.Computer);
            await round.ServedAgainAsync();
            for (var waited = 0; round.Victim.ExitCodes.Count == before && waited < 300; waited++)
                await Task.Delay(100);
            var codes = round.Victim.ExitCodes.Skip(before).ToArray();
            await round.Victim.Computer.HealAsync();
            round.Healed();
            Assert.Equal([75], codes);
            await round.Cluster.WaitUntilReadyAsync();
        });
}

using Coordination.Server.Hosting;

namespace Coordination.Server.Tests.Hosting;

/// <summary>How many places a host gives to which other host.</summary>
public sealed class BalanceTests
{
    [Fact]
    public void A_host_that_stands_empty_gets_its_share_and_no_more()
    {
        var targets = BalanceWatch.Targets(50, new Dictionary<string, int> { ["b"] = 50, ["empty"] = 0 });
        Assert.Equal(16, targets.Count);
        Assert.All(targets, host => Assert.Equal("empty", host));
    }

    [Theory]
    [InlineData(34, 33, 33)]
    [InlineData(10, 6, 5)]
    [InlineData(0, 100, 100)]
    [InlineData(1040, 1000, 960)]
    public void Small_differences_and_hosts_with_less_than_their_share_move_nothing(int own, int second, int third) =>
        Assert.Empty(BalanceWatch.Targets(own, new Dictionary<string, int> { ["b"] = second, ["c"] = third }));

    [Fact]
    public void Whatever_the_counts_one_round_of_all_hosts_leaves_no_host_far_above_its_share()
    {
        var random = new Random(20261124);
        for (var round = 0; round < 2000; round++)
        {
            var before = Enumerable.Range(0, random.Next(2, 8)).ToDictionary(host => host, _ => random.Next(0, 400));
            var after = new Dictionary<int, int>(before);
            // All decide at the same time, on the same counts.
            foreach (var (host, own) in before)
            {
                foreach (var target in BalanceWatch.Targets(own, before.Where(other => other.Key != host).ToDictionary()))
                {
                    after[host]--;
                    after[target]++;
                }
            }
            Assert.Equal(before.Values.Sum(), after.Values.Sum());
            var share = (before.Values.Sum() + before.Count - 1) / before.Count;
            // Two that give at once may both choose the same host: it passes on what is too much in the next round.
            Assert.All(after, host => Assert.True(host.Value <= Math.Max(before[host.Key], share * before.Count), $"round {round}"));
            Assert.All(before.Where(host => host.Value <= share), host => Assert.True(after[host.Key] >= host.Value));
        }
    }
}

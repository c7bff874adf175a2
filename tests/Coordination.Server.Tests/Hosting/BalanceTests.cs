using Coordination.Server.Hosting;

namespace Coordination.Server.Tests.Hosting;

/// <summary>How many places a host gives to which other host.</summary>
public sealed class BalanceTests
{
    [Fact]
    public void A_host_that_stands_empty_gets_its_share_from_each_and_no_more()
    {
        var counts = new Dictionary<string, int> { ["a"] = 50, ["b"] = 50, ["empty"] = 0 };
        foreach (var giver in new[] { "a", "b" })
            Assert.Equal(Enumerable.Repeat("empty", 16), BalanceWatch.Targets(giver, counts));
        Assert.Empty(BalanceWatch.Targets("empty", counts));
    }

    [Theory]
    [InlineData(34, 33, 33)]
    [InlineData(10, 6, 5)]
    [InlineData(0, 100, 100)]
    [InlineData(1040, 1000, 960)]
    public void Small_differences_and_hosts_with_less_than_their_share_move_nothing(int own, int second, int third) =>
        Assert.Empty(BalanceWatch.Targets("a", new Dictionary<string, int> { ["a"] = own, ["b"] = second, ["c"] = third }));

    [Fact]
    public void Whatever_the_counts_one_round_of_all_hosts_at_once_leaves_none_above_its_share()
    {
        var random = new Random(20261124);
        for (var round = 0; round < 2000; round++)
        {
            var before = Enumerable.Range(0, random.Next(2, 8)).ToDictionary(host => host, _ => random.Next(0, 400));
            var after = new Dictionary<int, int>(before);
            foreach (var host in before.Keys)
            {
                foreach (var target in BalanceWatch.Targets(host, before))
                {
                    after[host]--;
                    after[target]++;
                }
            }
            var share = (before.Values.Sum() + before.Count - 1) / before.Count;
            Assert.Equal(before.Values.Sum(), after.Values.Sum());
            Assert.All(after, host => Assert.InRange(host.Value, 0, share + Math.Max(8, share / 10)));
            Assert.All(before.Where(host => host.Value <= share), host => Assert.InRange(after[host.Key], host.Value, share));
        }
    }
}

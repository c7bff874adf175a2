namespace Coordination.Client.Tests;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(1, 0.0, 50)]
    [InlineData(1, 1.0, 100)]
    [InlineData(2, 1.0, 200)]
    [InlineData(4, 0.5, 600)]
    [InlineData(7, 1.0, 5000)]
    [InlineData(5000, 1.0, 5000)]
    public void Waits_double_up_to_a_limit_with_jitter_over_the_upper_half(int failures, double random, int milliseconds) =>
        Assert.Equal(milliseconds, Policy.DelayAfter(failures, null, random).TotalMilliseconds, 3);

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(1, 60, 5)]
    [InlineData(7, 1, 5)]
    public void What_the_server_asks_for_is_never_undercut_within_the_limit(int failures, int asked, int seconds) =>
        Assert.Equal(seconds, Policy.DelayAfter(failures, TimeSpan.FromSeconds(asked), 1).TotalSeconds, 3);
}

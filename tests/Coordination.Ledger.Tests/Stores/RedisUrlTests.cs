using Coordination.Ledger.Redis;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Addresses of a Redis.</summary>
public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://host", "host:6379", null, null, null, false)]
    [InlineData("redis://10.0.0.1:7000", "10.0.0.1:7000", null, null, null, false)]
    [InlineData("rediss://host:6380/3", "host:6380", null, null, 3, true)]
    [InlineData("REDIS://host/", "host:6379", null, null, null, false)]
    [InlineData("redis://:secret@host", "host:6379", null, "secret", null, false)]
    [InlineData("redis://app:s%40cr%2Fet@host:1/0", "host:1", "app", "s@cr/et", 0, false)]
    [InlineData("redis://app:p@ss:w@host", "host:6379", "app", "p@ss:w", null, false)]
    [InlineData("redis://app@host", "host:6379", "app", null, null, false)]
    [InlineData("redis://a:7000,b:7001,c", "a:7000, b:7001, c:6379", null, null, null, false)]
    [InlineData("redis://[::1]:7000,[fe80::1]", "[::1]:7000, [fe80::1]:6379", null, null, null, false)]
    public void An_address_is_read(string url, string hosts, string? user, string? password, int? database, bool isEncrypted)
    {
        var options = RedisUrl.Parse(url);

        Assert.Equal(hosts, RedisUrl.Describe(options));
        Assert.Equal((user, password, database, isEncrypted), (options.User, options.Password, options.DefaultDatabase, options.Ssl));
    }

    [Fact]
    public void A_password_from_elsewhere_takes_the_place_of_the_one_in_the_address() =>
        Assert.Equal("from a file", RedisUrl.Parse("redis://:in-the-address@host", "from a file").Password);

    [Theory]
    [InlineData("host:6379")]
    [InlineData("http://host")]
    [InlineData("redis://")]
    [InlineData("redis://host:0")]
    [InlineData("redis://host:seven")]
    [InlineData("redis://a,,b")]
    [InlineData("redis://host/db")]
    [InlineData("redis://host/-1")]
    [InlineData("redis://host?x=1")]
    [InlineData("redis://app:hunter2@host:x")]
    [InlineData("redis://app:hunter2@host/x")]
    [InlineData("redis://app:hunter2@ho st")]
    [InlineData("redis://app:hunter2/x")]
    public void What_is_no_address_is_told_without_its_password(string url)
    {
        var error = Assert.Throws<FormatException>(() => RedisUrl.Parse(url));

        Assert.Contains("redis://", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }
}

using Coordination.Testing;

namespace Coordination.Server.Tests.Hosting;

/// <summary>A server that cannot be started as it was asked to says why in a sentence, and not with a stack.</summary>
public sealed class UnusableSettingsTests
{
    [Theory]
    [InlineData("'nobody'", "--cluster", "redis://127.0.0.1:1", "--role", "nobody")]
    [InlineData("--cluster-id", "--cluster", "redis://127.0.0.1:1", "--cluster-id", "a b")]
    [InlineData("redis://", "--cluster", "http://127.0.0.1:6379")]
    [InlineData("no-such-file", "--cluster", "redis://127.0.0.1:1", "--Coordination:Cluster:PasswordFile", "no-such-file")]
    [InlineData("'eventually'", "--cluster", "redis://127.0.0.1:1", "--durability", "eventually")]
    [InlineData("Coordination:AllowedOrigins", "--Coordination:AllowedOrigins", "*")]
    [InlineData("'screens.example'", "--Coordination:AllowedOrigins", "https://a.example, screens.example")]
    [InlineData("'https://a.example/path'", "--Coordination:AllowedOrigins", "https://a.example/path")]
    [InlineData("'everybody'", "--Coordination:TrustedProxies", "10.0.0.0/8, everybody")]
    [InlineData("Coordination:Privacy:HashKeys is not set", "--cluster", "redis://127.0.0.1:1")]
    [InlineData("Key k1 of Coordination:Privacy:HashKeys has 3 bytes", "--Coordination:Privacy:HashKeys", "k1=AAAA")]
    [InlineData("no-such-file", "--Coordination:Privacy:MasterKeysFile", "no-such-file")]
    public async Task A_setting_that_makes_no_sense_ends_the_start_with_a_sentence(string says, params string[] arguments)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = arguments }));
        Assert.Contains("ended with code 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("coordination: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failure.Message, StringComparison.Ordinal);
    }
}

using System.Security.Cryptography;
using Coordination.Testing;

namespace Coordination.Server.Tests.Hosting;

/// <summary>Real servers and the secret keys of personal data.</summary>
public sealed class PrivacyKeysTests
{
    private static readonly Dictionary<string, string> Keys = NewKeys();

    [Fact]
    public async Task One_machine_makes_its_keys_at_the_first_start_and_says_that_they_are_to_be_backed_up()
    {
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions());
        Assert.Contains("secret keys were made in", server.Log, StringComparison.Ordinal);
        var made = await KeysOfAsync(server);

        await server.KillAsync();
        await server.StartAgainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(made, await KeysOfAsync(server));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataFolder, "vault.db")));
    }

    [Fact]
    public async Task A_host_with_other_keys_does_not_join_a_cluster_and_an_edge_needs_none()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        string[] arguments = ["--cluster", redis.Url, "--advertise", "127.0.0.1"];
        await using var first = await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = arguments, Environment = Keys });

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = arguments, Environment = NewKeys() }));
        Assert.Contains("is not the one that this vault was used with", refused.Message, StringComparison.Ordinal);

        await using var second = await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = arguments, Environment = Keys });
        await using var edge = await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = [.. arguments, "--role", "edge"] });
        Assert.False(Directory.Exists(Path.Combine(edge.DataFolder, "keys")));
        Assert.False(Directory.Exists(Path.Combine(first.DataFolder, "keys")));
    }

    private static async Task<string> KeysOfAsync(ServerProcess server) =>
        await File.ReadAllTextAsync(Path.Combine(server.DataFolder, "keys", "hash-keys")) + await File.ReadAllTextAsync(Path.Combine(server.DataFolder, "keys", "master-keys"));

    private static Dictionary<string, string> NewKeys() => new()
    {
        ["Coordination__Privacy__HashKeys"] = $"h1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        ["Coordination__Privacy__MasterKeys"] = $"m1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
    };
}

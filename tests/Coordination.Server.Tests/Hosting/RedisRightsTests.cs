using System.Diagnostics;
using System.Security.Cryptography;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Hosting;

/// <summary>A Redis as the files of <c>deploy/</c> start it: its users have the rights they need and no other.</summary>
public sealed class RedisRightsTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly int port = RedisProcess.FreePort();
    private readonly string hosts = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private readonly string backups = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private Process? redis;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        var conf = folder.Write("redis.conf", $"{await File.ReadAllTextAsync(Repository.PathOf("deploy", "redis", "redis.conf"))}\nbind 127.0.0.1\nport {port}\ndir {folder.Path}\n");
        var start = new ProcessStartInfo("sh", [Repository.PathOf("deploy", "redis", "start.sh"), conf, folder.Write("hosts", hosts + "\n"), folder.Write("backups", backups + "\n")])
        {
            RedirectStandardOutput = true,
        };
        redis = Process.Start(start)!;
        while (await redis.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
            // It says so when it is.
        }
        _ = redis.StandardOutput.BaseStream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken); // So that it can go on writing.
    }

    public async ValueTask DisposeAsync()
    {
        if (redis is { HasExited: false })
        {
            redis.Kill();
            await redis.WaitForExitAsync();
        }
        redis?.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Hosts_and_backups_do_with_their_own_users_and_can_do_nothing_else()
    {
        Assert.Contains("NOAUTH", await AskAsync(null, "", "get", "a"), StringComparison.Ordinal);
        Assert.Equal("PONG", await AskAsync("coordination", hosts, "ping"));
        foreach (var command in (string[])["set other 1", "get other", "flushall", "keys *", "config set appendonly no", "shutdown nosave", "acl list", "replicaof no one", "psync ? -1", "monitor"])
            Assert.Contains("NOPERM", await AskAsync("coordination", hosts, command.Split(' ')), StringComparison.Ordinal);
        foreach (var command in (string[])["set other 1", "hset {coordination:00}:store a 1", "get other", "flushall", "config get *", "shutdown nosave", "acl list"])
            Assert.Contains("NOPERM", await AskAsync("backup", backups, command.Split(' ')), StringComparison.Ordinal);

        var environment = new Dictionary<string, string>
        {
            ["Coordination__Cluster__PasswordFile"] = folder.File("hosts"),
            ["Coordination__Privacy__HashKeys"] = $"h1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
            ["Coordination__Privacy__MasterKeys"] = $"m1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        };
        ServerProcessOptions Host(string role) => new() { Environment = environment, Arguments = ["--cluster", $"redis://coordination@127.0.0.1:{port}", "--advertise", "127.0.0.1", "--role", role, "--drain-seconds", "0"] };
        await using var silo = await ServerProcess.StartAsync(Host("both"), TestContext.Current.CancellationToken);
        await using var edge = await ServerProcess.StartAsync(Host("edge"), TestContext.Current.CancellationToken);
        using var http = DocumentedProblems.Client(edge.Address);
        Assert.Equal(201, (await http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100 }""")).Status);
        await http.ReadingAsync("api/parking-lots/a", 1, 7);
        Assert.Equal(7, (int)(await http.Get("api/parking-lots/a"))["occupied"]!);
        Assert.Equal(201, (await http.Post("api/accounts", """{ "userName": "li", "password": "lotus under the bridge", "displayName": "李秀兰" }""")).Status);

        using var backup = Process.Start(new ProcessStartInfo("sh", [Repository.PathOf("deploy", "backup.sh"), "--user", "backup", "--password-file", folder.File("backups"), $"redis://127.0.0.1:{port}", folder.File("copies")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var told = await backup.StandardOutput.ReadToEndAsync() + await backup.StandardError.ReadToEndAsync();
        await backup.WaitForExitAsync();
        Assert.True(backup.ExitCode == 0, told);
        Assert.True(new FileInfo(Path.Combine(told.Trim(), "store.rdb")).Length > 0);
        Assert.DoesNotContain("NOPERM", silo.Log + edge.Log, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> AskAsync(string? user, string password, params string[] words)
    {
        var start = new ProcessStartInfo("redis-cli", ["-p", $"{port}", .. user is null ? (string[])[] : ["--user", user], .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (password.Length > 0)
            start.Environment["REDISCLI_AUTH"] = password;
        using var client = Process.Start(start)!;
        var told = await client.StandardOutput.ReadToEndAsync() + await client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync();
        return told.TrimEnd('\n');
    }
}

using System.Collections.Concurrent;
using Coordination.Testing;
using StackExchange.Redis;

namespace Coordination.Deployment;

/// <summary><c>backup.sh</c> and <c>restore.sh</c> with a real Redis that is written to.</summary>
public sealed class RedisBackupTests
{
    private const int Writers = 8;

    /// <summary>As the event store writes: a list and a counter that must agree, in one script.</summary>
    private const string Append = "redis.call('RPUSH', KEYS[1], ARGV[1]) return redis.call('HINCRBY', KEYS[2], 'version', 1)";

    [Fact]
    public async Task A_backup_under_load_has_all_that_was_confirmed_before_it_and_nothing_by_half()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        var cancellation = TestContext.Current.CancellationToken;
        await using var source = await RedisProcess.StartAsync(cancellation: cancellation);
        using var folder = new TemporaryFolder();
        var confirmed = new ConcurrentDictionary<int, long>();
        string backup;
        Dictionary<int, long> before;
        await using (var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{source.Port}"))
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var warm = Enumerable.Range(0, Writers).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
            var load = Enumerable.Range(0, Writers).Select(writer => WriteAsync(redis.GetDatabase(), writer, confirmed, warm[writer], ending.Token)).ToArray();
            await Task.WhenAll(warm.Select(writer => writer.Task)).WaitAsync(cancellation);
            before = confirmed.ToDictionary();
            backup = await BackUpAsync(source.Url, folder.Path);
            var after = confirmed.ToDictionary();
            await ending.CancelAsync();
            await Task.WhenAll(load);
            // Otherwise the test would show nothing: there was a load all the time.
            Assert.All(before, writer => Assert.True(after[writer.Key] > writer.Value));
        }

        await using var target = await RedisProcess.StartAsync(cancellation: cancellation);
        await target.StopAsync();
        Assert.Equal(0, (await Tool.RunAsync("sh", "deploy/restore.sh", backup, target.DataFolder)).Code);
        await target.StartAgainAsync(cancellation);
        await using var restored = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{target.Port}");
        foreach (var (writer, count) in before)
            Assert.Null(await FaultAsync(restored.GetDatabase(), writer, count));
        // And it goes on keeping what is written to it.
        await restored.GetDatabase().ScriptEvaluateAsync(Append, ["log:0", "head:0"], [await restored.GetDatabase().ListLengthAsync("log:0") + 1]);
        await target.KillAsync();
        await target.StartAgainAsync(cancellation);
        await using var again = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{target.Port}");
        Assert.Null(await FaultAsync(again.GetDatabase(), 0, before[0]));
    }

    [Fact]
    public async Task The_twin_finds_a_write_that_is_missing_and_one_that_is_there_by_half()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        await using var source = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{source.Port}");
        var database = redis.GetDatabase();
        foreach (var entry in Enumerable.Range(1, 3))
            await database.ScriptEvaluateAsync(Append, ["log:0", "head:0"], [entry]);
        Assert.Null(await FaultAsync(database, 0, 3));
        Assert.NotNull(await FaultAsync(database, 0, 4));
        await database.HashIncrementAsync("head:0", "version");
        Assert.NotNull(await FaultAsync(database, 0, 3));
    }

    [Fact]
    public async Task A_damaged_backup_and_a_running_Redis_are_refused_and_nothing_is_changed()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        await using var source = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        var backup = await BackUpAsync(source.Url, folder.Path);

        var (running, told) = await Tool.RunAsync("sh", "deploy/restore.sh", backup, source.DataFolder);
        Assert.NotEqual(0, running);
        Assert.Contains("stop it first", told, StringComparison.Ordinal);

        await source.StopAsync();
        var there = Directory.GetFileSystemEntries(source.DataFolder, "*", SearchOption.AllDirectories);
        var snapshot = Path.Combine(backup, "store.rdb");
        var bytes = await File.ReadAllBytesAsync(snapshot, TestContext.Current.CancellationToken);
        bytes[^9] ^= 1;
        await File.WriteAllBytesAsync(snapshot, bytes, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await Tool.RunAsync("sh", "deploy/restore.sh", backup, source.DataFolder)).Code);
        Assert.Equal(there, Directory.GetFileSystemEntries(source.DataFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_backup_that_fails_leaves_nothing_that_looks_like_one()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        using var folder = new TemporaryFolder();
        await using (var gone = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken))
        {
            await gone.KillAsync();
            Assert.NotEqual(0, (await Tool.RunAsync("sh", "deploy/backup.sh", gone.Url, folder.Path)).Code);
        }
        Assert.NotEqual(0, (await Tool.RunAsync("sh", "deploy/backup.sh", "redis://:word@127.0.0.1:1", folder.Path)).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task The_password_of_a_file_is_needed_and_stands_on_no_command_line()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        using var folder = new TemporaryFolder();
        const string word = "a-password-of-a-test-0123456789";
        await using var source = await RedisProcess.StartAsync(new Dictionary<string, string> { ["requirepass"] = word }, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await Tool.RunAsync("sh", "deploy/backup.sh", source.Url, folder.Path)).Code);
        var (code, output) = await Tool.RunAsync("sh", "deploy/backup.sh", "--password-file", folder.Write("word", word + "\n"), source.Url, folder.File("backups"));
        Assert.True(code == 0, output);
        Assert.DoesNotContain(word, output, StringComparison.Ordinal);
    }

    private static async Task<string> BackUpAsync(string url, string folder)
    {
        var (code, output) = await Tool.RunAsync("sh", "deploy/backup.sh", url, folder);
        Assert.True(code == 0, output);
        return output.Trim();
    }

    private static async Task WriteAsync(IDatabase database, int writer, ConcurrentDictionary<int, long> confirmed, TaskCompletionSource warm, CancellationToken ending)
    {
        for (var entry = 1L; !ending.IsCancellationRequested; entry++)
        {
            await database.ScriptEvaluateAsync(Append, [$"log:{writer}", $"head:{writer}"], [entry]);
            confirmed[writer] = entry;
            if (entry == 100)
                warm.SetResult();
        }
    }

    /// <summary>What is wrong with what one writer wrote; null when nothing is.</summary>
    private static async Task<string?> FaultAsync(IDatabase database, int writer, long atLeast)
    {
        var entries = await database.ListRangeAsync($"log:{writer}");
        var version = (long)await database.HashGetAsync($"head:{writer}", "version");
        if (version < atLeast)
            return $"{version} of {atLeast} confirmed writes are there.";
        return entries.Select(entry => (long)entry).SequenceEqual(Enumerable.Range(1, (int)version).Select(entry => (long)entry)) ? null : $"{entries.Length} entries, and {version} versions.";
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Coordination.Cli.Store;
using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Sqlite;
using Coordination.Ledger.Vault;
using Coordination.Testing;

namespace Coordination.Cli.Tests.Store;

/// <summary>Moving a store from a file to a Redis and back, with a real Redis.</summary>
public sealed class MigrateCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private RedisProcess? redis;

    private string Origin => folder.File("origin.db");

    private string Url => redis!.Url;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        redis = await RedisProcess.StartAsync();
        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Origin });
        foreach (var (stream, sizes) in new (string, int[])[]
            { ("parking-lots/a", [1, 3, 2000, 1, 1100]), ("parking-lots/园", [.. Enumerable.Repeat(1, 700)]), ("parking-lots/empty", []), ("not a place", [2]) })
        {
            await store.OpenAsync(stream, default);
            var opened = await store.OpenAsync(stream, default);
            var version = 0L;
            foreach (var size in sizes)
            {
                Assert.Equal([AppendOutcome.Committed], await store.AppendAsync([new Append(stream, opened.Epoch, version, size, Payload(version, size))], default));
                version += size;
            }

            if (version > 1)
                await store.WriteSnapshotAsync(stream, new StreamSnapshot(version - 1, Encoding.UTF8.GetBytes($"{{\"version\":{version - 1},\"state\":{{\"n\":\"园\"}}}}")), default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (redis is not null)
            await redis.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_store_that_went_to_Redis_and_back_is_the_same_in_every_byte()
    {
        var (there, output, error) = await Tool.RunAsync("migrate", "--from", Origin, "--to", Url);
        Assert.True(there == ExitCodes.Ok, output + error);
        var (back, again, _) = await Tool.RunAsync("migrate", "--from", Url, "--to", folder.File("back.db"));
        Assert.Equal(ExitCodes.Ok, back);

        Assert.Equal(Line(output, "sha-256"), Line(again, "sha-256"));
        Assert.Contains("3,807", Line(output, "events"), StringComparison.Ordinal);
        await using (var origin = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Origin, ReadOnly = true }))
        await using (var copy = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = folder.File("back.db"), ReadOnly = true }))
        {
            Assert.NotEqual(origin.Identity, copy.Identity);
            Assert.Equal(await ContentAsync(origin), await ContentAsync(copy));
        }

        Assert.Equal(await ExportAsync(Origin), await ExportAsync(Url));
        Assert.Equal(await ExportAsync(Origin), await ExportAsync(folder.File("back.db")));
        var host = await RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = RedisUrl.Parse(Url) });
        await using (host)
            Assert.Equal(new OpenedStream(3, 3105), await host.OpenAsync("parking-lots/a", default)); // Hosts can use it, and epochs go on.
    }

    [Fact]
    public async Task The_vault_goes_along_unless_it_is_left_behind()
    {
        await using (var vault = await SqliteVaultStore.OpenAsync(folder.File("vault.db"), TimeProvider.System))
        {
            for (var n = 0; n < 150; n++)
                await vault.TryPutAsync($"persons/{n:D3}/key", Encoding.UTF8.GetBytes($"wrapped {n}"), 0, default);
            await vault.RemoveAsync("persons/007/key", default);
        }

        var (there, output, error) = await Tool.RunAsync("migrate", "--from", Origin, "--to", Url);
        Assert.True(there == ExitCodes.Ok, output + error);
        Assert.EndsWith(" 149", Line(output, "vault"), StringComparison.Ordinal);
        var (back, _, wrong) = await Tool.RunAsync("migrate", "--from", Url, "--to", folder.File("back/coordination.db"));
        Assert.True(back == ExitCodes.Ok, wrong);
        var (kept, _, _) = await Tool.RunAsync("migrate", "--from", Url, "--to", folder.File("kept/coordination.db"), "--without-vault");
        Assert.Equal(ExitCodes.Ok, kept);
        Assert.False(File.Exists(folder.File("kept/vault.db")));

        await using (var before = await SqliteVaultStore.OpenAsync(folder.File("vault.db"), TimeProvider.System))
        await using (var after = await SqliteVaultStore.OpenAsync(folder.File("back/vault.db"), TimeProvider.System))
            Assert.Equal(await ContentAsync(before), await ContentAsync(after));

    }

    [Fact]
    public async Task A_vault_that_is_there_is_left_as_it_is()
    {
        Directory.CreateDirectory(folder.File("other"));
        foreach (var (path, value) in new[] { ("vault.db", "ours"), ("other/vault.db", "somebody else's") })
        {
            await using var vault = await SqliteVaultStore.OpenAsync(folder.File(path), TimeProvider.System);
            await vault.TryPutAsync("persons/a/key", Encoding.UTF8.GetBytes(value), 0, default);
        }

        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("migrate", "--from", Origin, "--to", folder.File("other/coordination.db"))).Code);
        Assert.False(File.Exists(folder.File("other/coordination.db")));
        Assert.NotEqual(ExitCodes.Ok, (await Tool.RunAsync("migrate", "--from", Origin, "--to", folder.File("other/coordination.db"), "--continue")).Code);

        await using var other = await SqliteVaultStore.OpenAsync(folder.File("other/vault.db"), TimeProvider.System);
        Assert.Equal(["persons/a/key somebody else's"], await ContentAsync(other));
    }

    private static async Task<List<string>> ContentAsync(IVaultStore vault)
    {
        var content = new List<string>();
        await foreach (var entry in vault.ListAsync("", default))
            content.Add($"{entry.Name} {Encoding.UTF8.GetString(entry.Value.Span)}");
        return content;
    }

    [Fact]
    public async Task A_store_that_is_not_empty_is_not_overwritten()
    {
        await using (var used = await RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = RedisUrl.Parse(Url) }))
            await used.OpenAsync("parking-lots/other", default);
        await File.WriteAllTextAsync(folder.File("some.db"), "something");

        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("migrate", "--from", Origin, "--to", Url)).Code);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("migrate", "--from", Origin, "--to", Url, "--continue")).Code);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("migrate", "--from", Origin, "--to", folder.File("some.db"))).Code);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("migrate", "--from", folder.File("none.db"), "--to", folder.File("new.db"))).Code);
        Assert.False(File.Exists(folder.File("new.db")));

        await using var after = await RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = RedisUrl.Parse(Url) });
        Assert.Equal(new OpenedStream(2, 0), await after.OpenAsync("parking-lots/other", default)); // It is used as before.
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_that_was_interrupted_is_told_used_by_nobody_and_can_be_finished(bool toRedis)
    {
        var target = toRedis ? Url : folder.File("target.db");
        await InterruptedAsync(target, streams: 2);

        if (toRedis)
            await Assert.ThrowsAsync<StoreRefusedException>(() => RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = RedisUrl.Parse(Url) }));
        else
            await Assert.ThrowsAsync<StoreFormatException>(() => SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = target }));
        var (verified, _, told) = await Tool.RunAsync("verify", "--store", target);
        Assert.Equal(ExitCodes.Failed, verified);
        Assert.Contains("--continue", told, StringComparison.Ordinal);
        var (again, _, why) = await Tool.RunAsync("migrate", "--from", Origin, "--to", target);
        Assert.Equal(ExitCodes.Usage, again);
        Assert.Contains("--continue", why, StringComparison.Ordinal);

        var (finished, output, error) = await Tool.RunAsync("migrate", "--from", Origin, "--to", target, "--continue");
        Assert.True(finished == ExitCodes.Ok, output + error);
        Assert.Equal(await ExportAsync(Origin), await ExportAsync(target));
    }

    [Fact]
    public async Task A_copy_is_continued_only_from_the_store_it_is_of()
    {
        await InterruptedAsync(Url, streams: 1);
        var other = folder.File("other.db");
        await (await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = other })).DisposeAsync();

        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("migrate", "--from", other, "--to", Url, "--continue")).Code);
    }

    [Fact]
    public async Task Hosts_that_run_on_an_empty_store_stop_while_it_is_filled_and_go_on_after()
    {
        await using var host = await RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = RedisUrl.Parse(Url), CommandTimeout = TimeSpan.FromSeconds(5) });
        await InterruptedAsync(Url, streams: 1);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await host.OpenAsync("parking-lots/z", default));

        Assert.Contains("incomplete", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await Tool.RunAsync("migrate", "--from", Origin, "--to", Url, "--continue")).Code);
        while (host.Condition.State != StoreState.Healthy)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(new OpenedStream(1, 0), await host.OpenAsync("parking-lots/z", default));
    }

    [Fact]
    public async Task A_difference_is_found_and_the_copy_stays_refused()
    {
        await InterruptedAsync(Url, streams: 4);
        await using (var target = await new StoreAddress(Url, null, "coordination").ImportAsync(default))
        {
            var opened = await target.OpenAsync("parking-lots/empty", default);
            await target.AppendAsync([new Append("parking-lots/empty", opened.Epoch, 0, 1, Payload(0, 1))], default); // What the source does not have.
        }

        var (code, output, _) = await Tool.RunAsync("migrate", "--from", Origin, "--to", Url, "--continue");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("DIFFERS  parking-lots/empty", output, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreRefusedException>(() => RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = RedisUrl.Parse(Url) }));
    }

    [Fact]
    public async Task Reading_a_Redis_changes_nothing_in_it_and_needs_one_with_a_store()
    {
        Assert.Equal(ExitCodes.Failed, (await Tool.RunAsync("verify", "--store", Url)).Code);
        Assert.Equal("0", await redis!.CommandAsync("DBSIZE"));
        Assert.Equal(ExitCodes.Ok, (await Tool.RunAsync("migrate", "--from", Origin, "--to", Url)).Code);
        await redis.KillAsync();
        await redis.StartAgainAsync();

        var before = await redis.CommandAsync("HGETALL", "{coordination:05}:store");
        var (_, output, _) = await Tool.RunAsync("verify", "--store", Url, "--json");
        await ExportAsync(Url);

        Assert.Equal(4, (int)JsonNode.Parse(output)!["streams"]!);
        Assert.Equal(before, await redis.CommandAsync("HGETALL", "{coordination:05}:store"));
    }

    private async Task InterruptedAsync(string to, int streams)
    {
        await using var source = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Origin });
        await using var target = await new StoreAddress(to, null, "coordination").ImportAsync(default);
        await target.BeginImportAsync(source.Identity.ToString(), false, default);
        var copy = new StoreCopy(source, target);
        await foreach (var stream in source.ListAsync("", default))
        {
            if (streams-- == 0)
                break;
            await copy.CopyAsync(stream, default);
        }

        // And one of which a part is there.
        var opened = await target.OpenAsync("parking-lots/园", default);
        if (opened.Version == 0)
            await target.AppendAsync([new Append("parking-lots/园", opened.Epoch, 0, 1, Payload(0, 1))], default);
    }

    private static async Task<List<string>> ContentAsync(IEventStore store)
    {
        var content = new List<string>();
        await foreach (var stream in store.ListAsync("", default))
        {
            content.Add(stream.ToString());
            await foreach (var batch in store.ReadAsync(stream.Name, 0, default))
                content.Add($"{batch.FirstVersion} {batch.Count} {Encoding.UTF8.GetString(batch.Payload.Span)}");
            content.Add(await store.ReadSnapshotAsync(stream.Name, default) is { } snapshot ? $"{snapshot.Version} {Encoding.UTF8.GetString(snapshot.Payload.Span)}" : "none");
        }

        return content;
    }

    private static async Task<string> ExportAsync(string store)
    {
        var (code, output, error) = await Tool.RunAsync("export", "--store", store);
        Assert.True(code == ExitCodes.Ok, error);
        return output;
    }

    private static string Line(string output, string name) => Assert.Single(output.Split('\n'), line => line.StartsWith(name, StringComparison.Ordinal));

    private static byte[] Payload(long version, int count) => Encoding.UTF8.GetBytes(
        $"[{string.Join(',', Enumerable.Range(1, count).Select(i => $"{{\"version\":{version + i},\"recordedAt\":\"2026-05-01T08:00:00+08:00\",\"event\":{{\"type\":\"noted\",\"note\":\"园 {i}\"}}}}"))}]");
}

using Coordination.Ledger.Redis;
using Coordination.Ledger.Vault;
using Coordination.Testing;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>A real Redis Cluster of three nodes.</summary>
public sealed class RedisClusterTests : RedisStoreTests
{
    [Fact]
    public async Task A_cluster_of_three_nodes_holds_a_store_and_outlives_the_restart_of_one()
    {
        var nodes = await StartClusterAsync();
        var options = Options(nodes[0]) with { Connection = RedisUrl.Parse(string.Join(',', nodes.Select(node => node.Url["redis://".Length..])).Insert(0, "redis://")) };
        var store = await OpenAsync(options);
        var streams = Enumerable.Range(0, 100).Select(n => $"lots/{n:D3}").ToArray();
        foreach (var stream in streams)
            await store.OpenAsync(stream, Cancellation);

        for (var version = 0; version < 5; version++)
            Assert.All(
                await store.AppendAsync([.. streams.Select(stream => Batch(stream, 1, version, 1))], Cancellation),
                outcome => Assert.Equal(AppendOutcome.Committed, outcome));
        await store.WriteSnapshotAsync(streams[0], new StreamSnapshot(3, "{}".Bytes()), Cancellation);
        await store.ProbeAsync(Cancellation);

        Assert.Equal(streams, (await store.ListAllAsync("lots/")).Select(stream => stream.Name));
        Assert.All(await store.ListAllAsync(""), stream => Assert.Equal((1, 5), (stream.Epoch, stream.Version)));
        Assert.All(await store.ReadEpochsAsync(streams, Cancellation), epoch => Assert.Equal(1, epoch));
        Assert.Equal(3, (await store.ReadSnapshotAsync(streams[0], Cancellation))!.Version);
        foreach (var node in nodes)
            Assert.NotEqual("0", await node.CommandAsync("DBSIZE"));

        await nodes[1].KillAsync();
        await nodes[1].StartAgainAsync(Cancellation);
        await RecoverAsync(store);
        foreach (var stream in streams)
            Assert.Equal(5, await store.CountEventsAsync(stream));
        await FillAsync(store, streams[0], 1);
    }

    [Fact]
    public async Task A_vault_lies_on_all_nodes_of_a_cluster()
    {
        var nodes = await StartClusterAsync();
        var store = await OpenAsync(nodes[0]);
        await using var vault = new RedisVaultStore(store);
        var names = Enumerable.Range(0, 100).Select(n => $"persons/{n:D3}/key").ToArray();
        foreach (var name in names)
            Assert.NotNull(await vault.TryPutAsync(name, name.Bytes(), 0, Cancellation));

        foreach (var name in names[..50])
            Assert.True(await vault.RemoveAsync(name, Cancellation));

        var left = new List<string>();
        await foreach (var entry in vault.ListAsync("persons/", Cancellation))
            left.Add(entry.Value.Text());
        Assert.Equal(names[50..], left);
        await nodes[1].KillAsync();
        await nodes[1].StartAgainAsync(Cancellation);
        await RecoverAsync(store);
        foreach (var (name, n) in names.Select((name, n) => (name, n)))
            Assert.Equal(n < 50, await vault.FindAsync(name, Cancellation) is null);
    }

    [Fact]
    public async Task A_cluster_of_which_one_node_came_back_empty_is_refused()
    {
        var nodes = await StartClusterAsync();
        var store = await OpenAsync(nodes[0]);
        foreach (var n in Enumerable.Range(0, 50))
            await FillAsync(store, $"lots/{n}", 1);

        await nodes[2].CommandAsync("FLUSHALL");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ProbeAsync(Cancellation).AsTask());
        await UntilAsync(store, StoreState.Refused);
        await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(nodes[0]));
        Assert.Equal("0", await nodes[2].CommandAsync("DBSIZE"));
    }

    private async Task<RedisProcess[]> StartClusterAsync()
    {
        var nodes = new RedisProcess[3];
        for (var i = 0; i < nodes.Length; i++)
        {
            // Its default, the port and 10,000, may be more than there are.
            nodes[i] = await StartAsync(("cluster-enabled", "yes"), ("cluster-port", $"{RedisProcess.FreePort()}"), ("cluster-node-timeout", "5000"));
            await nodes[i].CommandAsync("CLUSTER", "ADDSLOTSRANGE", $"{i * 16384 / 3}", $"{(i + 1) * 16384 / 3 - 1}");
            await nodes[i].CommandAsync("CONFIG", "SET", "cluster-require-full-coverage", "no");
        }

        foreach (var node in nodes[1..])
            Assert.Equal("OK", await nodes[0].CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{node.Port}", await BusAsync(node)));
        foreach (var node in nodes)
        {
            while (!(await node.CommandAsync("CLUSTER", "INFO")).Contains("cluster_slots_ok:16384", StringComparison.Ordinal)
                || !(await node.CommandAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal))
                await Task.Delay(50, Cancellation);
        }

        return nodes;
    }

    private static async Task<string> BusAsync(RedisProcess node) => (await node.CommandAsync("--raw", "CONFIG", "GET", "cluster-port")).Split('\n')[1];
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Coordination.Ledger.Redis;
using Coordination.Testing;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Several hosts take streams from each other while their Redis is frozen and killed.</summary>
public sealed class RedisChaosTests : RedisStoreTests
{
    private const int Hosts = 3;
    private const int Streams = 6;
    private const int Rounds = 6;

    [Fact]
    public async Task Whatever_happens_every_acknowledged_append_stands_where_it_was_acknowledged_and_every_stream_is_whole()
    {
        var redis = await StartAsync();
        var acknowledged = new ConcurrentDictionary<(string Stream, long Version), string>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var stores = new RedisEventStore[Hosts];
        for (var host = 0; host < Hosts; host++)
            stores[host] = await OpenAsync(Options(redis) with { CommandTimeout = TimeSpan.FromMilliseconds(500) });
        var writers = stores.SelectMany((store, host) => Enumerable.Range(0, Streams)
            .Select(stream => Task.Run(() => WriteAsync(store, host, $"lots/{stream}", acknowledged, stopping.Token), Cancellation))).ToArray();

        for (var round = 0; round < Rounds; round++)
        {
            await ProgressAsync(acknowledged, 300);
            if (round % 2 == 0)
                await FreezeAsync(redis);
            else
                await KillAsync(redis);
        }

        await ProgressAsync(acknowledged, 300);
        await stopping.CancelAsync();
        await Task.WhenAll(writers);
        await RecoverAsync(stores[0]);
        var written = new Dictionary<(string, long), string>();
        for (var n = 0; n < Streams; n++)
        {
            var stream = $"lots/{n}";
            var version = 0L;
            foreach (var batch in await stores[0].ReadAllAsync(stream))
            {
                Assert.Equal(version + 1, batch.FirstVersion);
                using var events = JsonDocument.Parse(batch.Payload);
                foreach (var envelope in events.RootElement.EnumerateArray())
                    written.Add((stream, ++version), envelope.GetProperty("event").GetProperty("note").GetString()!);
            }
        }

        Assert.All(acknowledged, one => Assert.Equal(one.Value, written[one.Key]));
        Assert.Equal(written.Count, written.Values.Distinct().Count()); // Nothing was written twice.
    }

    private static async Task FreezeAsync(RedisProcess redis)
    {
        await redis.PauseAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation); // Longer than a call waits.
        await redis.ResumeAsync();
    }

    private static async Task KillAsync(RedisProcess redis)
    {
        await redis.KillAsync();
        await redis.StartAgainAsync(Cancellation);
    }

    private static async Task ProgressAsync(ConcurrentDictionary<(string Stream, long Version), string> acknowledged, int more)
    {
        var goal = acknowledged.Count + more;
        while (acknowledged.Count < goal)
            await Task.Delay(10, Cancellation);
    }

    /// <summary>As a grain does: opens, appends until it is fenced or does not know, and opens again.</summary>
    private static async Task WriteAsync(
        RedisEventStore store, int host, string stream, ConcurrentDictionary<(string Stream, long Version), string> acknowledged, CancellationToken stopping)
    {
        var random = new Random(host * 1000 + stream.GetHashCode(StringComparison.Ordinal));
        for (var attempt = 0; !stopping.IsCancellationRequested; attempt++)
        {
            try
            {
                var (epoch, version) = await store.OpenAsync(stream, CancellationToken.None);
                for (var left = random.Next(1, 60); left > 0 && !stopping.IsCancellationRequested; left--)
                {
                    var note = string.Create(CultureInfo.InvariantCulture, $"{host}/{attempt}/{left}/{stream}");
                    if ((await store.AppendAsync([Batch(stream, epoch, version, 1, note)], CancellationToken.None))[0] != AppendOutcome.Committed)
                        break;
                    Assert.True(acknowledged.TryAdd((stream, ++version), note), "Two appends of one version were acknowledged.");
                }

                await Task.Delay(random.Next(1, 30), CancellationToken.None); // Another one's turn.
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }
}

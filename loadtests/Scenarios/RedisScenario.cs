using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Opponents;
using Coordination.Testing;
using StackExchange.Redis;

namespace Coordination.LoadTests.Scenarios;

/// <summary>Durable appends per second into Redis through the group commit, over bare pushes of the same payloads through the same group commit.</summary>
internal sealed class RedisScenario : IScenario
{
    public string Name => "redis";

    public string Title => "appends/s into Redis with appendfsync always, over bare RPUSH in the same batches";

    public async IAsyncEnumerable<Figure> MeasureAsync(RunOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        if (RedisProcess.Missing is { } missing)
            throw new SkippedException(missing);
        await using var redis = await RedisProcess.StartAsync(cancellation: stop);
        var connection = RedisUrl.Parse(redis.Url);
        await using var ours = await RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = connection, CommandTimeout = TimeSpan.FromSeconds(10) }, stop);
        await using var bare = new BareRedis(await ConnectionMultiplexer.ConnectAsync(connection));
        foreach (var streams in (int[])[1, 100, 1000])
        {
            var lasting = options.Lasting(3);
            await PerSecondAsync(bare, $"warm-{streams}", streams, lasting);
            await PerSecondAsync(ours, $"warm-{streams}", streams, lasting);
            var round = 0;
            var series = await Series.AlternateAsync(
                options.Rounds(7),
                () => PerSecondAsync(bare, $"{streams}-{round}", streams, lasting),
                () => PerSecondAsync(ours, $"{streams}-{round++}", streams, lasting));
            yield return series.ToFigure(
                streams.ToString("N0", CultureInfo.InvariantCulture) + (streams == 1 ? " stream" : " streams"), "appends/s",
                note: "each stream waits for its append to be durable before the next; an append is one event of 200 bytes");
        }
    }

    private static async Task<double> PerSecondAsync(IEventStore store, string run, int streams, TimeSpan lasting)
    {
        await using var commits = new GroupCommit(store);
        var names = Enumerable.Range(0, streams).Select(n => $"load/{run}/{n}").ToArray();
        var opened = await Task.WhenAll(names.Select(name => store.OpenAsync(name, CancellationToken.None).AsTask()));
        var began = Stopwatch.GetTimestamp();
        var appended = await Task.WhenAll(names.Select((name, i) => Task.Run(async () =>
        {
            var (epoch, version) = opened[i];
            var begin = version;
            for (; Stopwatch.GetElapsedTime(began) < lasting; version++)
            {
                if (await commits.AppendAsync(new Append(name, epoch, version, 1, Payload(version))) != AppendOutcome.Committed)
                    throw new InvalidOperationException("An append was not taken.");
            }
            return version - begin;
        })));
        return appended.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static byte[] Payload(long version) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$$"""[{"version":{{{version + 1}}},"recordedAt":"2026-05-01T08:00:00.000+08:00","commandId":"0196{{{version:x12}}}","event":{"type":"moved","deviceId":"gate-north-1","sequence":{{{version}}},"delta":1,"at":"2026-05-01T08:00:00+08:00"}}]"""));
}

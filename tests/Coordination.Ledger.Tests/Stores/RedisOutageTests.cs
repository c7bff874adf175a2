using System.Diagnostics;
using Coordination.Ledger.Redis;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>A Redis that freezes, dies or is not there, with real processes.</summary>
public sealed class RedisOutageTests : RedisStoreTests
{
    /// <summary>More than what is promised, since the machine may be busy; far less than for ever.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_frozen_Redis_keeps_nobody_waiting_and_is_used_again_when_it_goes_on()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(Options(redis) with { CommandTimeout = TimeSpan.FromMilliseconds(800) });
        await FillAsync(store, "lots/a", 3);

        await redis.PauseAsync();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Calls().Select(call => Assert.ThrowsAsync<StoreUnavailableException>(() => call.Call(store))));
        var took = Stopwatch.GetElapsedTime(began);
        var condition = await UntilAsync(store, StoreState.Unreachable);

        Assert.True(took < Soon, $"It took {took}.");
        Assert.Contains("does not answer", condition.Reason, StringComparison.Ordinal);
        await redis.ResumeAsync();
        await RecoverAsync(store);
        var opened = await store.OpenAsync("lots/a", Cancellation);
        Assert.True(opened.Version is 3);
        await FillAsync(store, "lots/a", 1);
    }

    [Fact]
    public async Task A_Redis_that_is_not_there_is_told_at_once_and_used_again_when_it_is_back()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(Options(redis) with { CommandTimeout = TimeSpan.FromSeconds(20) });
        await FillAsync(store, "lots/a", 3);

        await redis.KillAsync();
        await UntilAsync(store, StoreState.Unreachable);
        var began = Stopwatch.GetTimestamp();
        foreach (var (_, call) in Calls())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call(store));

        Assert.True(Stopwatch.GetElapsedTime(began) < Soon, $"It took {Stopwatch.GetElapsedTime(began)}.");
        await redis.StartAgainAsync(Cancellation);
        began = Stopwatch.GetTimestamp();
        await RecoverAsync(store);
        Assert.True(Stopwatch.GetElapsedTime(began) < Soon, $"It came back after {Stopwatch.GetElapsedTime(began)}.");
        Assert.Equal(3, await store.CountEventsAsync("lots/a"));
    }

    [Fact]
    public async Task A_store_cannot_be_opened_where_no_Redis_is()
    {
        var redis = await StartAsync();
        await redis.KillAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(Options(redis) with { OpenTimeout = TimeSpan.Zero }));
    }

    [Fact]
    public async Task A_host_that_is_started_before_its_Redis_waits_for_it()
    {
        var redis = await StartAsync();
        await redis.KillAsync();

        var opening = OpenAsync(Options(redis) with { OpenTimeout = TimeSpan.FromSeconds(60) });
        await redis.StartAgainAsync(Cancellation);

        await FillAsync(await opening, "lots/a", 1);
    }

    [Fact]
    public async Task No_acknowledged_append_is_lost_when_Redis_is_killed_in_mid_commit()
    {
        var redis = await StartAsync();
        var store = await OpenAsync(redis);
        var streams = Enumerable.Range(0, 20).Select(n => $"lots/{n}").ToArray();
        var acknowledged = new long[streams.Length];
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writers = streams.Select((stream, i) => Task.Run(() => WriteAsync(store, stream, v => Volatile.Write(ref acknowledged[i], v), stopping.Token))).ToArray();
        for (var round = 0; round < 5; round++)
        {
            var before = acknowledged.Sum();
            while (acknowledged.Sum() < before + 500)
                await Task.Delay(10, Cancellation);
            await redis.KillAsync();
            await redis.StartAgainAsync(Cancellation);
            await RecoverAsync(store);
            for (var i = 0; i < streams.Length; i++)
            {
                var atLeast = Volatile.Read(ref acknowledged[i]);
                Assert.True(await store.CountEventsAsync(streams[i]) >= atLeast);
            }
        }

        await stopping.CancelAsync();
        await Task.WhenAll(writers);
        for (var i = 0; i < streams.Length; i++)
            Assert.True(await store.CountEventsAsync(streams[i]) >= acknowledged[i]);
    }

    [Fact]
    public async Task A_writer_that_was_replaced_during_an_outage_is_fenced_after_it()
    {
        var redis = await StartAsync();
        var (old, other) = (await OpenAsync(redis), await OpenAsync(redis));
        await FillAsync(old, "lots/a", 1);
        await redis.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => old.AppendAsync(Batch("lots/a", 1, 1, 1)));
        await redis.StartAgainAsync(Cancellation);
        await RecoverAsync(other);
        Assert.Equal(new OpenedStream(2, 1), await other.OpenAsync("lots/a", Cancellation));
        await RecoverAsync(old);

        Assert.Equal(AppendOutcome.Fenced, await old.AppendAsync(Batch("lots/a", 1, 1, 1)));
        Assert.Equal(1, await other.CountEventsAsync("lots/a"));
        Assert.Equal(2, Assert.Single(await old.ReadEpochsAsync(["lots/a"], Cancellation)));
    }

    /// <summary>What was sent to a frozen Redis may still arrive: before the next opening it is seen by it, after it it is fenced.</summary>
    [Fact]
    public async Task An_append_without_an_answer_is_there_for_the_next_owner_or_never()
    {
        var redis = await StartAsync();
        var old = await OpenAsync(Options(redis) with { CommandTimeout = TimeSpan.FromMilliseconds(300) });
        var other = await OpenAsync(Options(redis) with { CommandTimeout = TimeSpan.FromSeconds(30) });
        for (var round = 0; round < 5; round++)
        {
            var stream = $"lots/{round}";
            await RecoverAsync(old);
            var epoch = (await old.OpenAsync(stream, Cancellation)).Epoch;
            await redis.PauseAsync();
            var opening = round % 2 == 0 ? null : other.OpenAsync(stream, Cancellation).AsTask();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => old.AppendAsync(Batch(stream, epoch, 0, 1)));
            opening ??= other.OpenAsync(stream, Cancellation).AsTask();
            await redis.ResumeAsync();
            var opened = await opening;

            Assert.Equal(opened.Version, await other.CountEventsAsync(stream));
            await RecoverAsync(old);
            Assert.Equal(AppendOutcome.Fenced, await old.AppendAsync(Batch(stream, epoch, opened.Version, 1)));
            Assert.Equal(opened.Version, await other.CountEventsAsync(stream));
        }
    }

    private static async Task WriteAsync(RedisEventStore store, string stream, Action<long> acknowledge, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var (epoch, version) = await store.OpenAsync(stream, CancellationToken.None);
                while (!stopping.IsCancellationRequested)
                {
                    Assert.Equal(AppendOutcome.Committed, await store.AppendAsync([Batch(stream, epoch, version, 1)], CancellationToken.None) is [var outcome] ? outcome : default);
                    acknowledge(++version);
                }
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(20, CancellationToken.None); // Once it is back, the stream is opened again.
            }
        }
    }
}

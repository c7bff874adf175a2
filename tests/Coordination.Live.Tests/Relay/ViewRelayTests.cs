using Coordination.Contracts.Live;
using Coordination.Live.Hosting;
using Coordination.Live.Relay;
using Coordination.Live.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Relay;

public sealed class ViewRelayTests : IAsyncLifetime
{
    private readonly FakeGrains _grains = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ViewRelay _relay;
    private readonly Recorder _screen = new();

    public ViewRelayTests() =>
        _relay = new ViewRelay(_grains, Options.Create(new LiveOptions()), _time, NullLogger<ViewRelay>.Instance);

    public async ValueTask InitializeAsync() => await _relay.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _relay.StopAsync(CancellationToken.None);
        _relay.Dispose();
    }

    [Fact]
    public async Task The_first_watcher_registers_and_the_last_signs_off()
    {
        var grain = _grains[Lot];
        grain.Publish(7);
        var second = new Recorder();

        await _relay.Add(Lot, _screen.Outbox).Soon();
        await _relay.Add(Lot, second.Outbox).Soon();
        Assert.Equal(7, _relay.Look(Lot)!.View.Version);
        Assert.Equal("watch", await Call(grain));

        _relay.Remove(Lot, _screen.Outbox);
        _relay.Remove(Lot, second.Outbox);
        Assert.Equal("unwatch", await Call(grain));
        Assert.Equal(0, grain.Observers);
        Assert.Null(_relay.Look(Lot));
    }

    [Fact]
    public async Task A_place_that_does_not_exist_is_absent_until_it_is_created()
    {
        await _relay.Add(Lot, _screen.Outbox).Soon();
        Assert.True(_relay.Look(Lot)!.IsAbsent);
        _grains[Lot].Publish(1);
        await Until.TrueAsync(() => _screen.Outbox is { IsWriting: false } && _screen.Counts.Pushes == 1);
        Assert.Equal(1, _relay.Look(Lot)!.View.Version);
    }

    [Fact]
    public async Task A_lost_message_is_made_up_for_by_the_next_renewal()
    {
        var grain = _grains[Lot];
        grain.Publish(1);
        await _relay.Add(Lot, _screen.Outbox).Soon();
        grain.LosesMessages = true;
        grain.Publish(2);
        Assert.Equal(1, _relay.Look(Lot)!.View.Version);

        await Until.TrueAsync(() => AdvanceTo(WatchLease.Renewal / 10) && _relay.Look(Lot)!.View.Version == 2);
        await Until.TrueAsync(() => _screen.Counts.Pushes == 2);
        Assert.Equal([1, 2], _screen.Versions(Lot));
    }

    [Fact]
    public async Task While_its_grain_cannot_be_reached_a_topic_keeps_its_last_view_and_then_catches_up()
    {
        var grain = _grains[Lot];
        grain.Publish(1);
        await _relay.Add(Lot, _screen.Outbox).Soon();
        Assert.Equal("watch", await Call(grain));

        _grains.IsDown = true;
        await Until.TrueAsync(() => AdvanceTo(WatchLease.Renewal / 10) && grain.Calls.TryPeek(out _));
        Assert.Equal("failed", await Call(grain));
        Assert.Equal(1, _relay.Look(Lot)!.View.Version);

        grain.LosesMessages = true;
        grain.Publish(9);
        _grains.IsDown = false;
        await Until.TrueAsync(() => AdvanceTo(WatchLease.Renewal / 10) && _relay.Look(Lot)!.View.Version == 9);
    }

    [Fact]
    public async Task Without_a_cluster_a_topic_is_unknown_and_answers_once_there_is_one()
    {
        _grains.IsDown = true;
        var answered = _relay.Add(Lot, _screen.Outbox);
        Assert.Null(_relay.Look(Lot));
        Assert.False(answered.IsCompleted);

        _grains[Lot].Publish(3);
        _grains.IsDown = false;
        await Until.TrueAsync(() => AdvanceTo(TimeSpan.FromMilliseconds(100)) && answered.IsCompleted);
        Assert.Equal(3, _relay.Look(Lot)!.View.Version);
    }

    [Fact]
    public async Task Who_comes_back_while_the_farewell_is_on_its_way_is_registered_after_it()
    {
        var grain = _grains[Lot];
        var held = new TaskCompletionSource();
        grain.Answering = held.Task;
        var first = _relay.Add(Lot, _screen.Outbox);
        _relay.Remove(Lot, _screen.Outbox);
        var again = _relay.Add(Lot, _screen.Outbox);
        _relay.Remove(Lot, _screen.Outbox);
        var last = _relay.Add(Lot, _screen.Outbox);
        held.SetResult();

        await last.Soon();
        Assert.True(first.IsCanceled && again.IsCanceled);
        Assert.Equal(1, grain.Observers);
        grain.Publish(4);
        await Until.TrueAsync(() => _screen.Counts.Pushes == 1);
    }

    [Fact]
    public async Task A_hot_topic_is_sent_once_in_a_tenth_of_a_second_with_the_latest_view()
    {
        var grain = _grains[Lot];
        await _relay.Add(Lot, _screen.Outbox).Soon();
        grain.Publish(1);
        await Until.TrueAsync(() => _screen.Counts.Pushes == 1);
        for (var version = 2; version <= 100; version++)
            grain.Publish(version);
        await Until.TrueAsync(() => _relay.Look(Lot)!.View.Version == 100);
        Assert.Equal(1, _screen.Counts.Pushes);

        await Until.TrueAsync(() => AdvanceTo(TimeSpan.FromMilliseconds(100)) && _screen.Counts.Pushes == 2);
        Assert.Equal([1, 100], _screen.Versions(Lot));
    }

    [Fact]
    public async Task Many_topics_are_registered_a_bounded_number_at_a_time()
    {
        var held = new TaskCompletionSource();
        var topics = Enumerable.Range(0, 200).Select(i => $"parking-lots/p{i}").ToArray();
        foreach (var topic in topics)
            _grains[topic].Answering = held.Task;
        var answers = topics.Select(topic => _relay.Add(topic, _screen.Outbox)).ToArray();
        held.SetResult();
        await Task.WhenAll(answers).Soon();
        Assert.All(topics, topic => Assert.Equal(1, _grains[topic].Observers));
        Assert.Equal(200, _relay.Topics);
    }

    private static async Task<string> Call(FakeGrain grain) =>
        await grain.Calls.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();

    private bool AdvanceTo(TimeSpan by)
    {
        _time.Advance(by);
        return true;
    }
}

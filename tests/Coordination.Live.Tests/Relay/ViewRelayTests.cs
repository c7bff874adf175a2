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
    public async Task After_a_change_of_hosts_every_topic_is_renewed_within_about_a_second()
    {
        var topics = Enumerable.Range(0, 300).Select(i => $"parking-lots/p{i}").ToArray();
        foreach (var topic in topics)
            await _relay.Add(topic, _screen.Outbox).Soon();
        foreach (var topic in topics)
            Assert.Equal("watch", await Call(_grains[topic]));

        // The grains moved: the new ones know no observer and have something new.
        foreach (var topic in topics)
            _grains[topic].Forget().Publish(2);
        _relay.RenewAll();
        _relay.RenewAll();
        for (var passed = TimeSpan.Zero; passed <= TimeSpan.FromMilliseconds(1_100); passed += TimeSpan.FromMilliseconds(50))
        {
            AdvanceTo(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await Until.TrueAsync(() => topics.All(topic => _relay.Look(topic)!.View.Version == 2));
        Assert.All(topics, topic => Assert.Equal(1, _grains[topic].Observers));
    }

    [Fact]
    public async Task A_grain_that_moved_is_found_again_without_a_word_from_the_cluster_though_the_call_to_it_never_came_back()
    {
        var grain = _grains[Lot];
        grain.Publish(1);
        await _relay.Add(Lot, _screen.Outbox).Soon();

        // Its host dies: a call that is on its way never comes back, and the one after it finds the grain elsewhere.
        grain.Forget();
        grain.Answering = new TaskCompletionSource().Task;
        await Until.TrueAsync(() => AdvanceTo(TimeSpan.FromMilliseconds(50)) && grain.Waiting > 0);
        grain.Answering = Task.CompletedTask;
        grain.Publish(2, epoch: 2);
        await Until.TrueAsync(() => AdvanceTo(TimeSpan.FromMilliseconds(50)) && _relay.Look(Lot)!.View.Version == 2);
        Assert.Null(_relay.UnreachableSince);
        Assert.Equal(1, grain.Waiting);
    }

    [Fact]
    public async Task A_place_that_says_why_it_cannot_be_shown_does_not_mean_that_the_host_is_cut_off()
    {
        var grain = _grains[Lot];
        grain.Answering = Task.FromException(new InvalidDataException("damaged"));
        _ = _relay.Add(Lot, _screen.Outbox);
        await Until.TrueAsync(() => AdvanceTo(WatchLease.Renewal / 10) && grain.Waiting > 3);
        Assert.Null(_relay.UnreachableSince);
    }

    [Fact]
    public async Task A_host_that_is_cut_off_from_all_grains_knows_since_when()
    {
        await _relay.Add(Lot, _screen.Outbox).Soon();
        Assert.Null(_relay.UnreachableSince);
        _grains.IsDown = true;
        await Until.TrueAsync(() => AdvanceTo(WatchLease.Renewal / 10) && _relay.UnreachableSince is not null);
        var since = _relay.UnreachableSince;
        await Until.TrueAsync(() => AdvanceTo(WatchLease.Renewal / 10) && _time.GetUtcNow() - since > TimeSpan.FromSeconds(20));
        Assert.Equal(since, _relay.UnreachableSince);
        _grains.IsDown = false;
        await Until.TrueAsync(() => AdvanceTo(WatchLease.Renewal / 10) && _relay.UnreachableSince is null);
    }

    [Fact]
    public async Task When_a_store_went_back_the_relay_follows_and_cuts_those_that_saw_the_newer_state()
    {
        var grain = _grains[Lot];
        grain.Publish(50, epoch: 9);
        await _relay.Add(Lot, _screen.Outbox).Soon();
        grain.Publish(7, epoch: 2);
        await Until.TrueAsync(() => AdvanceTo(TimeSpan.FromSeconds(1)) && _relay.Look(Lot)!.View.Epoch == 2);
        await Until.TrueAsync(() => _screen.Error is not null);
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

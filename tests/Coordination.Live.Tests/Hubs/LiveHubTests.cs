using System.Text.Json.Nodes;
using Coordination.Live.Hubs;
using Coordination.Live.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Hubs;

public sealed class LiveHubTests
{
    private const string View =
        """{"id":"parking-lots/north","name":"京铁家园北停车场","occupied":412,"ratio":0.515,"open":true,"none":null,"zones":[{"id":"b1","free":-0.5}],"big":9007199254740993}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_sees_the_view_in_the_answer_and_then_in_each_push(bool messagePack)
    {
        await using var server = await LiveServer.StartAsync();
        server.Grains[Lot].Publish(3, View);
        await using var screen = await Screen.OpenAsync(server, messagePack);

        var answer = Assert.Single(await screen.WatchAsync(Lot));
        Assert.Equal((Lot, 1, 3, null), (answer.Topic, answer.Epoch, answer.Version, answer.Code));
        AssertSame(View, answer.View);

        server.Grains[Lot].Publish(4, View.Replace("412", "413", StringComparison.Ordinal), epoch: 2);
        var push = await screen.PushAsync(told => told.Version == 4);
        Assert.Equal((Lot, 2), (push.Topic, push.Epoch));
        AssertSame(View.Replace("412", "413", StringComparison.Ordinal), push.View);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_place_created_later_is_pushed(bool messagePack)
    {
        await using var server = await LiveServer.StartAsync();
        await using var screen = await Screen.OpenAsync(server, messagePack);

        var answer = (await screen.WatchRawAsync(Lot)).AsArray().Single()!.AsObject();
        Assert.True(answer.TryGetPropertyValue("view", out var view));
        Assert.Null(view);
        Assert.False(answer.ContainsKey("code"));

        server.Grains[Lot].Publish(1, View);
        AssertSame(View, (await screen.PushAsync(told => told.Topic == Lot)).View);
    }

    [Fact]
    public async Task What_is_no_topic_says_so_and_spoils_nothing()
    {
        await using var server = await LiveServer.StartAsync();
        server.Grains[Lot].Publish(1);
        await using var screen = await Screen.OpenAsync(server);
        var answers = await screen.WatchAsync("nonsense", Lot, "parking-lots/UPPER", null, "");
        Assert.Equal(["topic-unknown", null, "topic-unknown", "topic-unknown", "topic-unknown"], answers.Select(answer => answer.Code));
        Assert.Equal(1, answers[1].Version);
        Assert.Equal(1, server.Relay.Topics);
    }

    [Fact]
    public async Task A_topic_whose_grain_does_not_answer_is_unavailable_and_pushed_when_it_does()
    {
        await using var server = await LiveServer.StartAsync(options => options.FirstViewTimeout = TimeSpan.FromMilliseconds(50));
        server.Grains.IsDown = true;
        server.Grains[Lot].Publish(5);
        await using var screen = await Screen.OpenAsync(server);
        Assert.Equal("unavailable", Assert.Single(await screen.WatchAsync(Lot)).Code);
        server.Grains.IsDown = false;
        Assert.Equal(5, (await screen.PushAsync(_ => true)).Version);
    }

    [Fact]
    public async Task After_unwatch_nothing_comes_any_more()
    {
        const string Other = "scenic-areas/park";
        await using var server = await LiveServer.StartAsync();
        server.Grains[Lot].Publish(1);
        await using var screen = await Screen.OpenAsync(server);
        await screen.WatchAsync(Lot, Other);
        await screen.PushAsync(told => told.Topic == Lot);
        await screen.UnwatchAsync(Lot, "never-watched");
        await Until.TrueAsync(() => server.Grains[Lot].Observers == 0);

        server.Grains[Lot].Publish(2);
        server.Grains[Other].Publish(1);
        Assert.Equal(Other, (await screen.PushAsync(_ => true)).Topic);
        Assert.Equal(1, server.Relay.Subscriptions);
    }

    [Fact]
    public async Task More_topics_than_the_limit_are_refused_as_a_whole()
    {
        await using var server = await LiveServer.StartAsync(options => options.MaxTopicsPerConnection = 3);
        await using var screen = await Screen.OpenAsync(server);
        await screen.WatchAsync("parking-lots/a", "parking-lots/b");

        var error = await Assert.ThrowsAsync<HubException>(() => screen.WatchAsync("parking-lots/c", "parking-lots/d"));
        Assert.Contains("too-many-topics", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Relay.Topics);
        await Assert.ThrowsAsync<HubException>(() => screen.WatchAsync(Lot, Lot, Lot, Lot));

        await screen.UnwatchAsync("parking-lots/a");
        Assert.Equal(2, (await screen.WatchAsync("parking-lots/c", "parking-lots/d")).Length);
    }

    [Fact]
    public async Task The_default_limit_is_a_hundred_topics()
    {
        await using var server = await LiveServer.StartAsync();
        await using var screen = await Screen.OpenAsync(server);
        Assert.Equal(100, (await screen.WatchAsync([.. Enumerable.Range(0, 100).Select(i => $"parking-lots/p{i}")])).Length);
        await Assert.ThrowsAsync<HubException>(() => screen.WatchAsync(Lot));
    }

    [Fact]
    public async Task A_client_that_was_away_sees_the_right_view_at_once_and_leaves_nothing_behind()
    {
        await using var server = await LiveServer.StartAsync();
        server.Grains[Lot].Publish(1);
        await using (var before = await Screen.OpenAsync(server))
            Assert.Equal(1, (await before.WatchAsync(Lot)).Single().Version);
        await Until.TrueAsync(() => server.Relay.Topics == 0 && server.Grains[Lot].Observers == 0);

        server.Grains[Lot].Publish(80);
        await using var after = await Screen.OpenAsync(server);
        Assert.Equal(80, (await after.WatchAsync(Lot)).Single().Version);
    }

    [Fact]
    public async Task A_client_sees_the_right_view_after_the_server_started_again()
    {
        var grains = new FakeGrains();
        grains[Lot].Publish(1);
        int port;
        await using (var first = await LiveServer.StartAsync(grains: grains))
        {
            port = first.Address.Port;
            await using var screen = await Screen.OpenAsync(first);
            await screen.WatchAsync(Lot);
            var closed = new TaskCompletionSource();
            screen.Connection.Closed += _ =>
            {
                closed.TrySetResult();
                return Task.CompletedTask;
            };
            await first.StopAsync();
            await closed.Task.Soon();
        }

        grains[Lot].Publish(1, epoch: 2);
        await using var second = await LiveServer.StartAsync(grains: grains, port: port);
        await using var again = await Screen.OpenAsync(second);
        var answer = (await again.WatchAsync(Lot)).Single();
        Assert.Equal((2, 1), (answer.Epoch, answer.Version));
    }

    [Fact]
    public async Task Both_protocols_see_the_same_of_a_busy_place()
    {
        await using var server = await LiveServer.StartAsync(options => options.SendInterval = TimeSpan.FromMilliseconds(5));
        await using var json = await Screen.OpenAsync(server);
        await using var packed = await Screen.OpenAsync(server, messagePack: true);
        await json.WatchAsync(Lot);
        await packed.WatchAsync(Lot);
        for (var version = 1; version <= 500; version++)
            server.Grains[Lot].Publish(version);
        var left = await json.PushAsync(told => told.Version == 500);
        var right = await packed.PushAsync(told => told.Version == 500);
        Assert.True(JsonNode.DeepEquals(left.View, right.View));
    }

    [Fact]
    public async Task Watchers_and_pushes_are_measured()
    {
        using var measured = new Measurements();
        await using var server = await LiveServer.StartAsync();
        await using var screen = await Screen.OpenAsync(server);
        await screen.WatchAsync(Lot, "communities/here");
        server.Grains[Lot].Publish(1);
        await screen.PushAsync(_ => true);
        await Until.TrueAsync(() => server.Metrics.Hub.Pushes == 1);

        var values = measured.Read(server.Services);
        Assert.Equal(1, values["coordination.live.watchers/connections/hub"]);
        Assert.Equal(0, values["coordination.live.watchers/connections/stream"]);
        Assert.Equal(2, values["coordination.live.watchers/topics"]);
        Assert.Equal(2, values["coordination.live.watchers/subscriptions"]);
        Assert.Equal(1, values["coordination.live.pushes/hub"]);
        Assert.Equal(0, values["coordination.live.coalesced/hub"]);
    }

    [Fact]
    public void Json_becomes_the_same_in_MessagePack() =>
        AssertSame(View, JsonNode.Parse(MessagePack.MessagePackSerializer.ConvertToJson(
            LiveMessagePack.FromJson(System.Text.Encoding.UTF8.GetBytes(View)), cancellationToken: TestContext.Current.CancellationToken)));

    private static void AssertSame(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"{expected}\n{actual?.ToJsonString()}");
}

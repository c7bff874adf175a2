using System.Text.Json.Nodes;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using MQTTnet;
using MQTTnet.Server;

namespace Coordination.Server.Tests.Input;

/// <summary>MQTT as devices speak it, with Debian's mosquitto clients.</summary>
public sealed class MqttTests(SharedServer server)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_reading_arrives_and_the_device_is_told(int quality)
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Missing);
        var lot = (await server.Http.NewLotAsync())[4..];
        await using var results = await Mosquitto.SubscribeAsync(server.MqttPort, $"coordination/{lot}/results/cam-1");
        var (exitCode, said) = await Mosquitto.PublishAsync(server.MqttPort, $"coordination/{lot}/readings", Reading(1, 42), null, "-q", $"{quality}");
        Assert.Equal((0, ""), (exitCode, said));
        var told = (await results.NextAsync()).Split(' ', 2);
        Assert.Equal($"coordination/{lot}/results/cam-1", told[0]);
        Assert.Equal("accepted", (string?)JsonNode.Parse(told[1])!["status"]);
        Assert.Equal(42, (int)(await server.Http.Get($"api/{lot}"))["occupied"]!);

        await Mosquitto.PublishAsync(server.MqttPort, $"coordination/{lot}/readings", Reading(1, 42), null, "-q", $"{quality}");
        Assert.Equal("duplicate", (string?)JsonNode.Parse((await results.NextAsync()).Split(' ', 2)[1])!["status"]);
        await Mosquitto.PublishAsync(server.MqttPort, $"coordination/{lot}/movements", $$"""{"deviceId":"cam-1","sequence":2,"at":"{{Requests.At(9)}}","direction":"in","count":3}""", null, "-q", $"{quality}");
        await results.NextAsync();
        Assert.Equal(45, (int)(await server.Http.Get($"api/{lot}"))["occupied"]!);
        await Mosquitto.PublishAsync(server.MqttPort, $"coordination/{lot}/readings", Reading(3, -1), null, "-q", $"{quality}");
        Assert.Equal("negative-count", (string?)JsonNode.Parse((await results.NextAsync()).Split(' ', 2)[1])!["code"]);
    }

    [Fact]
    public async Task Nonsense_does_not_keep_the_next_message_of_a_device_from_arriving()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Missing);
        var lot = (await server.Http.NewLotAsync())[4..];
        var lines = string.Join('\n',
        [
            "nonsense", "{", """{"deviceId":"#","sequence":1}""", new string('x', 20_000), Reading(1, 5)[..^1] + ""","place":"parking-lots/other"}""",
            Reading(2, 6)[..^1] + ""","type":"movement"}""", Reading(3, 7), "",
        ]);
        Assert.Equal(0, (await Mosquitto.PublishAsync(server.MqttPort, $"coordination/{lot}/readings", null, lines, "-q", "1")).ExitCode);
        Assert.Equal((7, 2), await server.Http.Get($"api/{lot}") is var view ? ((int)view["occupied"]!, (int)view["version"]!) : default);
    }

    [Fact]
    public async Task The_embedded_broker_relays_nothing_for_others()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Missing);
        var lot = (await server.Http.NewLotAsync())[4..];
        await using var everything = await Mosquitto.SubscribeAsync(server.MqttPort, "#");
        foreach (var topic in new[] { "chat/room", "coordination", $"coordination/{lot}", $"coordination/{lot}/results/{lot[13..]}", $"coordination/communities/a/readings", "coordination/parking-lots/../readings", $"other/{lot}/readings" })
        {
            await Mosquitto.PublishAsync(server.MqttPort, topic, Spam, null, "-q", "1");
            await Mosquitto.PublishAsync(server.MqttPort, topic, Spam, null, "-q", "1", "-r", "-V", "mqttv5");
        }
        // A last will is a message of its client too.
        var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", server.MqttPort).WithWillTopic($"coordination/{lot}/results/{lot[13..]}").WithWillPayload(Spam).WithWillRetain().Build());
        client.Dispose();

        var id = lot[13..];
        await Mosquitto.PublishAsync(server.MqttPort, $"coordination/{lot}/readings", Reading(1, 3).Replace("cam-1", id, StringComparison.Ordinal), null, "-q", "1", "-r");
        string heard;
        do
        {
            heard = await everything.NextAsync(); // Results of other tests may come in between.
            Assert.DoesNotContain(Spam, heard, StringComparison.Ordinal);
            Assert.Contains("/results/", heard, StringComparison.Ordinal);
        }
        while (!heard.StartsWith($"coordination/{lot}/results/{id} ", StringComparison.Ordinal));

        // And nothing was kept for who comes later.
        await using var later = await Mosquitto.SubscribeAsync(server.MqttPort, $"coordination/{lot}/#");
        await Mosquitto.PublishAsync(server.MqttPort, $"coordination/{lot}/readings", Reading(2, 4).Replace("cam-1", id, StringComparison.Ordinal), null, "-q", "1");
        Assert.Contains("\"version\":3", await later.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_broker_acknowledged_survives_a_kill()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Missing);
        var port = ServerProcess.FreePort();
        await using var own = await ServerProcess.StartAsync(new ServerProcessOptions { MqttPort = port });
        Assert.Equal(201, (await own.Http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 1000, "initialOccupied": 0 }""")).Status);
        var lines = string.Concat(Enumerable.Range(1, 30).Select(i => $$"""{"deviceId":"cam-1","sequence":{{i}},"at":"{{Requests.At()}}","direction":"in"}""" + "\n"));
        Assert.Equal(0, (await Mosquitto.PublishAsync(port, "coordination/parking-lots/a/movements", null, lines, "-q", "1")).ExitCode);
        await own.RestartAsync();
        Assert.Equal(30, (int)(await own.Http.Get("api/parking-lots/a"))["occupied"]!);
    }

    [Fact]
    public async Task Input_comes_from_an_external_broker_also_what_was_sent_while_the_server_was_down()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Missing);
        var port = ServerProcess.FreePort();
        using var broker = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(port).WithPersistentSessions().Build());
        var subscribed = new SemaphoreSlim(0);
        broker.ClientSubscribedTopicAsync += subscription =>
        {
            if (subscription.TopicFilter.Topic is "coordination/+/+/readings" or "coordination/+/+/movements")
                subscribed.Release();
            return Task.CompletedTask;
        };
        await broker.StartAsync();
        await using var own = await ServerProcess.StartAsync(new ServerProcessOptions { Arguments = ["--mqtt-broker", $"127.0.0.1:{port}"] });
        Assert.True(await subscribed.WaitAsync(TimeSpan.FromSeconds(30)) && await subscribed.WaitAsync(TimeSpan.FromSeconds(30)));
        await own.Http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100 }""");

        await using var results = await Mosquitto.SubscribeAsync(port, "coordination/parking-lots/a/results/#", "-i", "board");
        await Mosquitto.PublishAsync(port, "coordination/parking-lots/a/readings", "nonsense", null, "-q", "1", "-i", "cam-1");
        await Mosquitto.PublishAsync(port, "coordination/somewhere/else/readings", Reading(1, 1), null, "-q", "1", "-i", "cam-1");
        await Mosquitto.PublishAsync(port, "coordination/parking-lots/a/readings", Reading(1, 21), null, "-q", "1", "-i", "cam-1");
        Assert.Contains("accepted", await results.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(21, (int)(await own.Http.Get("api/parking-lots/a"))["occupied"]!);

        await own.KillAsync();
        await Mosquitto.PublishAsync(port, "coordination/parking-lots/a/readings", Reading(2, 22), null, "-q", "1", "-i", "cam-1");
        await own.StartAgainAsync();
        Assert.Contains("accepted", await results.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(22, (int)(await own.Http.Get("api/parking-lots/a"))["occupied"]!);
        await broker.StopAsync();
    }

    private const string Spam = "buy-this";

    private static string Reading(int sequence, int occupied) => $$"""{"deviceId":"cam-1","sequence":{{sequence}},"at":"{{Requests.At(sequence)}}","occupied":{{occupied}}}""";
}

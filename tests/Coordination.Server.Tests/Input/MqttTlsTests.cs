using System.Security.Cryptography.X509Certificates;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using MQTTnet;
using MQTTnet.Server;

namespace Coordination.Server.Tests.Input;

/// <summary>Input from an external broker over TLS.</summary>
public sealed class MqttTlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority = new("brokers");
    private readonly TestAuthority foreign = new("others");
    private readonly TaskCompletionSource subscribed = new();
    private readonly int port = ServerProcess.FreePort();
    private MqttServer broker = null!;

    public async ValueTask InitializeAsync()
    {
        var (certificate, key) = authority.Issue();
        broker = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder().WithoutDefaultEndpoint()
            .WithEncryptedEndpoint().WithEncryptedEndpointPort(port).WithEncryptionCertificate(X509Certificate2.CreateFromPem(certificate, key)).Build());
        broker.ClientSubscribedTopicAsync += _ =>
        {
            subscribed.TrySetResult();
            return Task.CompletedTask;
        };
        await broker.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await broker.StopAsync();
        broker.Dispose();
        foreign.Dispose();
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_broker_is_believed_that_shows_a_certificate_of_the_named_authority_and_no_other()
    {
        await using var own = Server(foreign);
        var refused = new TaskCompletionSource();
        own.LineWritten = line =>
        {
            if (line.Contains($"MQTT broker 127.0.0.1:{port} cannot be reached", StringComparison.Ordinal))
                refused.TrySetResult();
        };
        await own.StartAgainAsync(TestContext.Current.CancellationToken);
        await refused.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.False(subscribed.Task.IsCompleted);
        await own.KillAsync();

        await using var trusting = Server(authority);
        await trusting.StartAgainAsync(TestContext.Current.CancellationToken);
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await trusting.Http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100 }""");
        await broker.InjectApplicationMessage(
            new InjectedMqttApplicationMessage(new MqttApplicationMessageBuilder().WithTopic("coordination/parking-lots/a/readings")
                .WithPayload($$"""{"deviceId":"cam-1","sequence":1,"at":"{{Requests.At(1)}}","occupied":21}""").WithQualityOfServiceLevel(MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce).Build())
            { SenderClientId = "cam-1" },
            TestContext.Current.CancellationToken);
        await trusting.Http.UntilAsync("api/parking-lots/a", answer => answer.Has("occupied") && (int)answer["occupied"] == 21);
    }

    private ServerProcess Server(TestAuthority believed)
    {
        var file = folder.File($"{Guid.NewGuid():N}.crt");
        File.WriteAllText(file, believed.Pem);
        return ServerProcess.Create(new ServerProcessOptions
        {
            Arguments = ["--mqtt-broker", $"mqtts://127.0.0.1:{port}", "--Coordination:Mqtt:BrokerAuthorityFile", file],
        });
    }
}

using System.Net;
using System.Net.Sockets;
using Coordination.Ledger;
using Coordination.Server.Accounts;
using Coordination.Server.Hosting;
using Coordination.Server.Identity;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Coordination.Server.Ingest;

/// <summary>
/// The embedded MQTT broker. An input with QoS 1 is acknowledged when it is durable; when it could not be kept the connection is
/// closed without an acknowledgement, so that the device sends it again. Who connects sends its key as the password; the user name is
/// not looked at.
/// </summary>
internal sealed partial class EmbeddedBroker(
    MqttMessages messages, MqttOptions options, AccessKeys keys, AccessGate gate, SubjectBook subjects, TimeProvider time, ILogger<EmbeddedBroker> logger)
    : IHostedService
{
    private const string Access = "access";
    private const string LetIn = "letIn";

    private MqttServer? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var factory = new MqttServerFactory();
        var broker = factory.CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Parse(options.Address))
            .WithDefaultEndpointPort(options.Port)
            .WithMaxPendingMessagesPerClient(100)
            .Build(), [new NamelessClients(new MqttListener())]);
        broker.InterceptingPublishAsync += InterceptAsync;
        broker.ValidatingConnectionAsync += ValidateAsync;
        broker.ClientDisconnectedAsync += gone =>
        {
            (gone.SessionItems[LetIn] as IDisposable)?.Dispose();
            return Task.CompletedTask;
        };
        broker.ValidatingConnectionAsync += connection =>
        {
            // MQTT 5 has its own way of telling a client the name it was given.
            if (string.IsNullOrEmpty(connection.ClientId))
                connection.AssignedClientIdentifier = $"anonymous-{Guid.NewGuid():N}";
            return Task.CompletedTask;
        };
        try
        {
            await broker.StartAsync();
        }
        catch (SocketException inUse)
        {
            // Places must be shown even where another broker has the port.
            LogNotStarted(options.Port, inUse.Message);
            broker.Dispose();
            return;
        }
        server = broker;
        LogStarted(options.Address, options.Port, options.Root);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is null)
            return;
        await server.StopAsync();
        server.Dispose();
    }

    private async Task ValidateAsync(ValidatingConnectionEventArgs connection)
    {
        Caller? caller;
        try
        {
            caller = await keys.OpenAsync(connection.Password);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or TimeoutException or OrleansException)
        {
            connection.ReasonCode = MqttConnectReasonCode.ServerUnavailable;
            return;
        }
        if (caller is null || (caller.Standing!.IsDemo && !Loopback.Is((connection.RemoteEndPoint as IPEndPoint)?.Address)))
        {
            connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            return;
        }
        var client = connection.ClientId;
        connection.SessionItems[Access] = new InputAccess(gate, caller, time);
        connection.SessionItems[LetIn] = subjects.WatchFor(caller, () => _ = CutOffAsync(client));
    }

    /// <summary>Its key was revoked, or what it may has changed: it connects again with what it has.</summary>
    private async Task CutOffAsync(string client)
    {
        try
        {
            if (server is { } broker)
                await broker.DisconnectClientAsync(client, MqttDisconnectReasonCode.NotAuthorized);
        }
        catch (Exception gone) when (gone is InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            // It left a moment before.
        }
    }

    private async Task InterceptAsync(InterceptingPublishEventArgs publish)
    {
        if (string.IsNullOrEmpty(publish.ClientId))
            return; // Our own answers.
        publish.ProcessPublish = false; // Inputs end here; a broker for anything else is not offered.
        if (!MqttMessages.TryTopic(options.Root, publish.ApplicationMessage.Topic, out var place, out var isMovement))
        {
            publish.Response.ReasonCode = MqttPubAckReasonCode.TopicNameInvalid;
            return;
        }
        var (device, result) = await messages.TakeAsync(place, isMovement, publish.ApplicationMessage.Payload, (InputAccess)publish.SessionItems[Access]!);
        if (result.Status is LineStatus.Unavailable or LineStatus.Overloaded)
        {
            publish.CloseConnection = true;
            return;
        }
        publish.Response.ReasonCode = result.Status == LineStatus.Refused ? MqttPubAckReasonCode.ImplementationSpecificError : MqttPubAckReasonCode.Success;
        publish.Response.ReasonString = result.Rejection?.Code;
        if (server is { } broker && MqttMessages.Answer(options.Root, place, device, result) is { } answer)
            await broker.InjectApplicationMessage(new InjectedMqttApplicationMessage(answer) { SenderClientId = "" });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT broker on {Address}:{Port}; topics {Root}/parking-lots|scenic-areas/ID/readings|movements.")]
    private partial void LogStarted(string address, int port, string root);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No MQTT broker: port {Port} cannot be used ({Reason}). Choose another with --mqtt-port, or 0 for none.")]
    private partial void LogNotStarted(int port, string reason);
}

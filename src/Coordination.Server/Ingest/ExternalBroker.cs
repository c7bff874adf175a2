using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Coordination.Contracts;
using Coordination.Server.Hosting;
using MQTTnet;
using MQTTnet.Protocol;

namespace Coordination.Server.Ingest;

/// <summary>
/// Input from an external MQTT broker. Each message is acknowledged when it is durable; while the store cannot be written it is
/// not, and comes again with the persistent session. Who may publish on which topic is for that broker to say. The hosts of a cluster share one subscription: each message comes to one of them.
/// </summary>
internal sealed partial class ExternalBroker(
    MqttMessages messages, MqttOptions options, ServerOptions server, TimeProvider time, ILogger<ExternalBroker> logger) : BackgroundService
{
    private const string EncryptedScheme = "mqtts://";

    /// <summary>Who its inputs come from, as far as the server can tell.</summary>
    public static Actor Actor { get; } = new("system/mqtt-broker");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (isEncrypted, host, port) = Split(options.Broker!);
        var factory = new MqttClientFactory();
        using var client = factory.CreateMqttClient();
        client.ApplicationMessageReceivedAsync += message => TakeAsync(client, message, stoppingToken);
        var settings = factory.CreateClientOptionsBuilder().WithTcpServer(host, port).WithClientId(ClientId)
            .WithCleanSession(false).WithSessionExpiryInterval(24 * 3600).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).WithReceiveMaximum(100);
        if (options.UserName is { } user)
            settings = settings.WithCredentials(user, options.Password);
        if (isEncrypted)
            settings = settings.WithTlsOptions(tls => Encrypt(tls, host));
        var built = settings.Build();
        string? told = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!client.IsConnected)
                {
                    await client.ConnectAsync(built, stoppingToken);
                    await SubscribeAsync(client, stoppingToken);
                    LogConnected(host, port);
                    told = null;
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                if (told != failure.Message)
                    LogNotConnected(host, port, told = failure.Message);
                // Connected without its subscriptions it would look well and hear nothing.
                await DisconnectAsync(client);
            }
            catch (Exception)
            {
                // The host stops.
                break;
            }
            await Task.Delay(TimeSpan.FromSeconds(2), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await DisconnectAsync(client);
    }

    /// <summary>The same after a restart, so that the session goes on; another one for each host, also for two on one machine.</summary>
    private string ClientId => server.Cluster.IsOn
        ? $"coordination-{Environment.MachineName}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(server.Data))))[..16]}"
        : $"coordination-{Environment.MachineName}";

    private string Share => server.Cluster.IsOn ? $"$share/{server.Cluster.Id}/" : "";

    private async Task SubscribeAsync(IMqttClient client, CancellationToken stopping)
    {
        foreach (var kind in new[] { "readings", "movements" })
        {
            var answer = await client.SubscribeAsync($"{Share}{options.Root}/+/+/{kind}", MqttQualityOfServiceLevel.AtLeastOnce, stopping);
            if (answer.Items.FirstOrDefault(item => (int)item.ResultCode >= 0x80) is { } refused)
                throw new InvalidOperationException($"it refused the subscription {refused.TopicFilter.Topic}: {refused.ResultCode}");
        }
    }

    private static async Task DisconnectAsync(IMqttClient client)
    {
        try
        {
            if (client.IsConnected)
                await client.DisconnectAsync(cancellationToken: CancellationToken.None);
        }
        catch (Exception)
        {
            // It is gone already, which is what was wanted.
        }
    }

    private async Task TakeAsync(IMqttClient client, MqttApplicationMessageReceivedEventArgs message, CancellationToken stopping)
    {
        message.AutoAcknowledge = false;
        if (!MqttMessages.TryTopic(options.Root, message.ApplicationMessage.Topic, out var place, out var isMovement))
        {
            await message.AcknowledgeAsync(stopping);
            return;
        }
        var (device, result) = await messages.TakeAsync(place, isMovement, message.ApplicationMessage.Payload, access: null);
        for (var wait = TimeSpan.FromMilliseconds(200); result.Status is LineStatus.Unavailable or LineStatus.Overloaded; wait = TimeSpan.FromSeconds(Math.Min(wait.TotalSeconds * 2, 5)))
        {
            await Task.Delay(wait, time, stopping);
            (device, result) = await messages.TakeAsync(place, isMovement, message.ApplicationMessage.Payload, access: null);
        }
        await message.AcknowledgeAsync(stopping);
        if (MqttMessages.Answer(options.Root, place, device, result) is { } answer)
            await client.PublishAsync(answer, stopping);
    }

    private static (bool IsEncrypted, string Host, int Port) Split(string broker)
    {
        var isEncrypted = broker.StartsWith(EncryptedScheme, StringComparison.OrdinalIgnoreCase);
        var address = isEncrypted ? broker[EncryptedScheme.Length..] : broker;
        return address.LastIndexOf(':') is > 0 and var colon && int.TryParse(address.AsSpan(colon + 1), out var port)
            ? (isEncrypted, address[..colon], port)
            : (isEncrypted, address, isEncrypted ? 8883 : 1883);
    }

    /// <summary>The broker shows a certificate of its name.</summary>
    private void Encrypt(MqttClientTlsOptionsBuilder tls, string host)
    {
        tls.UseTls().WithTargetHost(host);
        if (options.BrokerAuthorityFile is not { Length: > 0 } file)
            return;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        tls.WithTrustChain(authorities);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT input from {Host}:{Port}.")]
    private partial void LogConnected(string host, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MQTT broker {Host}:{Port} cannot be reached ({Reason}); tried again every 2 s.")]
    private partial void LogNotConnected(string host, int port, string reason);
}

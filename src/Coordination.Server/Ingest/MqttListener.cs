using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;

namespace Coordination.Server.Ingest;

/// <summary>
/// The way into the embedded broker by TCP. Unlike the library's own it bounds what a stranger can make the server keep: how long a
/// packet may be, before it makes room for it, and how many connections there are.
/// </summary>
internal sealed class MqttListener : IMqttServerAdapter
{
    /// <summary>Longest packet in bytes: the longest message with its topic and properties, and no more.</summary>
    public const int MaxPacket = 4 * IngestEndpoint.MaxLineBytes;

    /// <summary>Most connections at a time; further ones are closed at once.</summary>
    public const int MaxConnections = 10_000;

    private readonly CancellationTokenSource stopping = new();
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;
    private int connections;

    public Func<IMqttChannelAdapter, Task> ClientHandler { get; set; } = _ => Task.CompletedTask;

    /// <exception cref="SocketException">The port cannot be listened on.</exception>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        var endpoint = options.DefaultEndpointOptions;
        listener = new TcpListener(endpoint.BoundInterNetworkAddress, endpoint.Port);
        listener.Start(endpoint.ConnectionBacklog);
        accepting = AcceptAsync(listener, options, logger);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        listener?.Stop();
        await accepting;
    }

    public void Dispose()
    {
        listener?.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener from, MqttServerOptions options, IMqttNetLogger logger)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await from.AcceptSocketAsync(stopping.Token), options, logger);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // It was gone before it was taken, or there is no room for another; the next one is asked for.
            }
        }
    }

    private async Task ServeAsync(Socket socket, MqttServerOptions options, IMqttNetLogger logger)
    {
        using var _ = socket;
        try
        {
            if (Interlocked.Increment(ref connections) > MaxConnections)
                return;
            socket.NoDelay = true;
            using var stream = new MqttPacketBound(new NetworkStream(socket, ownsSocket: true), MaxPacket);
            using var channel = new MqttTcpChannel(stream, socket.RemoteEndPoint, socket.LocalEndPoint, null);
            using var adapter = new MqttChannelAdapter(
                channel, new MqttPacketFormatterAdapter(new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax)), logger);
            await ClientHandler(adapter);
        }
        catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It went away while it was being greeted.
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }
}

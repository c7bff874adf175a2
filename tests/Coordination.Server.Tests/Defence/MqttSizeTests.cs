using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Coordination.Server.Ingest;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Defence;

/// <summary>What a device may say to the embedded broker before it is cut off.</summary>
public sealed class MqttSizeTests(SharedServer server)
{
    [Theory]
    [InlineData(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F })] // PUBLISH of 256 MiB.
    [InlineData(new byte[] { 0x30, 0x81, 0x80, 0x04 })] // One byte too many.
    [InlineData(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0xFF })] // A length without an end.
    public async Task A_packet_that_says_it_is_too_long_ends_the_connection_before_room_is_made_for_it(byte[] packet)
    {
        using var stream = await ConnectAsync();
        await stream.WriteAsync(packet);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.Equal(0, await ReadAsync(stream, patience.Token));
    }

    [Fact]
    public async Task The_longest_message_there_is_passes_and_one_that_is_too_long_for_a_line_is_refused_and_the_device_goes_on()
    {
        var lot = await server.Http.NewLotAsync();
        using var stream = await ConnectAsync();
        foreach (var (sequence, padding) in new[] { (1, 16_000), (2, 40_000), (3, 0) })
            await PublishAsync(stream, $"coordination/{lot[4..]}/readings", $$"""{"deviceId":"d","sequence":{{sequence}},"at":"{{Requests.At(sequence)}}","occupied":{{sequence}}}""" + new string(' ', padding));
        var view = await server.Http.UntilAsync(lot, answer => (int?)answer.Body?["occupied"] == 3);
        Assert.Equal(3, (int)view["version"]!);
    }

    [Fact]
    public async Task Packets_are_told_apart_however_they_come_in_pieces()
    {
        var packets = new byte[][] { [0xC0, 0x00], [0x30, 0x05, 1, 2, 3, 4, 5], [0x30, 0x80, 0x01, .. new byte[128]], [0xC0, 0x00] };
        var all = packets.SelectMany(packet => packet).ToArray();
        for (var piece = 1; piece < all.Length; piece++)
        {
            using var bound = new MqttPacketBound(new MemoryStream(all), 128);
            var buffer = new byte[piece];
            var total = 0;
            for (int read; (read = await bound.ReadAsync(buffer)) > 0;)
                total += read;
            Assert.Equal(all.Length, total);
            using var tighter = new MqttPacketBound(new MemoryStream(all), 127);
            await Assert.ThrowsAsync<IOException>(async () =>
            {
                while (await tighter.ReadAsync(buffer) > 0)
                {
                    // On to the packet that is too long.
                }
            });
        }
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", server.MqttPort);
        var stream = tcp.GetStream();
        var key = Encoding.ASCII.GetBytes(ServerProcess.Key);
        byte[] connect = [0, 4, .. "MQTT"u8, 4, 0xC2, 0, 60, 0, 5, .. "fives"u8, 0, 6, .. "device"u8, 0, (byte)key.Length, .. key];
        await stream.WriteAsync((byte[])[0x10, (byte)connect.Length, .. connect]);
        await stream.ReadExactlyAsync(new byte[4]); // CONNACK
        return stream;
    }

    private static async Task PublishAsync(NetworkStream stream, string topic, string payload)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)name.Length);
        byte[] body = [.. size, .. name, .. Encoding.UTF8.GetBytes(payload)];
        var header = new List<byte> { 0x30 };
        for (var rest = body.Length; ; rest >>= 7)
        {
            header.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            if (rest <= 0x7F)
                break;
        }
        await stream.WriteAsync((byte[])[.. header, .. body]);
    }

    private static async Task<int> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        try
        {
            return await stream.ReadAsync(new byte[1], stop);
        }
        catch (IOException)
        {
            return 0; // Reset.
        }
    }
}

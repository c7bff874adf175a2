namespace Coordination.Server.Ingest;

/// <summary>
/// What a device sends, up to the first packet that says it is too long: the library makes room for as much as a packet says (up to 256
/// MiB) before the first byte of it has come.
/// </summary>
/// <param name="inner">The connection.</param>
/// <param name="maxPacket">Longest packet without its fixed header, in bytes.</param>
internal sealed class MqttPacketBound(Stream inner, int maxPacket) : Stream
{
    private int rest; // Bytes of the present packet that are still to come.
    private int length;
    private int lengthBytes = -1; // -1: the next byte begins a packet. Otherwise how many bytes of its length have been seen.

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">The next packet is longer than it may be.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Look(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read with ReadAsync.");

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>MQTT 3.1.1, 2.2.3: after the first byte of a packet comes its length, seven bits a byte, the lowest first.</summary>
    private void Look(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (rest > 0)
            {
                var taken = Math.Min(rest, bytes.Length);
                rest -= taken;
                bytes = bytes[taken..];
                continue;
            }
            var next = bytes[0];
            bytes = bytes[1..];
            if (lengthBytes < 0)
            {
                (length, lengthBytes) = (0, 0);
                continue;
            }
            length |= (next & 0x7F) << (7 * lengthBytes++);
            if (length > maxPacket || (next >= 0x80 && lengthBytes == 4))
                throw new IOException($"A packet has at most {maxPacket} bytes.");
            if (next < 0x80)
                (rest, lengthBytes) = (length, -1);
        }
    }
}

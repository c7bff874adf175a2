using System.Text;

namespace Coordination.LoadTests.Wire;

/// <summary>Counts the result lines of a chunked HTTP response as its bytes come in, in whatever pieces.</summary>
internal sealed class ChunkedLines(Action<ReadOnlySpan<byte>>? onLine)
{
    private enum Part
    {
        Headers,
        Size,
        Body,
        AfterBody,
    }

    /// <summary>Results so far.</summary>
    public long Count;

    /// <summary>Results with the status accepted.</summary>
    public long Accepted;

    private readonly byte[] line = new byte[64 * 1024];
    private readonly List<byte> header = [];
    private Part part;
    private int lineLength;
    private int left;

    /// <summary>The first result that was not accepted.</summary>
    public string? Other { get; private set; }

    /// <summary>The last chunk was read.</summary>
    public bool IsComplete { get; private set; }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (part)
            {
                case Part.Headers:
                    bytes = TakeHeaders(bytes);
                    break;
                case Part.Size:
                    bytes = TakeSize(bytes);
                    break;
                case Part.Body:
                    var body = bytes[..Math.Min(left, bytes.Length)];
                    TakeBody(body);
                    left -= body.Length;
                    bytes = bytes[body.Length..];
                    if (left == 0)
                        (part, left) = (Part.AfterBody, 2);
                    break;
                default:
                    var skipped = Math.Min(left, bytes.Length);
                    left -= skipped;
                    bytes = bytes[skipped..];
                    if (left == 0)
                        part = Part.Size;
                    break;
            }
        }
    }

    private ReadOnlySpan<byte> TakeHeaders(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            header.Add(bytes[i]);
            if (header.Count < 4 || !header.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
                continue;
            var text = Encoding.ASCII.GetString([.. header]);
            if (!text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || !text.Contains("chunked", StringComparison.OrdinalIgnoreCase))
                throw new IOException($"Not the answer that was expected: {text.Split('\r')[0]}");
            part = Part.Size;
            return bytes[(i + 1)..];
        }
        return [];
    }

    private ReadOnlySpan<byte> TakeSize(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n')
            {
                part = Part.Body;
                IsComplete |= left == 0;
                return IsComplete ? [] : bytes[(i + 1)..];
            }
            if (bytes[i] != '\r')
                left = left * 16 + Convert.ToInt32(((char)bytes[i]).ToString(), 16);
        }
        return [];
    }

    private void TakeBody(ReadOnlySpan<byte> body)
    {
        while (body.IndexOf((byte)'\n') is var end and >= 0)
        {
            if (lineLength == 0)
                TakeLine(body[..end]);
            else
            {
                body[..end].CopyTo(line.AsSpan(lineLength));
                TakeLine(line.AsSpan(0, lineLength + end));
                lineLength = 0;
            }
            body = body[(end + 1)..];
        }
        body.CopyTo(line.AsSpan(lineLength));
        lineLength += body.Length;
    }

    private void TakeLine(ReadOnlySpan<byte> result)
    {
        Volatile.Write(ref Count, Count + 1);
        if (result.IndexOf("\"status\":\"accepted\""u8) >= 0)
            Volatile.Write(ref Accepted, Accepted + 1);
        else
            Other ??= Encoding.UTF8.GetString(result);
        onLine?.Invoke(result);
    }
}

using System.Globalization;
using System.Text;

namespace Coordination.Fuzz.Wire;

/// <summary>Reads answers of HTTP/1.1 one after the other, as strictly as they should be written.</summary>
internal sealed class AnswerReader(Stream stream)
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>The next answer; null when the connection was closed before it began.</summary>
    /// <exception cref="InvalidDataException">What came is no answer.</exception>
    /// <exception cref="EndOfStreamException">The connection was closed in the middle of it.</exception>
    public async Task<FuzzAnswer?> ReadAsync(string method, CancellationToken stop)
    {
        while (true)
        {
            var line = await LineAsync(stop, mayEnd: true);
            if (line is null)
                return null;
            if (line.Length < 12 || !line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || !int.TryParse(line.AsSpan(9, 3), out var status))
                throw new InvalidDataException($"No status line: {line}");
            var headers = await HeadersAsync(stop);
            if (status is >= 100 and < 200)
                continue;
            return new FuzzAnswer(status, headers, await BodyAsync(method, status, headers, stop));
        }
    }

    private async Task<Dictionary<string, string>> HeadersAsync(CancellationToken stop)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await LineAsync(stop) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.Any(char.IsControl))
                throw new InvalidDataException($"No header: {line}");
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }
        return headers;
    }

    private async Task<byte[]> BodyAsync(string method, int status, Dictionary<string, string> headers, CancellationToken stop)
    {
        if (method == "HEAD" || status is 204 or 304)
            return [];
        if (headers.TryGetValue("content-length", out var length))
            return await BytesAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), stop);
        if (headers.GetValueOrDefault("transfer-encoding") is not "chunked")
            throw new InvalidDataException("The answer has no end.");
        var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse((await LineAsync(stop))!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Write(await BytesAsync(size, stop));
            await LineAsync(stop);
            if (size == 0)
                return body.ToArray();
        }
    }

    private async Task<byte[]> BytesAsync(int count, CancellationToken stop)
    {
        var bytes = new byte[count];
        for (var taken = 0; taken < count;)
        {
            if (start == end && !await FillAsync(stop))
                throw new EndOfStreamException("The connection was closed in the middle of an answer.");
            var some = Math.Min(count - taken, end - start);
            buffer.AsSpan(start, some).CopyTo(bytes.AsSpan(taken));
            (start, taken) = (start + some, taken + some);
        }
        return bytes;
    }

    private async Task<string?> LineAsync(CancellationToken stop, bool mayEnd = false)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (start == end && !await FillAsync(stop))
                return mayEnd && line.Length == 0 ? null : throw new EndOfStreamException("The connection was closed in the middle of an answer.");
            var found = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            var length = found < 0 ? end - start : found + 1;
            line.Append(Encoding.Latin1.GetString(buffer, start, length));
            start += length;
            if (found >= 0)
                return line.Length >= 2 && line[^2] == '\r' ? line.ToString(0, line.Length - 2) : throw new InvalidDataException($"A line without an end: {line}");
            if (line.Length > 64 * 1024)
                throw new InvalidDataException("A line without an end.");
        }
    }

    private async Task<bool> FillAsync(CancellationToken stop)
    {
        (start, end) = (0, await stream.ReadAsync(buffer, stop));
        return end > 0;
    }
}

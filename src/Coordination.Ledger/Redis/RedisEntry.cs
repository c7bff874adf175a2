using System.Globalization;
using System.Text;

namespace Coordination.Ledger.Redis;

/// <summary>An element of a log chunk: <c>first version, space, count, space, payload</c>, so that <c>LRANGE</c> shows what one wants to know.</summary>
internal static class RedisEntry
{
    public static byte[] Write(Append append)
    {
        var begin = string.Create(CultureInfo.InvariantCulture, $"{append.ExpectedVersion + 1} {append.Count} ");
        var entry = new byte[begin.Length + append.Payload.Length];
        Encoding.ASCII.GetBytes(begin, entry);
        append.Payload.Span.CopyTo(entry.AsSpan(begin.Length));
        return entry;
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static EventBatch Read(string stream, ReadOnlyMemory<byte> entry)
    {
        var bytes = entry.Span;
        var first = bytes.IndexOf((byte)' ');
        var second = first < 0 ? -1 : bytes[(first + 1)..].IndexOf((byte)' ') + first + 1;
        if (second > first && long.TryParse(bytes[..first], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && int.TryParse(bytes[(first + 1)..second], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return new EventBatch(version, count, entry[(second + 1)..]);
        throw new InvalidDataException($"Stream {stream} has an entry in its log that is none.");
    }
}

using System.Text;

namespace Coordination.Server.Ingest;

/// <summary>Gives the same string for the same bytes, so that ten thousand lines of one device make one device id. Bounded; not thread-safe.</summary>
internal sealed class TextCache
{
    private const int MaxKept = 4096;
    private const int MaxLength = 256;

    private readonly Dictionary<string, string> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    public TextCache() => bySpan = kept.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength)
            return Encoding.UTF8.GetString(utf8);
        Span<char> characters = stackalloc char[MaxLength];
        var text = characters[..Encoding.UTF8.GetChars(utf8, characters)];
        if (bySpan.TryGetValue(text, out var known))
            return known;
        if (kept.Count >= MaxKept)
            kept.Clear();
        var fresh = text.ToString();
        kept.Add(fresh, fresh);
        return fresh;
    }
}

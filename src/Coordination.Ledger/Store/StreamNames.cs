namespace Coordination.Ledger;

/// <summary>
/// What may name a stream: 1 to 200 characters of well-formed text without control characters. Half of a surrogate pair would be
/// stored as a replacement character, and two names would become one stream.
/// </summary>
internal static class StreamNames
{
    public const int MaxLength = 200;

    public static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > MaxLength)
            throw new ArgumentException($"A stream name has at most {MaxLength} characters, not {name.Length}.", nameof(name));
        CheckText(name);
    }

    /// <summary>A prefix may be empty.</summary>
    public static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        CheckText(prefix);
    }

    private static void CheckText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                throw new ArgumentException($"A stream name has no control characters, but character {i} is U+{(int)text[i]:X4}.", nameof(text));
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                throw new ArgumentException($"A stream name is well-formed text, but character {i} is half of a pair.", nameof(text));
            i++;
        }
    }
}

namespace Coordination.Cli.Replay.Readers;

/// <summary>Text of files cut to what the server takes.</summary>
internal static class Text
{
    /// <summary>At most <paramref name="length"/> characters, never half of a surrogate pair.</summary>
    public static string Limit(string text, int length)
    {
        if (text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    /// <summary>Lines joined by commas.</summary>
    public static string OneLine(string text) =>
        string.Join(", ", text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}

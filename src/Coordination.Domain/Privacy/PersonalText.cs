using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Privacy;

/// <summary>What the numbers of people have in common.</summary>
internal static class PersonalText
{
    /// <summary>Longest text that is looked at, in characters.</summary>
    private const int MaxLength = 64;

    /// <summary>
    /// The text without what <paramref name="isSeparator"/> says, full-width forms (as Chinese keyboards give them: １３８, Ａ, －) as ASCII and
    /// letters in upper case; empty when there is none or it is too long to be a number.
    /// </summary>
    public static string Normalise(string? text, Func<char, bool> isSeparator)
    {
        if (text is null or { Length: 0 or > MaxLength })
            return "";
        Span<char> kept = stackalloc char[MaxLength];
        var count = 0;
        foreach (var c in text)
        {
            var plain = c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c is '\u3000' or '\u00A0' ? ' ' : c;
            if (!isSeparator(plain))
                kept[count++] = char.IsAsciiLetterLower(plain) ? (char)(plain - 'a' + 'A') : plain;
        }
        return new string(kept[..count]);
    }

    public static bool IsDigits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
        }
        return text.Length > 0;
    }
}

/// <summary>
/// Writes the masked form, and reads nothing: one of these numbers that is put into an event, a view or a log by mistake does not leak, and
/// the mistake shows at the first reading.
/// </summary>
public abstract class MaskedJson<T> : JsonConverter<T>
    where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException($"A {typeof(T).Name} is never read from JSON: take the text and parse it.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

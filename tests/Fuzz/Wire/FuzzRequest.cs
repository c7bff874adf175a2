using System.Text;

namespace Coordination.Fuzz.Wire;

/// <summary>What may become of a request.</summary>
internal enum Standing
{
    /// <summary>HTTP as it should be: it is answered by the server's own code.</summary>
    Sound,

    /// <summary>Odd, but HTTP may pass it; Kestrel may also refuse it by a bare status.</summary>
    Odd,

    /// <summary>No HTTP, or broken off: refused by a bare status, or cut off.</summary>
    Broken,
}

/// <summary>A request byte for byte.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Method">Its method; of a HEAD the answer has no body.</param>
/// <param name="Target">What it asks for, as it stands in its first line.</param>
/// <param name="Standing">What may become of it.</param>
internal sealed record FuzzRequest(byte[] Bytes, string Method, string Target, Standing Standing)
{
    /// <summary>The connection is not used after it.</summary>
    public bool IsLast { get; init; }

    /// <summary>Text of its body, when that is sound.</summary>
    public string? Body { get; init; }

    /// <summary>SignalR's own transport: its refusals are words, not problems.</summary>
    public bool IsTransport => Target.StartsWith("/live", StringComparison.Ordinal);

    /// <summary>The beginning of it, so that it can be read.</summary>
    public override string ToString()
    {
        var text = Encoding.Latin1.GetString(Bytes, 0, Math.Min(Bytes.Length, 1500));
        var told = new StringBuilder();
        foreach (var c in text)
            told.Append(c is '\r' ? "\\r" : c is '\n' ? "\\n\n" : c is < ' ' or > '~' ? $"\\x{(int)c:X2}" : c.ToString());
        return Bytes.Length > 1500 ? $"{told}… ({Bytes.Length} bytes)" : told.ToString();
    }
}

/// <summary>An answer, read to its end.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Header fields, names in lower case; of several with one name the last.</param>
/// <param name="Body">The body.</param>
internal sealed record FuzzAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? ContentType => Headers.GetValueOrDefault("content-type");

    public bool ClosesConnection => Headers.GetValueOrDefault("connection") is "close";

    public string Text => Encoding.UTF8.GetString(Body);

    public override string ToString() =>
        $"{Status} {string.Join("; ", Headers.Select(header => $"{header.Key}: {header.Value}"))}\n{(Body.Length > 600 ? Text[..Math.Min(Text.Length, 600)] + "…" : Text)}";
}

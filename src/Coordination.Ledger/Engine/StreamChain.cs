using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Coordination.Ledger;

/// <summary>
/// The chain that a stream's batches make: each ends in a link, the SHA-256 over the link before, the stream's name, the batch's first
/// version, and its JSON without the link. Who changes, removes or exchanges a batch breaks it. Anyone can compute it; the recipe is in
/// <c>docs/audit.md</c>.
/// </summary>
/// <remarks>
/// The link is the last property of a batch's last envelope, so that the batch without it is what is left when <c>,"link":"…"</c> before the
/// final <c>}]</c> is cut out. What is hashed: <c>link before, newline, name, newline, first version, newline, batch without link</c>; a name has
/// no newline.
/// </remarks>
public static class StreamChain
{
    /// <summary>Characters of a link: lower-case hexadecimal.</summary>
    public const int LinkLength = 2 * SHA256.HashSizeInBytes;

    private const int MaxHeaderBytes = LinkLength + 3 * StreamNames.MaxLength + 24;

    [ThreadStatic]
    private static IncrementalHash? hasher;

    /// <summary>Stands for the link before the first one.</summary>
    public static string Genesis { get; } = new('0', LinkLength);

    private static ReadOnlySpan<byte> Begin => ",\"link\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}]"u8;

    private static ReadOnlySpan<byte> UnsealedEnd => "}]"u8;

    private static int SealBytes => Begin.Length + LinkLength + 1;

    private static int TailBytes => SealBytes + UnsealedEnd.Length;

    /// <summary>The link at the end of a stored batch; null when it has none.</summary>
    public static string? LinkOf(ReadOnlySpan<byte> payload) =>
        IsSealed(payload) ? Encoding.ASCII.GetString(payload[^TailBytes..].Slice(Begin.Length, LinkLength)) : null;

    /// <summary>What the link of a batch has to be.</summary>
    /// <param name="before">The link of the batch before it; <see cref="Genesis"/> when none has one.</param>
    /// <param name="stream">The stream's name.</param>
    /// <param name="firstVersion">Version of its first event.</param>
    /// <param name="payload">The batch, with its link or without.</param>
    public static string Compute(string before, string stream, long firstVersion, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[MaxHeaderBytes];
        var length = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{before}\n{stream}\n{firstVersion}\n"), header);
        var hash = hasher ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header[..length]);
        if (IsSealed(payload))
        {
            hash.AppendData(payload[..^TailBytes]);
            hash.AppendData(UnsealedEnd);
        }
        else
            hash.AppendData(payload);

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>A batch with its link.</summary>
    /// <param name="payload">The batch without one: an array of at least one object.</param>
    /// <param name="link">The link.</param>
    internal static byte[] Seal(ReadOnlySpan<byte> payload, string link)
    {
        var sealedPayload = GC.AllocateUninitializedArray<byte>(payload.Length + SealBytes);
        var body = payload[..^UnsealedEnd.Length];
        body.CopyTo(sealedPayload);
        var tail = sealedPayload.AsSpan(body.Length);
        Begin.CopyTo(tail);
        Encoding.ASCII.GetBytes(link, tail[Begin.Length..]);
        End.CopyTo(tail[(Begin.Length + LinkLength)..]);
        return sealedPayload;
    }

    private static bool IsSealed(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < TailBytes)
            return false;
        var tail = payload[^TailBytes..];
        return tail.StartsWith(Begin) && tail.EndsWith(End) && !tail.Slice(Begin.Length, LinkLength).ContainsAnyExcept("0123456789abcdef"u8);
    }
}

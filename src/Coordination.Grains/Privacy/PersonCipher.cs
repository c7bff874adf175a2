using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Coordination.Grains.Privacy;

/// <summary>
/// The forms: a text under the key of a person, and that key under a master key. Both AES-256-GCM with a random nonce, bound to the person
/// (and the text to its purpose) as associated data, so that neither can be put in another's place.
/// </summary>
internal static class PersonCipher
{
    /// <summary>Bytes of a person's key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes of UTF-8 in one text.</summary>
    public const int MaxTextBytes = 64 << 10;

    /// <summary>Version of the form of protected texts, its first byte.</summary>
    private const byte TextFormat = 1;

    /// <summary>A person has one key for life. The byte leaves room for one that is replaced.</summary>
    private const byte KeyVersion = 1;

    private const int HeaderBytes = 2;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const string WrapFormat = "v1";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Form, version of the key, nonce, ciphertext and tag, in base64url.</summary>
    public static string Protect(ReadOnlySpan<byte> key, string person, string purpose, string plaintext)
    {
        var plain = Utf8.GetBytes(plaintext);
        if (plain.Length > MaxTextBytes)
            throw new ArgumentException($"A text to protect has at most {MaxTextBytes} bytes, not {plain.Length}.", nameof(plaintext));
        var whole = new byte[HeaderBytes + NonceBytes + plain.Length + TagBytes];
        (whole[0], whole[1]) = (TextFormat, KeyVersion);
        Encrypt(key, plain, whole.AsSpan(HeaderBytes), Bind("text", person, purpose));
        CryptographicOperations.ZeroMemory(plain);
        return Base64Url.EncodeToString(whole);
    }

    /// <exception cref="ProtectedTextException">It is none, was changed, or is of another person, purpose or key.</exception>
    public static string Reveal(ReadOnlySpan<byte> key, string person, string purpose, ReadOnlySpan<byte> whole) =>
        Encoding.UTF8.GetString(Decrypt(key, whole[HeaderBytes..], Bind("text", person, purpose))
            ?? throw new ProtectedTextException("The protected text was changed, or is of another person or purpose."));

    /// <exception cref="ProtectedTextException">It has not the form of a protected text.</exception>
    public static byte[] Decode(string protectedText)
    {
        byte[] whole;
        try
        {
            whole = Base64Url.DecodeFromChars(protectedText);
        }
        catch (FormatException)
        {
            throw new ProtectedTextException("It is no protected text: it is not base64url.");
        }

        if (whole.Length < HeaderBytes + NonceBytes + TagBytes)
            throw new ProtectedTextException("It is no protected text: it is too short.");
        if (whole[0] != TextFormat || whole[1] != KeyVersion)
            throw new ProtectedTextException($"It is no protected text, or one of a newer version of this program (form {whole[0]}, key {whole[1]}).");
        return whole;
    }

    /// <summary>What is stored: <c>v1:m1:base64url</c>.</summary>
    public static byte[] Wrap(PrivacyKey master, string person, ReadOnlySpan<byte> key)
    {
        var wrapped = new byte[NonceBytes + key.Length + TagBytes];
        Encrypt(master.Secret, key, wrapped, Bind("key", person, master.Id));
        return Encoding.ASCII.GetBytes($"{WrapFormat}:{master.Id}:{Base64Url.EncodeToString(wrapped)}");
    }

    /// <summary>The id of the master key that wrapped a key.</summary>
    /// <exception cref="ProtectedTextException">It has not the form of a wrapped key.</exception>
    public static string MasterOf(ReadOnlySpan<byte> stored) => Split(stored).Master;

    /// <exception cref="ProtectedTextException">Its master key is not known, or it was changed or is of another person.</exception>
    public static byte[] Unwrap(KeyRing masters, string person, ReadOnlySpan<byte> stored)
    {
        var (id, wrapped) = Split(stored);
        var master = masters.Find(id)
            ?? throw new ProtectedTextException($"The key of {person} is wrapped by the master key {id}, which this host does not know. Give it back to the hosts, and wrap the keys anew before it is retired.");
        return Decrypt(master.Secret, wrapped, Bind("key", person, id))
            ?? throw new ProtectedTextException($"The key of {person} in the vault was changed, or is another person's.");
    }

    private static (string Master, byte[] Wrapped) Split(ReadOnlySpan<byte> stored)
    {
        var parts = Encoding.ASCII.GetString(stored).Split(':');
        if (parts.Length == 3 && parts[0] == WrapFormat)
        {
            try
            {
                return (parts[1], Base64Url.DecodeFromChars(parts[2]));
            }
            catch (FormatException)
            {
            }
        }

        throw new ProtectedTextException("The vault holds something else in the place of a person's key.");
    }

    /// <param name="to">Nonce, ciphertext and tag.</param>
    private static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, Span<byte> to, byte[] bound)
    {
        RandomNumberGenerator.Fill(to[..NonceBytes]);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(to[..NonceBytes], plain, to[NonceBytes..^TagBytes], to[^TagBytes..], bound);
    }

    /// <returns>Null when the tag does not fit.</returns>
    private static byte[]? Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> from, byte[] bound)
    {
        if (from.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[from.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(from[..NonceBytes], from[NonceBytes..^TagBytes], from[^TagBytes..], plain, bound);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Each part with its length before it, so that no two lists make one.</summary>
    private static byte[] Bind(params ReadOnlySpan<string> parts)
    {
        using var bound = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Utf8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            bound.Write(length);
            bound.Write(bytes);
        }

        return bound.ToArray();
    }
}

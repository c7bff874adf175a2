using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Coordination.Grains.Privacy;

/// <summary>HMAC-SHA256 over purpose and value.</summary>
/// <param name="keys">The first hashes.</param>
public sealed class KeyedHasher(KeyRing keys) : IKeyedHasher
{
    /// <summary>Refuses half of a surrogate pair: replaced, it would make two values one.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public string Hash(string purpose, string value) => Hash(keys.First, Message(purpose, value));

    /// <inheritdoc/>
    public IReadOnlyList<string> Candidates(string purpose, string value)
    {
        var message = Message(purpose, value);
        return [.. keys.Keys.Select(key => Hash(key, message))];
    }

    /// <inheritdoc/>
    public bool Matches(string hash, string purpose, string value)
    {
        ArgumentNullException.ThrowIfNull(hash);
        var message = Message(purpose, value);
        return keys.Find(IdOf(hash)) is { } key
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hash(key, message)), Encoding.UTF8.GetBytes(hash));
    }

    /// <inheritdoc/>
    public bool NeedsRehash(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return IdOf(hash) != keys.First.Id;
    }

    private static string IdOf(string hash) => hash[..Math.Max(0, hash.IndexOf(':', StringComparison.Ordinal))];

    private static string Hash(PrivacyKey key, byte[] message) => $"{key.Id}:{Base64Url.EncodeToString(HMACSHA256.HashData(key.Secret, message))}";

    /// <summary>The length of the purpose comes first, so that no two pairs make one message.</summary>
    private static byte[] Message(string purpose, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentException.ThrowIfNullOrEmpty(value);
        var (first, second) = (Utf8.GetBytes(purpose), Utf8.GetBytes(value));
        var message = new byte[sizeof(int) + first.Length + second.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, first.Length);
        first.CopyTo(message, sizeof(int));
        second.CopyTo(message, sizeof(int) + first.Length);
        return message;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Coordination.Grains.Privacy;

/// <summary>A secret key and the id by which what it made names it.</summary>
/// <remarks>Prints its id only.</remarks>
public sealed class PrivacyKey
{
    private readonly byte[] secret;

    internal PrivacyKey(string id, byte[] secret)
    {
        Id = id;
        this.secret = secret;
    }

    /// <summary>1 to 16 lower-case letters and digits.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Secret => secret;

    /// <summary>Tells two keys apart without telling anything of them: 22 characters of base64url.</summary>
    internal string CheckValue() =>
        System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("coordination key check\n" + Id)).AsSpan(0, 16));

    public override string ToString() => Id;
}

/// <summary>The keys of one use, as they were configured: the first makes what is new, the others match and read what is old.</summary>
public sealed class KeyRing
{
    private const int MaxKeys = 16;
    private const int MaxIdLength = 16;
    private const int MinBytes = 32;
    private const int MaxBytes = 1024;

    private readonly PrivacyKey[] keys;

    private KeyRing(PrivacyKey[] keys) => this.keys = keys;

    /// <summary>Makes what is new.</summary>
    public PrivacyKey First => keys[0];

    /// <summary>In the order in which they were configured.</summary>
    public IReadOnlyList<PrivacyKey> Keys => keys;

    /// <summary>The key of an id; null when it is not known.</summary>
    public PrivacyKey? Find(string id) => Array.Find(keys, key => key.Id == id);

    /// <summary>Keys of random bytes, for the hashes.</summary>
    /// <param name="list">See <see cref="PrivacyOptions"/>.</param>
    /// <param name="setting">Where it comes from, for the messages.</param>
    /// <exception cref="PrivacyKeyException">It is no list of keys; the message says why and repeats no key.</exception>
    public static KeyRing ParseHashKeys(string list, string setting) => Parse(list, setting, MaxBytes);

    /// <summary>Keys of exactly 256 bits, for AES.</summary>
    /// <inheritdoc cref="ParseHashKeys"/>
    public static KeyRing ParseMasterKeys(string list, string setting) => Parse(list, setting, MinBytes);

    private static KeyRing Parse(string list, string setting, int maxBytes)
    {
        var keys = new List<PrivacyKey>();
        foreach (var line in list.Split('\n'))
        {
            if (line.TrimStart().StartsWith('#'))
                continue;
            foreach (var entry in line.Split([',', ' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
                keys.Add(ParseOne(entry, keys, setting, maxBytes));
        }

        return keys.Count switch
        {
            0 => throw new PrivacyKeyException($"{setting} holds no key. A list of keys looks like k1=<base64 of 32 random bytes>, for example of `openssl rand -base64 32`."),
            > MaxKeys => throw new PrivacyKeyException($"{setting} holds {keys.Count} keys, and at most {MaxKeys} are used. Retire the oldest."),
            _ => new KeyRing([.. keys]),
        };
    }

    private static PrivacyKey ParseOne(string entry, List<PrivacyKey> before, string setting, int maxBytes)
    {
        var number = before.Count + 1;
        var equals = entry.IndexOf('=', StringComparison.Ordinal);
        var id = equals < 0 ? "" : entry[..equals];
        if (id.Length is 0 or > MaxIdLength || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            throw new PrivacyKeyException($"Key number {number} of {setting} has no id: it is written id=base64, and an id has 1 to {MaxIdLength} lower-case letters and digits.");
        if (before.Exists(key => key.Id == id))
            throw new PrivacyKeyException($"{setting} holds two keys with the id {id}. A new key has a new id.");
        byte[] secret;
        try
        {
            secret = Convert.FromBase64String(entry[(equals + 1)..]);
        }
        catch (FormatException)
        {
            throw new PrivacyKeyException($"Key {id} of {setting} is not base64.");
        }

        if (secret.Length < MinBytes || secret.Length > maxBytes)
            throw new PrivacyKeyException(
                $"Key {id} of {setting} has {secret.Length} bytes, and {(maxBytes == MinBytes ? $"exactly {MinBytes}" : $"at least {MinBytes} (at most {maxBytes})")} are needed, "
                + "for example of `openssl rand -base64 32`.");
        if (secret.AsSpan().IndexOfAnyExcept(secret[0]) < 0)
            throw new PrivacyKeyException($"Key {id} of {setting} is {secret.Length} times the same byte. Make one with `openssl rand -base64 32`.");
        return new PrivacyKey(id, secret);
    }
}

/// <summary>The secret keys of this host cannot be used as they are. The message says what to do and repeats no key.</summary>
public sealed class PrivacyKeyException : Exception
{
    public PrivacyKeyException()
    {
    }

    public PrivacyKeyException(string message)
        : base(message)
    {
    }

    public PrivacyKeyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

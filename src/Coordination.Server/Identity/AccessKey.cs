using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Coordination.Server.Identity;

/// <summary>
/// The key of a device (<c>cdk_…</c>) or a program (<c>cpk_…</c>): who it is, 32 hexadecimal digits, and a secret of 256 bits in base64url.
/// The prefixes let tools that look for leaked secrets find them. Only the SHA-256 of the secret is kept anywhere.
/// </summary>
internal static class AccessKey
{
    public const string DevicePrefix = "cdk_";
    public const string ProgramPrefix = "cpk_";

    /// <summary>Characters of a key.</summary>
    public const int Length = 4 + IdLength + 1 + SecretLength;

    private const int IdLength = 32;
    private const int SecretLength = 43;

    /// <summary>Makes a new key for a device or program.</summary>
    /// <param name="subject"><c>devices/{id}</c> or <c>programs/{id}</c>.</param>
    public static (string Key, ImmutableArray<byte> SecretHash) Create(string subject)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var slash = subject.IndexOf('/', StringComparison.Ordinal);
        var prefix = subject.StartsWith("devices/", StringComparison.Ordinal) ? DevicePrefix : ProgramPrefix;
        return ($"{prefix}{subject[(slash + 1)..].Replace("-", "", StringComparison.Ordinal)}_{Base64Url.EncodeToString(secret)}", [.. SHA256.HashData(secret)]);
    }

    /// <summary>Reads a key; false for anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Credential? credential)
    {
        credential = null;
        if (text is not { Length: Length } || text[4 + IdLength] != '_')
            return false;
        var path = text.AsSpan(0, 4) switch
        {
            DevicePrefix => "devices",
            ProgramPrefix => "programs",
            _ => null,
        };
        if (path is null || !Guid.TryParseExact(text.AsSpan(4, IdLength), "N", out var id))
            return false;
        Span<byte> secret = stackalloc byte[32];
        if (!Base64Url.TryDecodeFromChars(text.AsSpan(4 + IdLength + 1), secret, out var written) || written != 32)
            return false;
        credential = new Credential($"{path}/{id}", [.. SHA256.HashData(secret)], 0);
        return true;
    }
}

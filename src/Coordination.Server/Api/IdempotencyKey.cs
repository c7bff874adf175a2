using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Coordination.Contracts.Places;
using Coordination.Server.Identity;

namespace Coordination.Server.Api;

/// <summary>The header <c>Idempotency-Key</c>: 1 to 128 visible ASCII characters.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 128;

    /// <summary>Reads the key of a request, with a fingerprint of everything it asks for; false when the header is malformed.</summary>
    public static bool TryRead<TBody>(HttpContext http, TBody body, JsonSerializerOptions json, out CommandKey? key)
    {
        key = null;
        if (!http.Request.Headers.TryGetValue(Header, out var values))
            return true;
        var id = values.Count == 1 ? values[0] : null;
        if (id is not { Length: > 0 and <= MaxLength } || !id.All(c => c is > ' ' and < (char)127))
            return false;
        var asked = JsonSerializer.SerializeToUtf8Bytes(body, json);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Who asks is a part of it: nobody gets the outcome of another's command by guessing its key.
        var caller = Caller.Of(http);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}\n{caller.Subject}\n{caller.For}\n"));
        hash.AppendData(asked);
        key = new CommandKey(id, BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset()));
        return true;
    }

    public static IResult Invalid() => Problems.Malformed(Header, $"1 to {MaxLength} visible ASCII characters, once.");
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Coordination.Server.Tests.Accounts;

/// <summary>An authenticator as a telephone has one, in software: one key on P-256, which says that it has seen its person.</summary>
internal sealed class SoftwareAuthenticator(string origin) : IDisposable
{
    private const byte PersonIsPresent = 0x01;
    private const byte PersonIsVerified = 0x04;
    private const byte HasCredential = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(16);
    private string userHandle = "";
    private uint counter;

    /// <summary>What it says that the page's origin is, and whether it has verified the person, for what must be refused.</summary>
    public string Origin { get; set; } = origin;

    public bool Verifies { get; set; } = true;

    public string Id => Base64Url.EncodeToString(id);

    /// <summary>Answers creation options.</summary>
    public string Create(JsonNode options)
    {
        userHandle = (string)options["user"]!["id"]!;
        var client = ClientData("webauthn.create", (string)options["challenge"]!);
        var data = AuthenticatorData((string)options["rp"]!["id"]!, HasCredential, [.. new byte[16], 0, (byte)id.Length, .. id, .. CosePublicKey()]);
        byte[] attestation = [0xA3, .. CborText("fmt"), .. CborText("none"), .. CborText("attStmt"), 0xA0, .. CborText("authData"), .. CborBytes(data)];
        return new JsonObject
        {
            ["id"] = Id, ["rawId"] = Id, ["type"] = "public-key", ["authenticatorAttachment"] = "platform", ["clientExtensionResults"] = new JsonObject(),
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = Base64Url.EncodeToString(client), ["attestationObject"] = Base64Url.EncodeToString(attestation), ["transports"] = new JsonArray("internal"),
            },
        }.ToJsonString();
    }

    /// <summary>Answers request options.</summary>
    public string Get(JsonNode options)
    {
        var client = ClientData("webauthn.get", (string)options["challenge"]!);
        var data = AuthenticatorData((string)options["rpId"]!, 0, []);
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new JsonObject
        {
            ["id"] = Id, ["rawId"] = Id, ["type"] = "public-key", ["authenticatorAttachment"] = "platform", ["clientExtensionResults"] = new JsonObject(),
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = Base64Url.EncodeToString(client), ["authenticatorData"] = Base64Url.EncodeToString(data),
                ["signature"] = Base64Url.EncodeToString(signature), ["userHandle"] = userHandle,
            },
        }.ToJsonString();
    }

    public void Dispose() => key.Dispose();

    private byte[] ClientData(string type, string challenge) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["challenge"] = challenge, ["origin"] = Origin, ["crossOrigin"] = false }.ToJsonString());

    private byte[] AuthenticatorData(string domain, byte flags, byte[] rest)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, ++counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(flags | PersonIsPresent | (Verifies ? PersonIsVerified : 0)), .. count, .. rest];
    }

    /// <summary>{1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}.</summary>
    private byte[] CosePublicKey()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, .. CborBytes(point.X!), 0x22, .. CborBytes(point.Y!)];
    }

    private static byte[] CborText(string text) => [(byte)(0x60 + text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] CborBytes(byte[] bytes) => [0x58, (byte)bytes.Length, .. bytes];
}

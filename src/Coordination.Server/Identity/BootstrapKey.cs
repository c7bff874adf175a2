using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;

namespace Coordination.Server.Identity;

/// <summary>The key from the configuration with which the first accounts are made; see <see cref="IdentitySettings.BootstrapKey"/>.</summary>
internal sealed class BootstrapKey(IdentitySettings settings)
{
    public const string Subject = "programs/bootstrap";

    private readonly ImmutableArray<byte> hash = settings.ReadBootstrapKey() is { } key ? HashOf(key) : default;
    private readonly SubjectStanding standing = new(Subject, IsActive: true, 0, [new RoleGrant(Role.Administrator, AccessScope.Everywhere)], []);

    /// <summary>The credential of who sends the key; null for anything else.</summary>
    public Credential? Match(string token)
    {
        if (hash.IsDefault)
            return null;
        var sent = HashOf(token);
        return CryptographicOperations.FixedTimeEquals(sent.AsSpan(), hash.AsSpan()) ? new Credential(Subject, sent, 0) : null;
    }

    /// <summary>How its holder stands; null when the credential is another.</summary>
    public SubjectStanding? StandingOf(Credential credential) => credential.Subject == Subject ? standing : null;

    private static ImmutableArray<byte> HashOf(string key) => [.. SHA256.HashData(Encoding.UTF8.GetBytes(key))];
}

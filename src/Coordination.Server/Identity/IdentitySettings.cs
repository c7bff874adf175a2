namespace Coordination.Server.Identity;

/// <summary>Who may sign in, from the section <c>Coordination:Identity</c>.</summary>
public sealed class IdentitySettings
{
    /// <summary>Shortest bootstrap key, in characters.</summary>
    public const int MinKeyLength = 32;

    /// <summary>
    /// A key with which a program is the administrator of everything, for making the first accounts; at least 32 characters, from the
    /// environment, never on a command line. Take it away when there are accounts.
    /// </summary>
    public string? BootstrapKey { get; set; }

    /// <summary>A file that holds the bootstrap key.</summary>
    public string? BootstrapKeyFile { get; set; }

    /// <summary>Whether residents may register themselves.</summary>
    public bool OpenRegistration { get; set; } = true;

    /// <summary>
    /// Accounts and keys to try the product with, usable from this very machine only; by default where there are seed places. Never in a
    /// cluster.
    /// </summary>
    public bool? Demo { get; set; }

    /// <summary>Domain that passkeys belong to; by default the one that a request names.</summary>
    public string? PasskeyDomain { get; set; }

    /// <summary>How long a sign-in counts as recent, for changing how one signs in and for ending sessions: at least a second, an hour at most.</summary>
    public TimeSpan RecentSignIn { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Words of the city beside those that the product knows, of which no password may be made: names of streets, offices, projects.</summary>
    public List<string> PasswordWords { get; set; } = [];

    /// <summary>Where people may sign in beside here, by an id of lower-case letters, digits and hyphens.</summary>
    public Dictionary<string, OpenIdProviderSettings> Providers { get; set; } = [];

    /// <summary>Tokens of another system that programs and pages may send instead of a key.</summary>
    public JwtSettings Jwt { get; set; } = new();

    /// <summary>The bootstrap key, wherever it comes from; null when there is none.</summary>
    /// <exception cref="FormatException">It is too short to be a secret.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public string? ReadBootstrapKey()
    {
        var key = BootstrapKeyFile is { Length: > 0 } file ? File.ReadAllText(file).Trim() : BootstrapKey;
        return string.IsNullOrEmpty(key) ? null
            : key.Length >= MinKeyLength && key.All(c => c is > ' ' and < (char)127) ? key
            : throw new FormatException($"The bootstrap key has at least {MinKeyLength} visible ASCII characters.");
    }
}

/// <summary>A provider of OpenID Connect.</summary>
public sealed class OpenIdProviderSettings
{
    /// <summary>Its address, below which <c>.well-known/openid-configuration</c> is.</summary>
    public string Authority { get; set; } = "";

    /// <summary>The issuer that its metadata and tokens have to name; the authority when left out.</summary>
    public string? Issuer { get; set; }

    /// <summary>What this server is called there.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The secret of this server there; from the environment, never on a command line.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>A file that holds the secret.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>As people know it; its id when left out.</summary>
    public string? Name { get; set; }

    /// <summary>False only for a test on one machine.</summary>
    public bool RequireHttps { get; set; } = true;

    public string? ReadClientSecret() => ClientSecretFile is { Length: > 0 } file ? File.ReadAllText(file).Trim() : ClientSecret;
}

/// <summary>Access tokens of another system (RFC 9068, type <c>at+jwt</c>), <c>Authorization: Bearer</c>.</summary>
public sealed class JwtSettings
{
    /// <summary>Who issues them; none are taken when it is not set.</summary>
    public string? Authority { get; set; }

    /// <summary>The issuer that its metadata and they have to name; the authority when left out.</summary>
    public string? Issuer { get; set; }

    /// <summary>What this server is called in them.</summary>
    public string Audience { get; set; } = "coordination";

    /// <summary>A scope that each of them has to have, one word of <c>scope</c>; none is demanded when it is not set.</summary>
    public string? Scope { get; set; }

    /// <summary>False only for a test on one machine.</summary>
    public bool RequireHttps { get; set; } = true;
}

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

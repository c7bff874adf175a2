namespace Coordination.Grains.Privacy;

/// <summary>
/// The secret keys of a deployment, section <c>Coordination:Privacy</c>. They are never in a store: with the store alone nobody can read or
/// find personal data. Several hosts have the same keys.
/// </summary>
/// <remarks>
/// A list is <c>id=base64</c>, separated by commas, spaces or line breaks; a line that begins with <c>#</c> is a comment. An id has 1 to 16
/// lower-case letters and digits, a key at least 32 bytes, a master key exactly 32. The first of a list is used for what is new; the others
/// still match and read what is old. Not set on one machine, keys are made at the first start and kept in <c>keys/</c> of the data folder.
/// </remarks>
public sealed class PrivacyOptions
{
    /// <summary>Where the settings are.</summary>
    public const string Section = "Coordination:Privacy";

    /// <summary>Keys of the hashes. From the environment or a file, never on a command line.</summary>
    public string? HashKeys { get; set; }

    /// <summary>A file with the keys of the hashes, instead of <see cref="HashKeys"/>; an empty one is none.</summary>
    public string? HashKeysFile { get; set; }

    /// <summary>Keys that wrap the keys of the people. From the environment or a file, never on a command line.</summary>
    public string? MasterKeys { get; set; }

    /// <summary>A file with the keys that wrap the keys of the people, instead of <see cref="MasterKeys"/>; an empty one is none.</summary>
    public string? MasterKeysFile { get; set; }

    /// <summary>
    /// Ids of keys that were in use and are not known any more, on purpose, separated by commas: of hash keys as <c>hash/k1</c>, of master keys
    /// as <c>master/m1</c>. Without it a host that lacks a key which others used is refused.
    /// </summary>
    public string? Retired { get; set; }

    /// <summary>The retired ids of each use.</summary>
    /// <exception cref="PrivacyKeyException">One has another form.</exception>
    internal IReadOnlyDictionary<string, IReadOnlySet<string>> ReadRetired()
    {
        var found = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal) { ["hash"] = new HashSet<string>(), ["master"] = new HashSet<string>() };
        foreach (var entry in (Retired ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split('/');
            if (parts.Length != 2 || parts[1].Length == 0 || !found.TryGetValue(parts[0], out var ids))
                throw new PrivacyKeyException($"{Section}:Retired lists hash/<id> and master/<id>, separated by commas, and '{entry}' is neither.");
            ((HashSet<string>)ids).Add(parts[1]);
        }

        return found;
    }
}

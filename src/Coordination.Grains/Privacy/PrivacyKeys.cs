using System.Security.Cryptography;
using Coordination.Ledger.Vault;

namespace Coordination.Grains.Privacy;

/// <summary>The secret keys of this host, found, checked against those the vault was used with, and ready to be used.</summary>
public sealed class PrivacyKeys
{
    private const string HashUse = "hash";
    private const string MasterUse = "master";
    private const int NewKeyBytes = 32;

    private PrivacyKeys(KeyRing hash, KeyRing master, string? createdIn) => (Hash, Master, CreatedIn) = (hash, master, createdIn);

    /// <summary>Of the hashes.</summary>
    public KeyRing Hash { get; }

    /// <summary>They wrap the keys of the people.</summary>
    public KeyRing Master { get; }

    /// <summary>The folder in which keys were made just now, which are to be backed up apart from the stores; null when they were there.</summary>
    public string? CreatedIn { get; }

    /// <summary>Finds the keys of a host.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="ownFolder">
    /// Where one machine keeps keys that are not configured; they are made when there are none and the vault was never used. Null in a
    /// cluster, where all hosts must be given the same ones.
    /// </param>
    /// <param name="vault">The open vault.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="PrivacyKeyException">They are missing, no keys, or others than the vault was used with; the message says what to do.</exception>
    /// <exception cref="Ledger.StoreUnavailableException">The vault cannot be asked.</exception>
    public static async Task<PrivacyKeys> OpenAsync(PrivacyOptions options, string? ownFolder, IVaultStore vault, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vault);
        var retired = options.ReadRetired();
        var check = new KeyCheck(vault, isShared: ownFolder is null);
        var (hash, hashIsNew) = await FindAsync(HashUse, Hashing(options), KeyRing.ParseHashKeys);
        var (master, masterIsNew) = await FindAsync(MasterUse, Wrapping(options), KeyRing.ParseMasterKeys);
        await check.CheckAsync(HashUse, hash, retired[HashUse], cancellation);
        await check.CheckAsync(MasterUse, master, retired[MasterUse], cancellation);
        return new PrivacyKeys(hash, master, hashIsNew || masterIsNew ? ownFolder : null);

        async ValueTask<(KeyRing Ring, bool IsNew)> FindAsync(string use, Configured configured, Func<string, string, KeyRing> parse)
        {
            if (configured.Read(parse) is { } ring)
                return (ring, false);
            if (ownFolder is null)
                throw configured.Missing();
            var own = Path.Combine(ownFolder, use + "-keys");
            var isNew = !File.Exists(own);
            if (isNew && await check.HasNotesAsync(use, cancellation))
                throw new PrivacyKeyException($"The file {own} is missing, and the vault was used with the keys in it: restore it from its backup. Without it nothing personal can be read or found.");
            if (isNew)
                Create(own, use);
            return (parse(Read(own, own), own), isNew);
        }
    }

    /// <summary>Whether a host of a cluster was given keys, before it connects to anything.</summary>
    /// <exception cref="PrivacyKeyException">They are missing, or no keys; the message says what to do.</exception>
    public static void CheckConfigured(PrivacyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ReadRetired();
        _ = Hashing(options).Read(KeyRing.ParseHashKeys) ?? throw Hashing(options).Missing();
        _ = Wrapping(options).Read(KeyRing.ParseMasterKeys) ?? throw Wrapping(options).Missing();
    }

    private static Configured Hashing(PrivacyOptions options) => new($"{PrivacyOptions.Section}:{nameof(options.HashKeys)}", options.HashKeys, options.HashKeysFile);

    private static Configured Wrapping(PrivacyOptions options) => new($"{PrivacyOptions.Section}:{nameof(options.MasterKeys)}", options.MasterKeys, options.MasterKeysFile);

    private static string Read(string file, string setting)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PrivacyKeyException($"{setting} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Whole or not at all, on the disk before it is used, and to be read by this user only.</summary>
    private static void Create(string path, string use)
    {
        try
        {
            CreateFolder(Path.GetDirectoryName(path)!);
            var partial = path + ".partial";
            File.Delete(partial);
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(partial, mode))
            {
                using (var writer = new StreamWriter(file, leaveOpen: true))
                {
                    writer.Write($"# Secret {use} keys of Coordination. Keep a copy apart from the backups of the stores; see docs/privacy.md.\n");
                    writer.Write($"{use[0]}1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(NewKeyBytes))}\n");
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PrivacyKeyException($"The secret keys cannot be kept in {path}: {error.Message}", error);
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(folder);
        else
            System.IO.Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What is configured for one use: a list, or a file that holds one.</summary>
    /// <remarks>No record: that would print the list.</remarks>
    private readonly struct Configured(string name, string? list, string? file)
    {
        /// <returns>Null when nothing is configured.</returns>
        public KeyRing? Read(Func<string, string, KeyRing> parse)
        {
            if (!string.IsNullOrWhiteSpace(list) && !string.IsNullOrWhiteSpace(file))
                throw new PrivacyKeyException($"Both {name} and {name}File are set. Set one of them.");
            if (!string.IsNullOrWhiteSpace(list))
                return parse(list, name);
            // A service manager hands over a file in any case: an empty one is none.
            return string.IsNullOrWhiteSpace(file) || PrivacyKeys.Read(file, name + "File") is not { } keys || string.IsNullOrWhiteSpace(keys)
                ? null : parse(keys, $"{name}File ({file})");
        }

        public PrivacyKeyException Missing() =>
            new($"{name} is not set. In a cluster all hosts that hold places are given the same keys, by {name}File or {name}; docs/privacy.md says how.");
    }
}

namespace Coordination.Ledger.Vault;

/// <summary>What every vault checks of its arguments before it does anything.</summary>
internal static class VaultArguments
{
    public const int MaxNameLength = 200;

    public const int MaxValueBytes = 64 << 10;

    /// <exception cref="ArgumentException">It can name no value.</exception>
    public static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        CheckPrefix(name);
    }

    /// <summary>A prefix may be empty.</summary>
    public static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > MaxNameLength)
            throw new ArgumentException($"A name in the vault has at most {MaxNameLength} characters, not {prefix.Length}.", nameof(prefix));
        for (var i = 0; i < prefix.Length; i++)
        {
            if (!(char.IsAsciiLetterLower(prefix[i]) || char.IsAsciiDigit(prefix[i]) || prefix[i] is ':' or '/' or '_' or '.' or '-'))
                throw new ArgumentException($"A name in the vault has only a-z, 0-9, ':', '/', '_', '.' and '-', but character {i} is U+{(int)prefix[i]:X4}.", nameof(prefix));
        }
    }

    public static void CheckPut(string name, ReadOnlyMemory<byte> value, long expectedVersion)
    {
        CheckName(name);
        if (value.Length is 0 or > MaxValueBytes)
            throw new ArgumentException($"A value in the vault has 1 to {MaxValueBytes} bytes, not {value.Length}.", nameof(value));
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
    }
}

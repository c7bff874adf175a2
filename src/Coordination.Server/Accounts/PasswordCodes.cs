using System.Globalization;
using System.Security.Cryptography;
using Coordination.Contracts.Identity;

namespace Coordination.Server.Accounts;

/// <summary>
/// Codes with which a person sets her password, once: the first one of staff, and in place of one that was forgotten. Twelve digits, which everybody
/// can read, say and type; guesses at them are counted like guesses at passwords.
/// </summary>
internal static class PasswordCodes
{
    public const int Digits = 12;

    /// <summary>How long a new account waits for its person.</summary>
    public static readonly TimeSpan FirstLifetime = TimeSpan.FromDays(7);

    /// <summary>How long a code in place of a forgotten password holds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int Group = 4;

    /// <summary>Another one, and what is kept of it; null when too many passwords wait to be hashed.</summary>
    public static async Task<(string Code, OneUseCode Kept)?> NewAsync(Passwords passwords, DateTimeOffset until)
    {
        var code = RandomNumberGenerator.GetString("0123456789", Digits);
        return await passwords.HashAsync(code) is { } hash ? (code, new OneUseCode(hash, until)) : null;
    }

    /// <summary>As it is read out and written down: 4821 0937 5562.</summary>
    public static string Shown(string code) => string.Join(' ', code.Chunk(Group).Select(digits => new string(digits)));

    /// <summary>The digits of a code as somebody typed it: in groups, with hyphens, in full width. False when it is none.</summary>
    public static bool TryRead(string text, out string code)
    {
        code = "";
        if (text.Length > 3 * Digits)
            return false;
        foreach (var c in text)
        {
            if (CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var digit)
                code += (char)('0' + digit);
            else if (!char.IsWhiteSpace(c) && CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.DashPunctuation)
                return false;
        }
        return code.Length == Digits;
    }
}

using System.Threading.RateLimiting;
using Coordination.Domain;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Identity;

namespace Coordination.Server.Accounts;

/// <summary>Whether a password may be taken, and the hashes of passwords.</summary>
/// <remarks>
/// By NIST SP 800-63B and ASVS 2.1: a least length, no rules of composition, and none that is easily guessed: one that many people have, a single
/// character or a row over and over, one's own name, the words of the city and the product (<see cref="CityWords"/>). Hashing is slow on purpose; as many run at the same time as there are processors, some wait, and the rest is told to come again.
/// </remarks>
internal sealed class Passwords : IDisposable
{
    public const int MinLength = 8;
    public const int MinStaffLength = 12;
    public const int MaxLength = 128;

    /// <summary>Fewer different characters than this are a pattern.</summary>
    private const int LeastDifferent = 4;

    private const int Waiting = 64;

    private static readonly Lazy<HashSet<string>> Common = new(() => LinesOf("common-passwords.txt").ToHashSet(StringComparer.Ordinal));

    private readonly PasswordHasher<AccountUser> hasher = new(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private readonly ConcurrencyLimiter turns = new(new ConcurrencyLimiterOptions { PermitLimit = Environment.ProcessorCount, QueueLimit = Waiting });
    private readonly Lazy<string> ofNobody;

    private readonly CityWords words;

    /// <exception cref="FormatException">The operator's words are no words.</exception>
    public Passwords(IdentitySettings settings)
    {
        words = new CityWords(settings.PasswordWords);
        ofNobody = new(() => hasher.HashPassword(AccountUser.Nobody, Guid.NewGuid().ToString()));
    }

    /// <summary>Why a password is not taken; null when it is.</summary>
    public Rejection? Check(string? password, bool isStaff, params string[] known)
    {
        var least = isStaff ? MinStaffLength : MinLength;
        if (password is null || password.Length > MaxLength)
            return Rejection.Malformed("password", $"A password has at most {MaxLength} characters.");
        if (password.EnumerateRunes().Count() < least)
            return Weak($"A password has at least {least} characters.");
        var plain = password.ToLowerInvariant();
        return Common.Value.Contains(plain) || plain.EnumerateRunes().Distinct().Count() < LeastDifferent || IsRow(plain) || words.Make(plain)
            || known.Any(name => name.Length >= 4 && plain.Contains(name.ToLowerInvariant(), StringComparison.Ordinal) && plain.Length - name.Length < MinLength)
                ? Weak("This password is easily guessed. Longer is better than stranger: a few words that do not belong together.")
                : null;
    }

    /// <summary>Each character follows the one before: 12345678, hgfedcba.</summary>
    private static bool IsRow(string text) => text.Zip(text.Skip(1)).All(pair => pair.Second - pair.First is 1) || text.Zip(text.Skip(1)).All(pair => pair.First - pair.Second is 1);

    /// <summary>The lines of a text that is part of the program.</summary>
    internal static IEnumerable<string> LinesOf(string text)
    {
        using var reader = new StreamReader(typeof(Passwords).Assembly.GetManifestResourceStream(text)!);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>The hash to keep; null when too many wait.</summary>
    public async Task<string?> HashAsync(string password)
    {
        using var lease = await turns.AcquireAsync();
        return lease.IsAcquired ? await Task.Run(() => hasher.HashPassword(AccountUser.Nobody, password)) : null;
    }

    /// <summary>
    /// Whether a password is the one that was hashed, and whether it should be hashed anew; null when too many wait. Takes the same time when
    /// there is no hash.
    /// </summary>
    public async Task<(bool IsRight, bool NeedsRehash)?> VerifyAsync(string? hash, string password)
    {
        using var lease = await turns.AcquireAsync();
        if (!lease.IsAcquired)
            return null;
        var result = await Task.Run(() => hasher.VerifyHashedPassword(AccountUser.Nobody, hash ?? ofNobody.Value, password));
        return (hash is not null && result is not PasswordVerificationResult.Failed, result is PasswordVerificationResult.SuccessRehashNeeded);
    }

    public void Dispose() => turns.Dispose();

    private static Rejection Weak(string detail) => Rejection.Refused("password-weak", detail, "password");
}

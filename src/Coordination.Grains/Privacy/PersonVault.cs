using System.Security.Cryptography;
using Coordination.Ledger.Vault;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Grains.Privacy;

/// <summary>
/// Keys of people in the vault: <c>persons/{person}/key</c> holds the wrapped key, <c>persons/{person}/erased</c> says that there was one.
/// </summary>
/// <remarks>
/// An erasure first leaves its mark and then destroys the key. Who makes a key looks for the mark afterwards; who reads looks for the key
/// first. So whatever happens at the same time, no key outlives its mark, and a missing key with no mark means that the vault has lost it.
/// </remarks>
/// <param name="vault">Where the keys are.</param>
/// <param name="masters">They wrap them; the first wraps new ones.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Notes every erasure by the person's path: after a restore of an older vault they are to be repeated.</param>
public sealed partial class PersonVault(IVaultStore vault, KeyRing masters, TimeProvider time, ILogger<PersonVault>? log = null) : IPersonVault
{
    /// <summary>How long a host may go on with a key that another one has destroyed.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);

    private const int MaxCached = 10_000;
    private const int MaxPersonLength = 180;
    private const string Prefix = "persons/";
    private const string KeySuffix = "/key";
    private const string ErasedSuffix = "/erased";

    private static readonly byte[] Mark = "erased"u8.ToArray();

    private readonly DataKeyCache cache = new(time, CacheTime, MaxCached);

    /// <inheritdoc/>
    public async ValueTask<string> ProtectAsync(string person, string purpose, string plaintext, CancellationToken cancellation = default)
    {
        Check(person);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentNullException.ThrowIfNull(plaintext);
        // Also when the key is at hand: it may have been destroyed on another host.
        if (await IsErasedAsync(person, cancellation))
            throw Erased(person);
        var key = await FindKeyAsync(person, cancellation) ?? await CreateKeyAsync(person, cancellation);
        try
        {
            return PersonCipher.Protect(key, person, purpose, plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string?> RevealAsync(string person, string purpose, string protectedText, CancellationToken cancellation = default)
    {
        Check(person);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentNullException.ThrowIfNull(protectedText);
        var whole = PersonCipher.Decode(protectedText);
        var key = await FindKeyAsync(person, cancellation);
        if (key is null)
        {
            return await IsErasedAsync(person, cancellation)
                ? null
                : throw new ProtectedTextException($"The vault holds no key of {person}, who was not erased: it was lost, or this is another vault. Restore its backup.");
        }

        try
        {
            return PersonCipher.Reveal(key, person, purpose, whole);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask EraseAsync(string person, CancellationToken cancellation = default)
    {
        Check(person);
        try
        {
            await vault.TryPutAsync(Prefix + person + ErasedSuffix, Mark, 0, cancellation); // It may be there already.
            await vault.RemoveAsync(Prefix + person + KeySuffix, cancellation);
            LogErased(log ?? NullLogger<PersonVault>.Instance, person);
        }
        finally
        {
            cache.Erase(person); // Also when it failed: the vault is asked then.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsErasedAsync(string person, CancellationToken cancellation = default)
    {
        Check(person);
        return await vault.FindAsync(Prefix + person + ErasedSuffix, cancellation) is not null;
    }

    /// <inheritdoc/>
    public async ValueTask<RewrapResult> RewrapAsync(CancellationToken cancellation = default)
    {
        var (rewrapped, current) = (0, 0);
        await foreach (var entry in vault.ListAsync(Prefix, cancellation))
        {
            if (!entry.Name.EndsWith(KeySuffix, StringComparison.Ordinal))
                continue;
            if (PersonCipher.MasterOf(entry.Value.Span) == masters.First.Id)
            {
                current++;
                continue;
            }

            var person = entry.Name[Prefix.Length..^KeySuffix.Length];
            var key = PersonCipher.Unwrap(masters, person, entry.Value.Span);
            var wrapped = PersonCipher.Wrap(masters.First, person, key);
            CryptographicOperations.ZeroMemory(key);
            // One that is not at this version any more was destroyed meanwhile, or wrapped anew by another host.
            if (await vault.TryPutAsync(entry.Name, wrapped, entry.Version, cancellation) is not null)
                rewrapped++;
        }

        return new RewrapResult(rewrapped, current);
    }

    /// <returns>A copy of the key, to be wiped; null when there is none, or the person was erased.</returns>
    private async ValueTask<byte[]?> FindKeyAsync(string person, CancellationToken cancellation)
    {
        if (cache.Find(person) is { } known)
            return known;
        var (since, erasures) = (time.GetTimestamp(), cache.Erasures);
        if (await vault.FindAsync(Prefix + person + KeySuffix, cancellation) is not { } entry || await IsErasedAsync(person, cancellation))
            return null;
        var key = PersonCipher.Unwrap(masters, person, entry.Value.Span);
        cache.Keep(person, key, since, erasures);
        return key;
    }

    private async ValueTask<byte[]> CreateKeyAsync(string person, CancellationToken cancellation)
    {
        var key = RandomNumberGenerator.GetBytes(PersonCipher.KeyBytes);
        var isOurs = await vault.TryPutAsync(Prefix + person + KeySuffix, PersonCipher.Wrap(masters.First, person, key), 0, cancellation) is not null;
        if (await IsErasedAsync(person, cancellation))
        {
            // The erasure may have come before our key, and would not have met it.
            if (isOurs)
                await vault.RemoveAsync(Prefix + person + KeySuffix, cancellation);
            throw Erased(person);
        }

        return isOurs ? key : await FindKeyAsync(person, cancellation) ?? throw Erased(person); // Another one was first.
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Person} was erased.")]
    private static partial void LogErased(ILogger log, string person);

    private static PersonErasedException Erased(string person) => new($"{person} was erased: nothing can be kept for this person any more.");

    private static void Check(string person)
    {
        ArgumentException.ThrowIfNullOrEmpty(person);
        if (person.Length > MaxPersonLength)
            throw new ArgumentException($"A person's path has at most {MaxPersonLength} characters, not {person.Length}.", nameof(person));
    }
}

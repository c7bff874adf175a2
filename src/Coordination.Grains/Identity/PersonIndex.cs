using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Coordination.Contracts.Identity;
using Coordination.Domain.Privacy;
using Coordination.Grains.Privacy;
using Coordination.Ledger.Vault;

namespace Coordination.Grains.Identity;

/// <summary>
/// Finds accounts by what must not be stored as it is: names, numbers and identities elsewhere, by their keyed hash; and keeps from being
/// taken twice what must be one account's own.
/// </summary>
internal sealed class PersonIndex(IVaultStore vault, IKeyedHasher hasher, IGrainFactory grains, TimeProvider time)
{
    private const string NamePurpose = "user-name";
    private const string LoginPurpose = "login";

    /// <summary>How long an account that is being opened may take to exist.</summary>
    private static readonly TimeSpan OpeningTime = TimeSpan.FromMinutes(1);

    public static string Normalise(string userName) => userName.Trim().Normalize(NormalizationForm.FormKC).ToLowerInvariant();

    public IReadOnlyList<string> OfName(string userName) => Names("names", NamePurpose, Normalise(userName));

    public IReadOnlyList<string> OfLogin(ExternalLogin login) => Names("logins", LoginPurpose, $"{login.Issuer}\n{login.Subject}");

    public IReadOnlyList<string> OfIdentityNumber(IdentityNumber number) => Names("identities", IdentityNumber.Purpose, number.Reveal());

    /// <summary>A number may be that of a family: each of its accounts has an entry below.</summary>
    public IReadOnlyList<string> OfPhone(PhoneNumber number) => Names("phones", PhoneNumber.Purpose, number.Reveal());

    public static IReadOnlyList<string> OfPasskey(ImmutableArray<byte> credentialId) => [$"passkeys/{Convert.ToHexStringLower(SHA256.HashData(credentialId.AsSpan()))}"];

    /// <summary>The account that has one of the names; null when none has.</summary>
    public async Task<string?> FindAsync(IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (await vault.FindAsync(names[i], CancellationToken.None) is not { } entry)
                continue;
            var account = Encoding.UTF8.GetString(entry.Value.Span);
            if (i > 0 && await vault.TryPutAsync(names[0], entry.Value, expectedVersion: 0, CancellationToken.None) is not null)
                await vault.RemoveAsync(names[i], CancellationToken.None); // Hashed with an older key: from now on with the newest.
            return account;
        }
        return null;
    }

    /// <summary>The first account with an entry below one of the names; null when there is none.</summary>
    public async Task<string?> FindBelowAsync(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            await foreach (var entry in vault.ListAsync(name + "/", CancellationToken.None))
                return entry.Name[(name.Length + 1)..];
        }
        return null;
    }

    /// <summary>Makes something an account's own; false when it is another's. Once more is as good as once.</summary>
    public async Task<bool> ReserveAsync(IReadOnlyList<string> names, string account)
    {
        if (await FindAsync(names) is not { } owner)
            return await vault.TryPutAsync(names[0], Encoding.UTF8.GetBytes(account), expectedVersion: 0, CancellationToken.None) is not null;
        if (owner == account)
            return true;
        // Whoever began to open an account and never did keeps nothing.
        if (await grains.GetGrain<IAccountGrain>(owner).GetStanding() is not null || IsOpening(owner))
            return false;
        await ReleaseAsync(names, owner);
        return await vault.TryPutAsync(names[0], Encoding.UTF8.GetBytes(account), expectedVersion: 0, CancellationToken.None) is not null;
    }

    /// <summary>Gives up what is an account's own; what is another's stays.</summary>
    public async Task ReleaseAsync(IReadOnlyList<string> names, string account)
    {
        foreach (var name in names)
        {
            if (await vault.FindAsync(name, CancellationToken.None) is { } entry && Encoding.UTF8.GetString(entry.Value.Span) == account)
                await vault.RemoveAsync(name, CancellationToken.None);
        }
    }

    public async Task AddBelowAsync(IReadOnlyList<string> names, string account) =>
        await vault.TryPutAsync($"{names[0]}/{account}", new byte[] { 1 }, expectedVersion: 0, CancellationToken.None);

    public async Task RemoveBelowAsync(IReadOnlyList<string> names, string account)
    {
        foreach (var name in names)
            await vault.RemoveAsync($"{name}/{account}", CancellationToken.None);
    }

    /// <summary>The id of an account says when it was made.</summary>
    private bool IsOpening(string account) =>
        Guid.TryParse(account, out var id) && time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16)) < OpeningTime;

    private List<string> Names(string folder, string purpose, string value) =>
        [.. hasher.Candidates(purpose, value).Select(hash => $"{folder}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hash)))}")];
}

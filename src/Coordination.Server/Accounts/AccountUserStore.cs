using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Identity;

namespace Coordination.Server.Accounts;

/// <summary>
/// Accounts for ASP.NET Core Identity, which checks passkeys. Everything else about accounts is asked of their grains, which count attempts and know
/// sessions however many hosts there are.
/// </summary>
internal sealed class AccountUserStore(IGrainFactory grains) : IUserPasskeyStore<AccountUser>
{
    public Task<string> GetUserIdAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task<string?> GetNormalizedUserNameAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public async Task<AccountUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        SubjectPath.IsId(userId) && await Account(userId).GetCredentials() is { } credentials ? new AccountUser(userId, credentials.UserName) : null;

    public async Task<AccountUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        await grains.GetGrain<IPeopleGrain>(0).FindByName(normalizedUserName) is { } id ? await FindByIdAsync(id, cancellationToken) : null;

    public async Task<AccountUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await grains.GetGrain<IPeopleGrain>(0).FindByPasskey([.. credentialId]) is { } id ? await FindByIdAsync(id, cancellationToken) : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(AccountUser user, CancellationToken cancellationToken) =>
        [.. (await Account(user.Id).GetCredentials())?.Passkeys.Select(ToInfo) ?? []];

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(AccountUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await GetPasskeysAsync(user, cancellationToken)).FirstOrDefault(passkey => passkey.CredentialId.AsSpan().SequenceEqual(credentialId));

    public async Task AddOrUpdatePasskeyAsync(AccountUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var result = await PutAsync(user.Id, passkey, lastUsedAt: null);
        if (result.Status is not CommandStatus.Done)
            throw new InvalidOperationException(result.Rejection?.Detail ?? result.Status.ToString());
    }

    public Task RemovePasskeyAsync(AccountUser user, byte[] credentialId, CancellationToken cancellationToken) => Account(user.Id).RemovePasskey([.. credentialId]);

    public Task<CommandResult> PutAsync(string id, UserPasskeyInfo passkey, DateTimeOffset? lastUsedAt) => Account(id).PutPasskey(new StoredPasskey(
        [.. passkey.CredentialId], [.. passkey.PublicKey], passkey.Name ?? "", passkey.CreatedAt, lastUsedAt, passkey.SignCount,
        [.. passkey.Transports ?? []], passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp));

    public Task SetUserNameAsync(AccountUser user, string? userName, CancellationToken cancellationToken) => throw NotHere();

    public Task SetNormalizedUserNameAsync(AccountUser user, string? normalizedName, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> CreateAsync(AccountUser user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> UpdateAsync(AccountUser user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> DeleteAsync(AccountUser user, CancellationToken cancellationToken) => throw NotHere();

    public void Dispose()
    {
        // Holds nothing.
    }

    private IAccountGrain Account(string id) => grains.GetGrain<IAccountGrain>(id);

    // The attestation is looked at when the passkey is made, and not kept.
    private static UserPasskeyInfo ToInfo(StoredPasskey passkey) => new(
        [.. passkey.CredentialId], [.. passkey.PublicKey], passkey.AddedAt, passkey.SignCount, [.. passkey.Transports.IsDefault ? [] : passkey.Transports],
        passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp, [], []) { Name = passkey.Name };

    private static NotSupportedException NotHere() => new("Accounts are opened and changed by their grains.");
}

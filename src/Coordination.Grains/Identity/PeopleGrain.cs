using System.Collections.Immutable;
using Coordination.Contracts.Identity;
using Coordination.Domain.Privacy;
using Coordination.Ledger.Vault;
using Orleans.Concurrency;

namespace Coordination.Grains.Identity;

/// <summary>Asks the vault; keeps nothing.</summary>
[StatelessWorker, Reentrant]
public sealed class PeopleGrain : Grain, IPeopleGrain
{
    private readonly IVaultStore vault;
    private readonly PersonIndex index;
    private readonly MemberIndex members;

    public PeopleGrain(IVaultStore vault, Privacy.IKeyedHasher hasher, IGrainFactory grains, TimeProvider time)
    {
        this.vault = vault;
        index = new PersonIndex(vault, hasher, grains, time);
        members = new MemberIndex(vault);
    }

    public async Task<string?> FindByName(string userName) => string.IsNullOrWhiteSpace(userName) ? null : await index.FindAsync(index.OfName(userName));

    public async Task<string?> FindByPhone(string phone) => PhoneNumber.TryParse(phone, out var number) ? await index.FindBelowAsync(index.OfPhone(number)) : null;

    public async Task<string?> FindByIdentityNumber(string number) =>
        IdentityNumber.TryParse(number, out var parsed) ? await index.FindAsync(index.OfIdentityNumber(parsed)) : null;

    public Task<string?> FindByPasskey(ImmutableArray<byte> credentialId) => index.FindAsync(PersonIndex.OfPasskey(credentialId));

    public Task<string?> FindByLogin(ExternalLogin login) => index.FindAsync(index.OfLogin(login));

    public Task<MemberPage> List(string kind, ImmutableArray<string> keys, string? cursor, int limit) => members.ListAsync(kind, keys, cursor, limit);

    public async Task<ImmutableArray<string>> ActingFor(string account)
    {
        var (prefix, found) = ($"delegates/{account}/", ImmutableArray.CreateBuilder<string>());
        await foreach (var entry in vault.ListAsync(prefix, CancellationToken.None))
            found.Add(entry.Name[prefix.Length..]);
        return found.ToImmutable();
    }
}

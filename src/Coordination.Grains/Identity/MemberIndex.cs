using System.Collections.Immutable;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Ledger.Vault;

namespace Coordination.Grains.Identity;

/// <summary>
/// Who has a role where, as entries of the vault (<c>members/{kind}/{scope}/{id}</c>), so that a list reads those of a scope and no others. An
/// entry is made before the role is given and removed after it was taken, so that nobody is missing; one too many is passed over.
/// </summary>
internal sealed class MemberIndex(IVaultStore vault)
{
    public const int MaxPage = 200;

    private static readonly byte[] Mark = [1];

    public async Task AddAsync(string kind, AccessScope scope, string id) =>
        await vault.TryPutAsync(NameOf(kind, scope, id), Mark, expectedVersion: 0, CancellationToken.None);

    public async Task<bool> RemoveAsync(string kind, AccessScope scope, string id) => await vault.RemoveAsync(NameOf(kind, scope, id), CancellationToken.None);

    public async Task<MemberPage> ListAsync(string kind, ImmutableArray<string> keys, string? cursor, int limit)
    {
        var root = $"members/{kind}/";
        var items = ImmutableArray.CreateBuilder<Member>();
        foreach (var prefix in Outermost(keys))
        {
            // A key that begins with another's text was dropped, so the prefixes are in the order of all names below them.
            if (cursor is not null && string.CompareOrdinal(prefix, cursor) < 0 && !cursor.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            await foreach (var entry in vault.ListAsync(root + prefix, CancellationToken.None))
            {
                var name = entry.Name[root.Length..];
                if (cursor is not null && string.CompareOrdinal(name, cursor) <= 0)
                    continue;
                if (items.Count == Math.Clamp(limit, 1, MaxPage))
                    return new MemberPage(items.ToImmutable(), items[^1].Key + items[^1].Id);
                var slash = name.LastIndexOf('/') + 1;
                items.Add(new Member(name[slash..], name[..slash]));
            }
        }
        return new MemberPage(items.ToImmutable(), null);
    }

    private static List<string> Outermost(ImmutableArray<string> keys)
    {
        var outermost = new List<string>();
        foreach (var key in keys.Distinct().Order(StringComparer.Ordinal))
        {
            if (outermost.Count == 0 || !key.StartsWith(outermost[^1], StringComparison.Ordinal))
                outermost.Add(key);
        }
        return outermost;
    }

    private static string NameOf(string kind, AccessScope scope, string id) => $"members/{kind}/{MemberKeys.Of(scope)}{id}";
}

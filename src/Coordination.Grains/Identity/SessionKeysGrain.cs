using System.Text;
using System.Text.Json;
using Coordination.Contracts.Identity;
using Coordination.Grains.Privacy;
using Coordination.Ledger.Vault;

namespace Coordination.Grains.Identity;

/// <summary>Keeps the keys of cookies in the vault, encrypted as if they were a person's; asks it each time, as hosts do so once an hour.</summary>
public sealed class SessionKeysGrain(IVaultStore vault, IPersonVault protection) : Grain, ISessionKeysGrain
{
    private const string Entry = "system/session-keys";
    private const string Owner = "system/sessions";
    private const string Purpose = "session-keys";

    /// <summary>The oldest goes when there are more: none has protected anything for years.</summary>
    private const int MaxKept = 24;

    public async Task<SessionKeyElements> Read()
    {
        if (await vault.FindAsync(Entry, CancellationToken.None) is not { } entry)
            return new SessionKeyElements(0, []);
        var text = await protection.RevealAsync(Owner, Purpose, Encoding.ASCII.GetString(entry.Value.Span));
        return new SessionKeyElements(entry.Version, text is null ? [] : [.. JsonSerializer.Deserialize(text, PersonJson.Default.StringArray) ?? []]);
    }

    public async Task<bool> TryAdd(string element, long expectedVersion)
    {
        var kept = await Read();
        if (kept.Version != expectedVersion)
            return false;
        string[] all = [.. kept.Elements.TakeLast(MaxKept - 1), element];
        var text = await protection.ProtectAsync(Owner, Purpose, JsonSerializer.Serialize(all, PersonJson.Default.StringArray));
        return await vault.TryPutAsync(Entry, Encoding.ASCII.GetBytes(text), expectedVersion, CancellationToken.None) is not null;
    }
}

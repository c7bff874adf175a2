using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coordination.Grains.Privacy;
using Coordination.Ledger;
using Coordination.Ledger.Vault;

namespace Coordination.Grains.Identity;

/// <summary>
/// Something that is held about a person: an entry of the vault, encrypted with the person's key, and kept in memory while its grain is. A
/// grain that is not the only one finds out when it writes.
/// </summary>
internal sealed class PersonDocument<T>(IVaultStore vault, IPersonVault people, string person, string name, JsonTypeInfo<T> json)
    where T : class, new()
{
    private T? known;
    private long version;

    public string EntryName => $"{person}/{name}";

    /// <summary>What is held; an empty one when nothing is, or when the person was erased.</summary>
    public async ValueTask<T> ReadAsync() => known ?? await ReadAgainAsync();

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="StoreUnavailableException">The vault cannot be written, or another activation has written meanwhile; what is there is read again.</exception>
    public async Task WriteAsync(T value)
    {
        await ReadAsync();
        var expected = version;
        known = null; // Unless it is written, what is there has to be looked at again.
        var text = await people.ProtectAsync(person, name, JsonSerializer.Serialize(value, json));
        version = await vault.TryPutAsync(EntryName, Encoding.ASCII.GetBytes(text), expected, CancellationToken.None)
            ?? throw new StoreUnavailableException($"{person} was changed by another activation; ask again.");
        known = value;
    }

    public void Forget() => known = null;

    private async Task<T> ReadAgainAsync()
    {
        if (await vault.FindAsync(EntryName, CancellationToken.None) is not { } entry)
        {
            version = 0;
            return known = new T();
        }
        var text = await people.RevealAsync(person, name, Encoding.ASCII.GetString(entry.Value.Span));
        version = entry.Version;
        return known = text is null ? new T() : JsonSerializer.Deserialize(text, json) ?? new T();
    }
}

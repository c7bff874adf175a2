using System.Text;
using Coordination.Ledger;
using Coordination.Ledger.Vault;

namespace Coordination.Grains.Privacy;

/// <summary>
/// Notes in the vault by which keys it was used, without telling anything of them, and refuses a host that has others: what that one hashed
/// would match nothing, and what it encrypted nobody else could read.
/// </summary>
/// <param name="vault">The vault.</param>
/// <param name="isShared">
/// Several hosts use it. Then a new key must be known to them before one of them makes something with it: it may not come first at once.
/// </param>
internal sealed class KeyCheck(IVaultStore vault, bool isShared)
{
    private const int Attempts = 20;

    /// <summary>Whether keys of this use were ever noted.</summary>
    public async ValueTask<bool> HasNotesAsync(string use, CancellationToken cancellation) => await vault.FindAsync(NameOf(use), cancellation) is not null;

    /// <summary>Compares and notes what is new.</summary>
    /// <param name="use"><c>hash</c> or <c>master</c>.</param>
    /// <param name="ring">The keys of this host.</param>
    /// <param name="retired">Ids that are not known any more on purpose.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="PrivacyKeyException">This host has other keys than those before it.</exception>
    public async ValueTask CheckAsync(string use, KeyRing ring, IReadOnlySet<string> retired, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var entry = await vault.FindAsync(NameOf(use), cancellation);
            var before = entry is null ? "" : Encoding.UTF8.GetString(entry.Value.Span);
            var after = Write(Merge(use, ring, retired, Read(before)));
            if (after == before || await vault.TryPutAsync(NameOf(use), Encoding.UTF8.GetBytes(after), entry?.Version ?? 0, cancellation) is not null)
                return;
        }

        throw new StoreUnavailableException("The notes about the privacy keys change all the time: other hosts start at this moment. Start this host again.");
    }

    private List<Note> Merge(string use, KeyRing ring, IReadOnlySet<string> retired, List<Note> known)
    {
        var merged = new List<Note>(known.Count);
        foreach (var note in known)
        {
            var key = ring.Find(note.Id);
            if (key is null && !note.IsRetired && !retired.Contains(note.Id))
                throw new PrivacyKeyException(
                    $"This host does not know the {use} key {note.Id}, which this vault was used with: what was made with it would be lost. Give it the keys of the other hosts; "
                    + $"to give the key up for good, start with Coordination:Privacy:Retired={use}/{note.Id}.");
            if (key is not null && key.CheckValue() != note.Check)
                throw new PrivacyKeyException(
                    $"The {use} key {note.Id} of this host is not the one that this vault was used with. Give this host the keys of the other hosts, or restore the file; a new key has a new id.");
            merged.Add(note with { IsRetired = key is null });
        }

        if (isShared && known.Count > 0 && !known.Exists(note => note.Id == ring.First.Id))
            throw new PrivacyKeyException(
                $"The {use} key {ring.First.Id} is new, and comes first: the other hosts could not read what this one makes with it. Put it behind the others on all hosts, "
                + "restart them, and then put it first.");
        merged.AddRange(ring.Keys.Where(key => !known.Exists(note => note.Id == key.Id)).Select(key => new Note(key.Id, key.CheckValue(), IsRetired: false)));
        return merged;
    }

    private static string NameOf(string use) => $"privacy/keys/{use}";

    private static List<Note> Read(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(words => new Note(words[0], words[1], words.Length > 2))];

    private static string Write(List<Note> notes) => string.Concat(notes.Select(note => $"{note.Id} {note.Check}{(note.IsRetired ? " retired" : "")}\n"));

    /// <summary>A key that was used: a line of the value in the vault.</summary>
    private sealed record Note(string Id, string Check, bool IsRetired);
}

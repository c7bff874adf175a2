using System.Collections.Immutable;
using System.Globalization;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain.Accounts;

namespace Coordination.Grains.Identity;

/// <summary>Who has looked at the person, how she is forgotten, and what outlives its period.</summary>
public sealed partial class AccountGrain
{
    private const string LookFolder = "looks/";

    /// <summary>Looks in one document of the vault, which is a page for who reads them.</summary>
    private const int LooksPerBook = 100;

    private static readonly TimeSpan SameLook = TimeSpan.FromMinutes(10);

    private (string Name, PersonDocument<LookBook> Book)? current;

    public Task NoteLook(string by, string what, string? place) => InTurnAsync(async () =>
    {
        if (!await ExistsAsync() || Committed.Status is AccountStatus.Erased)
            return false;
        var now = Time.GetUtcNow();
        var (name, book) = current ??= await NewestBookAsync(now);
        var looks = (await book.ReadAsync()).Looks;
        if (looks.LastOrDefault(look => look.By == by && look.What == what && look.Place == place) is { } same && now - same.At < SameLook)
        {
            await book.WriteAsync(new LookBook { Looks = [.. looks.Remove(same), same with { At = now, Times = same.Times + 1 }] });
            return true;
        }
        if (looks.Length >= LooksPerBook || !name.StartsWith(MonthOf(now), StringComparison.Ordinal))
        {
            (name, book) = OpenBook(NameAfter(name, now));
            current = (name, book);
            looks = (await book.ReadAsync()).Looks;
        }
        await book.WriteAsync(new LookBook { Looks = [.. looks, new Look(now, by, what, place, 1)] });
        return true;
    });

    public async Task<LookPage> GetLooks(string? cursor)
    {
        if (!await ExistsAsync())
            return new LookPage([], null);
        var names = await BooksAsync();
        var at = cursor is null ? names.Count - 1 : names.FindLastIndex(name => string.CompareOrdinal(name, cursor) <= 0);
        if (at < 0)
            return new LookPage([], null);
        var book = current is { } open && open.Name == names[at] ? open.Book : OpenBook(names[at]).Book;
        return new LookPage([.. (await book.ReadAsync()).Looks.Reverse()], at > 0 ? names[at - 1] : null);
    }

    public Task<CommandResult> Erase(string reason, string by) => InTurnAsync(async () =>
    {
        if (!await ExistsAsync())
            return Refused(NotThere);
        var result = await ExecuteAsync(new EraseAccount(reason, by), null);
        if (result.Status is CommandStatus.Done)
            await FinishErasureAsync();
        return result;
    });

    public Task<Swept> Sweep(RetentionPeriods periods) => InTurnAsync(async () =>
    {
        if (!await ExistsAsync())
            return default;
        if (Committed.Status is AccountStatus.Erased)
            return new Swept(0, 0, 0, await FinishErasureAsync());
        var (book, now) = (await sessions.ReadAsync(), Time.GetUtcNow());
        if (await credentials.ReadAsync() is { Code: { } code } known && code.Until <= now)
            await credentials.WriteAsync(known with { Code = null });
        var signIns = book.SignIns.Where(note => now - note.At < periods.SignIns).ToImmutableArray();
        var kept = book.Sessions.Where(session => session.EndedAt is not { } ended || now - ended < periods.EndedSessions).ToImmutableArray();
        if (signIns.Length < book.SignIns.Length || kept.Length < book.Sessions.Length)
            await sessions.WriteAsync(book with { SignIns = signIns, Sessions = kept });
        return new Swept(book.SignIns.Length - signIns.Length, await SweepLooksAsync(now - periods.Looks), book.Sessions.Length - kept.Length, 0);
    });

    /// <summary>
    /// Destroys what is known about the person. What finds her first, then the documents that say what finds her, and the key at the end: so
    /// that whatever is interrupted can be done again. How many documents were there.
    /// </summary>
    private async Task<int> FinishErasureAsync()
    {
        var (person, known) = (await details.ReadAsync(), await credentials.ReadAsync());
        if (person.UserName.Length > 0)
            await index.ReleaseAsync(index.OfName(person.UserName), id);
        foreach (var login in person.Logins)
            await index.ReleaseAsync(index.OfLogin(login), id);
        if (Identity(person) is { } number)
            await index.ReleaseAsync(number, id);
        if (Phone(person) is { } phone)
            await index.RemoveBelowAsync(phone, id);
        foreach (var passkey in known.Passkeys)
            await index.ReleaseAsync(PersonIndex.OfPasskey(passkey.CredentialId), id);
        foreach (var scope in Committed.Grants.Select(grant => grant.Scope).Distinct())
            await members.RemoveAsync(Kind, scope, id);
        var removed = await RemoveAllAsync($"{Path}/") + await RemoveAllAsync($"delegates/{id}/");
        if (!await people.IsErasedAsync(Path) || removed > 0)
            await people.EraseAsync(Path);
        details.Forget();
        credentials.Forget();
        sessions.Forget();
        current = null;
        return removed;
    }

    private async Task<int> RemoveAllAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var entry in vault.ListAsync(prefix, CancellationToken.None))
            names.Add(entry.Name);
        foreach (var name in names)
            await vault.RemoveAsync(name, CancellationToken.None);
        return names.Count;
    }

    private async Task<int> SweepLooksAsync(DateTimeOffset before)
    {
        var removed = 0;
        foreach (var name in await BooksAsync())
        {
            if (string.CompareOrdinal(name, MonthOf(before) + "~") > 0)
                break; // Of a later month.
            var book = current is { } open && open.Name == name ? open.Book : OpenBook(name).Book;
            var looks = (await book.ReadAsync()).Looks;
            var kept = looks.Where(look => look.At >= before).ToImmutableArray();
            removed += looks.Length - kept.Length;
            if (kept.IsEmpty)
            {
                await vault.RemoveAsync(book.EntryName, CancellationToken.None);
                book.Forget();
            }
            else if (kept.Length < looks.Length)
                await book.WriteAsync(new LookBook { Looks = kept });
        }
        return removed;
    }

    private async Task<(string Name, PersonDocument<LookBook> Book)> NewestBookAsync(DateTimeOffset now) =>
        OpenBook((await BooksAsync()) is [.., var newest] ? newest : MonthOf(now) + "0001");

    /// <summary>Names of the documents, oldest first.</summary>
    private async Task<List<string>> BooksAsync()
    {
        var (prefix, names) = ($"{Path}/{LookFolder}", new List<string>());
        await foreach (var entry in vault.ListAsync(prefix, CancellationToken.None))
            names.Add(entry.Name[prefix.Length..]);
        return names;
    }

    private (string Name, PersonDocument<LookBook> Book) OpenBook(string name) =>
        (name, new PersonDocument<LookBook>(vault, people, Path, LookFolder + name, PersonJson.Default.LookBook));

    private static string MonthOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture) + "-";

    private static string NameAfter(string name, DateTimeOffset now) =>
        name.StartsWith(MonthOf(now), StringComparison.Ordinal) && int.TryParse(name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..], out var number)
            ? $"{MonthOf(now)}{number + 1:0000}"
            : MonthOf(now) + "0001";
}

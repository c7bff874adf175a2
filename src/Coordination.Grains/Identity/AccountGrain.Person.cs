using System.Collections.Immutable;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Accounts;
using Coordination.Domain.Privacy;

namespace Coordination.Grains.Identity;

/// <summary>What is known about the person, and how it is changed and shown.</summary>
public sealed partial class AccountGrain
{
    private const int MaxPlates = 5;
    private const int MaxUserName = 64;
    private const int MaxDisplayName = 80;

    public async Task<OwnAccount?> GetOwn()
    {
        if (await GetCard() is not { } card)
            return null;
        var (signIn, book, now) = (await credentials.ReadAsync(), await sessions.ReadAsync(), Time.GetUtcNow());
        return new OwnAccount(
            card,
            [.. signIn.Passkeys.Select(passkey => new PasskeyView(IdOf(passkey.CredentialId), passkey.Name, passkey.AddedAt, passkey.LastUsedAt))],
            [.. book.Sessions.Where(session => session.EndedAt is null).Select(session => new SessionView(session.Id, session.StartedAt, session.LastSeenAt, session.Browser))],
            [.. Committed.Delegates.Where(consent => consent.HoldsAt(now))],
            signIn.PasswordHash is not null);
    }

    public async Task<PersonExport?> Export()
    {
        if (await GetOwn() is not { } own)
            return null;
        var (person, book, looks) = (await details.ReadAsync(), await sessions.ReadAsync(), ImmutableArray.CreateBuilder<Look>());
        for (string? cursor = null; ;)
        {
            var page = await GetLooks(cursor);
            looks.AddRange(page.Items);
            if ((cursor = page.Next) is null)
                return new PersonExport(own, person.Phone, person.IdentityNumber, person.Plates, book.SignIns, looks.ToImmutable());
        }
    }

    public Task<CommandResult> ChangeContact(ContactChange change, string by) => InTurnAsync(async () =>
    {
        if (!await IsOpenAsync())
            return Refused(NotThere);
        var before = await details.ReadAsync();
        if (Read(change, before, out var after) is { } invalid)
            return Refused(invalid);
        var fields = Changed(before, after);
        if (fields.IsEmpty)
            return new CommandResult(CommandStatus.Done, CommittedVersion);
        if (after.IdentityNumber != before.IdentityNumber && Identity(after) is { } taken && !await index.ReserveAsync(taken, id))
            return Refused(Rejection.Conflict("identity-in-use", "Another account has this identity number."));
        if (after.Phone != before.Phone && Phone(after) is { } reached)
            await index.AddBelowAsync(reached, id);
        await details.WriteAsync(after);
        if (after.IdentityNumber != before.IdentityNumber && Identity(before) is { } released)
            await index.ReleaseAsync(released, id);
        if (after.Phone != before.Phone && Phone(before) is { } left)
            await index.RemoveBelowAsync(left, id);
        return await ExecuteAsync(new NoteContact(fields, by), null);
    });

    private IReadOnlyList<string>? Identity(PersonDetails person) =>
        IdentityNumber.TryParse(person.IdentityNumber, out var number) ? index.OfIdentityNumber(number) : null;

    private IReadOnlyList<string>? Phone(PersonDetails person) => PhoneNumber.TryParse(person.Phone, out var number) ? index.OfPhone(number) : null;

    private static ContactView Masked(PersonDetails person) => new(
        PhoneNumber.TryParse(person.Phone, out var phone) ? phone.Masked : null,
        IdentityNumber.TryParse(person.IdentityNumber, out var number) ? number.Masked : null,
        [.. person.Plates.Select(text => PlateNumber.TryParse(text, out var plate) ? plate.Masked : "")]);

    private static Rejection? Read(ContactChange change, PersonDetails before, out PersonDetails after)
    {
        after = before;
        if (change.DisplayName is { } name)
        {
            if (CheckDisplayName(name) is { } invalid)
                return invalid;
            after = after with { DisplayName = name.Trim() };
        }
        if (change.Phone is { } phone)
        {
            PhoneNumber? number = null;
            if (phone.Length > 0 && !PhoneNumber.TryParse(phone, out number, out var fault))
                return fault.ToRejection("phone");
            after = after with { Phone = number?.Reveal() };
        }
        if (change.IdentityNumber is { } identity)
        {
            IdentityNumber? number = null;
            if (identity.Length > 0 && !IdentityNumber.TryParse(identity, out number, out var fault))
                return fault.ToRejection("identityNumber");
            after = after with { IdentityNumber = number?.Reveal() };
        }
        return change.Plates.IsDefault ? null : ReadPlates(change.Plates, ref after);
    }

    private static Rejection? ReadPlates(ImmutableArray<string> texts, ref PersonDetails after)
    {
        if (texts.Length > MaxPlates)
            return Rejection.Malformed("plates", $"At most {MaxPlates}.");
        var plates = new List<string>();
        for (var i = 0; i < texts.Length; i++)
        {
            if (!PlateNumber.TryParse(texts[i], out var plate, out var fault))
                return fault.ToRejection($"plates[{i}]");
            plates.Add(plate.Reveal());
        }
        after = after with { Plates = [.. plates.Distinct()] };
        return null;
    }

    private static ImmutableArray<string> Changed(PersonDetails before, PersonDetails after)
    {
        var fields = ImmutableArray.CreateBuilder<string>();
        if (before.DisplayName != after.DisplayName)
            fields.Add("displayName");
        if (before.Phone != after.Phone)
            fields.Add("phone");
        if (before.IdentityNumber != after.IdentityNumber)
            fields.Add("identityNumber");
        if (!before.Plates.SameAs(after.Plates))
            fields.Add("plates");
        return fields.ToImmutable();
    }

    private static Rejection? Check(NewAccount account)
    {
        var name = PersonIndex.Normalise(account.UserName);
        if (name.Length is 0 or > MaxUserName || !name.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '@' or '+'))
            return Rejection.Malformed("userName", $"A user name has 1 to {MaxUserName} letters, digits and . _ - @ +.");
        return CheckDisplayName(account.DisplayName);
    }

    private static Rejection? CheckDisplayName(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > MaxDisplayName || name.Any(char.IsControl)
            ? Rejection.Malformed("displayName", $"A name has 1 to {MaxDisplayName} characters.")
            : null;
}

using System.Text.Json.Serialization;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Domain.Accounts;
using Coordination.Domain.Privacy;

namespace Coordination.Server.Accounts;

/// <summary>Contact as it is shown: masked, such as <c>138****5678</c>.</summary>
public sealed record ContactAnswer(string? Phone, string? IdentityNumber, IReadOnlyList<string> Plates);

/// <summary>A passkey.</summary>
public sealed record PasskeyAnswer(string Id, string Name, DateTimeOffset AddedAt, DateTimeOffset? LastUsedAt);

/// <summary>A session of a browser.</summary>
/// <param name="Id">Its id.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="LastSeenAt">When it was last used, to ten minutes.</param>
/// <param name="Browser">What a person recognises it by.</param>
/// <param name="IsThis">Whether it is the one that asks.</param>
public sealed record OwnSessionAnswer(string Id, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, string Browser, bool IsThis);

/// <summary>代办: somebody who may act for another.</summary>
/// <param name="Delegate">Subject path of who may.</param>
/// <param name="Name">Her name, masked.</param>
/// <param name="GrantedAt">When it was consented to.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record DelegateAnswer(string Delegate, string Name, DateTimeOffset GrantedAt, DateTimeOffset Until);

/// <summary>Somebody whom one may act for.</summary>
/// <param name="Subject">For the header <c>On-Behalf-Of</c>.</param>
/// <param name="Name">Her name, masked.</param>
/// <param name="Until">Until when.</param>
public sealed record ActingForAnswer(string Subject, string Name, DateTimeOffset Until);

/// <summary>What is held about oneself.</summary>
public sealed record OwnAnswer(
    string Subject, string UserName, string DisplayName, DateTimeOffset CreatedAt, IReadOnlyList<RoleAnswer> Roles, ContactAnswer Contact, bool HasPassword,
    IReadOnlyList<PasskeyAnswer> Passkeys, IReadOnlyList<OwnSessionAnswer> Sessions, IReadOnlyList<DelegateAnswer> Delegates);

/// <summary>What is to be known from now on: what is left out stays, what is empty is removed.</summary>
/// <param name="DisplayName">1 to 80 characters.</param>
/// <param name="Phone">Of mainland China.</param>
/// <param name="IdentityNumber">18 characters; one account only.</param>
/// <param name="Plates">At most 5.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ContactBody(string? DisplayName = null, string? Phone = null, string? IdentityNumber = null, IReadOnlyList<string>? Plates = null);

/// <summary>Another password.</summary>
/// <param name="Current">The one before; left out when there is none yet.</param>
/// <param name="New">8 to 128 characters, 12 for staff, not easily guessed.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PasswordBody([property: JsonRequired] string New, string? Current = null);

/// <summary>The password once more, for what cannot be undone; left out within five minutes after signing in with a passkey.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ConfirmationBody(string? Password = null);

/// <summary>Somebody who is to act for one.</summary>
/// <param name="UserName">Her user name.</param>
/// <param name="Until">When it ends; in a year at the latest, and then when left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DelegateBody([property: JsonRequired] string UserName, DateTimeOffset? Until = null);

/// <summary>Somebody has looked at one.</summary>
/// <param name="At">When last.</param>
/// <param name="By">Who, as people say it: the role and the name.</param>
/// <param name="Subject">Subject path of who.</param>
/// <param name="What">list, account, lookup, export, or code for a one-use code that was issued.</param>
/// <param name="Place">Where.</param>
/// <param name="Times">How often within ten minutes.</param>
public sealed record LookAnswer(DateTimeOffset At, string By, string Subject, string What, string? Place, int Times);

/// <summary>A page of looks, newest first.</summary>
public sealed record LookPageAnswer(IReadOnlyList<LookAnswer> Items, string? Next);

/// <summary>Everything that is held about a person, unmasked, for her.</summary>
public sealed record ExportAnswer(
    DateTimeOffset At, OwnAnswer Account, string? Phone, string? IdentityNumber, IReadOnlyList<string> Plates, IReadOnlyList<SignInAnswer> SignIns, IReadOnlyList<LookAnswer> Looks);

/// <summary>One sign-in or attempt.</summary>
public sealed record SignInAnswer(DateTimeOffset At, bool Succeeded, string Method, string Browser);

/// <summary>An account as staff sees it.</summary>
/// <param name="Subject">Its path.</param>
/// <param name="UserName">Masked for who may see no more.</param>
/// <param name="DisplayName">Masked for who may see no more.</param>
/// <param name="Roles">What it is, and where.</param>
/// <param name="IsActive">Whether it may be signed in to.</param>
/// <param name="CreatedAt">When it was opened.</param>
/// <param name="Contact">Masked; of a single account only.</param>
public sealed record AccountAnswer(
    string Subject, string UserName, string DisplayName, IReadOnlyList<RoleAnswer> Roles, bool IsActive, DateTimeOffset CreatedAt, ContactAnswer? Contact = null)
{
    internal static AccountAnswer Of(AccountCard card, bool isMasked, bool withContact = false) => new(
        card.Subject,
        isMasked ? Mask(card.UserName) : MaskNumber(card.UserName),
        isMasked ? Mask(card.DisplayName) : card.DisplayName,
        RoleAnswer.Of(card.Grants), card.Status is AccountStatus.Open, card.OpenedAt,
        withContact ? new ContactAnswer(card.Contact.Phone, card.Contact.IdentityNumber, card.Contact.Plates) : null);

    /// <summary>A name as it is, unless it is a number that identifies its person: many sign in with their phone number.</summary>
    private static string MaskNumber(string name) =>
        PhoneNumber.TryParse(name, out var phone) ? phone.Masked : IdentityNumber.TryParse(name, out var identity) ? identity.Masked : name;

    /// <summary>The first character, and a star for each of the others, three at most.</summary>
    internal static string Mask(string name)
    {
        var runes = name.EnumerateRunes().ToList();
        return runes.Count == 0 ? "" : runes[0] + new string('*', Math.Clamp(runes.Count - 1, 1, 3));
    }
}

/// <summary>A page of accounts.</summary>
/// <param name="Items">In a fixed order, not that of their names.</param>
/// <param name="Next">For <c>cursor</c>, when there are more.</param>
public sealed record AccountPage(IReadOnlyList<AccountAnswer> Items, string? Next);

/// <summary>By what an account is looked for: just one of them.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LookupBody(string? Phone = null, string? IdentityNumber = null, string? UserName = null);

/// <summary>A role to give.</summary>
/// <param name="Role">Which.</param>
/// <param name="Scope">Where.</param>
/// <param name="Until">When it ends by itself; left out for never.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GrantBody([property: JsonRequired] Role Role, [property: JsonRequired] AccessScope Scope, DateTimeOffset? Until = null)
{
    internal RoleGrant ToGrant() => new(Role, Scope, Until);
}

/// <summary>Why.</summary>
/// <param name="Reason">1 to 200 characters, without personal data: it is kept.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReasonBody([property: JsonRequired] string Reason);

/// <summary>A new account of staff.</summary>
/// <param name="UserName">1 to 64 letters, digits and <c>. _ - @ +</c>.</param>
/// <param name="DisplayName">1 to 80 characters.</param>
/// <param name="Roles">As far as you may give them.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StaffBody(
    [property: JsonRequired] string UserName,
    [property: JsonRequired] string DisplayName,
    [property: JsonRequired] IReadOnlyList<GrantBody> Roles);

/// <summary>A one-use code, this once: only its hash is kept.</summary>
/// <param name="UserName">The user name that it goes with; a number in it is masked, its person knows it.</param>
/// <param name="Code">12 digits in groups of four.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record CodeAnswer(string UserName, string Code, DateTimeOffset Until);

/// <summary>A new account, and with what its person sets her first password.</summary>
public sealed record OpenedAccountAnswer(AccountAnswer Account, CodeAnswer FirstPassword);

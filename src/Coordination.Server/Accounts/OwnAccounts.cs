using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>What the person of an account is shown, with the names of the others that it speaks of.</summary>
internal sealed class OwnAccounts(IGrainFactory grains, SubjectNames names, PlaceLocations locations, AccessGate gate)
{
    public async Task<OwnAnswer> ShowAsync(HttpContext http, OwnAccount own)
    {
        var card = own.Card;
        var session = SessionCookies.SessionOf(http);
        var delegates = await Task.WhenAll(own.Delegates.Select(async consent =>
            new DelegateAnswer(consent.Delegate, await MaskedNameAsync(consent.Delegate), consent.GrantedAt, consent.Until)));
        return new OwnAnswer(
            card.Subject, card.UserName, card.DisplayName, card.OpenedAt, RoleAnswer.Of(card.Grants),
            new ContactAnswer(card.Contact.Phone, card.Contact.IdentityNumber, card.Contact.Plates), own.HasPassword,
            [.. own.Passkeys.Select(passkey => new PasskeyAnswer(passkey.Id, passkey.Name, passkey.AddedAt, passkey.LastUsedAt))],
            [.. own.Sessions.Select(one => new OwnSessionAnswer(one.Id, one.StartedAt, one.LastSeenAt, one.Browser, one.Id == session))],
            delegates);
    }

    public async Task<IReadOnlyList<LookAnswer>> ShowAsync(IEnumerable<Look> looks)
    {
        var known = looks.ToList();
        var called = await names.OfAsync(known.Select(look => look.By));
        return [.. known.Select(look => new LookAnswer(look.At, NameOf(look.By, called.GetValueOrDefault(look.By)), look.By, look.What, look.Place, look.Times))];
    }

    public async Task<string> MaskedNameAsync(string subject) =>
        await grains.GetGrain<IAccountGrain>(SignIns.IdOf(subject)).GetCard() is { } card ? AccountAnswer.Mask(card.DisplayName) : "*";

    private static string NameOf(string subject, SubjectName? name) =>
        name is null ? subject : name.Role is { } role ? $"{NameOf(role)} {name.Name}" : name.Name;

    /// <summary>Whether the caller may see an account: she covers where one of its roles is. One without roles is seen by who sees everything.</summary>
    public async Task<(bool IsSeen, bool IsMasked)> MaySeeAsync(Caller caller, AccountCard card)
    {
        var seen = false;
        foreach (var scope in card.Grants.Select(grant => grant.Scope).DefaultIfEmpty(AccessScope.Everywhere))
        {
            var location = await locations.OfAsync(scope);
            if (!gate.May(caller, Permission.SeePeople, location))
                continue;
            seen = true;
            if (gate.May(caller, Permission.ManageAccounts, location))
                return (true, false);
        }
        return (seen, true);
    }

    /// <summary>Whether the caller may change an account: every role that it has is one that she may give. Nobody brings down who stands above.</summary>
    public async Task<bool> MayManageAsync(Caller caller, AccountCard card, DateTimeOffset now)
    {
        foreach (var grant in card.Grants)
        {
            if (!AccessRules.MayGrant(caller.Grants, grant.Role, await locations.OfAsync(grant.Scope), now))
                return false;
        }
        return !card.Grants.IsEmpty || AccessRules.MayGrant(caller.Grants, Role.Administrator, PlaceLocation.Nowhere, now);
    }

    private static string NameOf(Role role) => role switch
    {
        Role.BuildingLeader => "楼门长",
        Role.CommunityWorker => "社区工作者",
        Role.StreetOfficer => "街道工作人员",
        Role.DistrictOfficer => "区工作人员",
        Role.ScenicDutyOfficer => "景区值班员",
        Role.Auditor => "审计员",
        Role.Administrator => "系统管理员",
        _ => role.ToString(),
    };
}

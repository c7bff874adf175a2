using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Domain.Accounts;
using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Devices;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>People, for staff: found and shown masked, each look recorded where the person sees it; roles, locks, and the end.</summary>
internal static class PeopleEndpoints
{
    private const int MaxCursor = 250;
    private const int MaxLooks = 50;

    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/accounts").WithTags("People").HoldsPersonalData();
        MapSeeing(group);
        MapManaging(group);
        group.MapCodes();
    }

    private static void MapSeeing(RouteGroupBuilder group)
    {
        group.MapGet("", async (
            HttpContext http, IGrainFactory grains, MemberReach reach, OwnAccounts accounts, string? place, string? role, string? cursor, int limit = 20) =>
        {
            AccessScope? asked = null;
            if (place is not null && !AccessScope.TryParse(place, out asked))
                return Problems.Malformed("place", "A scope such as communities/jingtie-jiayuan.");
            if (!TryRole(role, out var wanted))
                return Problems.Malformed("role", "A role such as resident.");
            if (cursor is { Length: > MaxCursor })
                return Problems.Malformed("cursor", "The `next` of the page before.");
            if (limit is < 1 or > MaxLooks)
                return Problems.Malformed("limit", $"1 to {MaxLooks}: each one that is shown is a look that is recorded.");
            var caller = Caller.Of(http);
            if (await reach.FindAsync(caller, Permission.SeePeople, asked) is not { } keys)
                return AccessGate.Refusal(http, Permission.SeePeople);
            var page = await grains.GetGrain<IPeopleGrain>(0).List("accounts", keys, cursor, limit);
            var shown = new List<AccountAnswer>();
            foreach (var member in page.Items)
            {
                if (await grains.GetGrain<IAccountGrain>(member.Id).GetCard() is not { } card || !IsFirst(card, member, keys)
                    || (wanted is { } only && card.Grants.All(grant => grant.Role != only)))
                    continue;
                if (await accounts.MaySeeAsync(caller, card) is not { IsSeen: true } seen)
                    continue;
                await grains.GetGrain<IAccountGrain>(member.Id).NoteLook(caller.Subject, "list", place);
                shown.Add(AccountAnswer.Of(card, seen.IsMasked));
            }
            return TypedResults.Ok(new AccountPage(shown, page.Next));
        }).NeedsSomewhere(Permission.SeePeople).WithName("ListAccounts").WithSummary("Who has a role where you may see people.").Produces<AccountPage>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

        group.MapPost("/lookup", async (LookupBody body, HttpContext http, IGrainFactory grains, OwnAccounts accounts) =>
        {
            if (new[] { body.Phone, body.IdentityNumber, body.UserName }.Count(one => one is not null) != 1)
                return Problems.Malformed("body", "Just one of phone, identityNumber and userName.");
            var people = grains.GetGrain<IPeopleGrain>(0);
            var id = body.Phone is { } phone ? await people.FindByPhone(phone)
                : body.IdentityNumber is { } number ? await people.FindByIdentityNumber(number)
                : await people.FindByName(body.UserName!);
            return id is null ? Problems.Of(AccountDecider.NotFound) : await ShowAsync(http, grains, accounts, id, "lookup");
        }).NeedsSomewhere(Permission.SeePeople).WithName("PostAccountLookup").WithSummary("Finds one account by a number or name.").Produces<AccountAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        group.MapGet("/{id}", async (string id, HttpContext http, IGrainFactory grains, OwnAccounts accounts) => await ShowAsync(http, grains, accounts, id, "account"))
            .NeedsSomewhere(Permission.SeePeople).WithName("GetAccount").WithSummary("One account, masked.").Produces<AccountAnswer>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
    }

    private static void MapManaging(RouteGroupBuilder group)
    {
        group.MapPost("/{id}/roles", async (string id, GrantBody body, HttpContext http, IGrainFactory grains, OwnAccounts accounts, PlaceLocations locations, TimeProvider time) =>
        {
            var caller = Caller.Of(http);
            if (AccessRules.Check(body.ToGrant()) is { } unfit)
                return Problems.Of(unfit);
            if (!AccessRules.MayGrant(caller.Grants, body.Role, await locations.OfAsync(body.Scope), time.GetUtcNow()))
                return KeyHolderEndpoints.MayNotGrant(body.Role);
            if (!SubjectPath.IsId(id) || await grains.GetGrain<IAccountGrain>(id).GetCard() is null)
                return Problems.Of(AccountDecider.NotFound);
            var account = grains.GetGrain<IAccountGrain>(id);
            if (Problems.Of(await account.Execute(new GrantRole(body.ToGrant(), caller.Subject)), http) is { } problem)
                return problem;
            return await ShowAsync(http, grains, accounts, id, "account");
        }).NeedsSomewhere(Permission.ManageAccounts).WithName("PostAccountRole").WithSummary("Gives a role.").Produces<AccountAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);

        group.MapDelete("/{id}/roles", async (string id, string role, string scope, HttpContext http, IGrainFactory grains, PlaceLocations locations, TimeProvider time) =>
        {
            if (!TryRole(role, out var which) || which is not { } taken)
                return Problems.Malformed("role", "A role such as resident.");
            if (!AccessScope.TryParse(scope, out var where))
                return Problems.Malformed("scope", "A scope such as communities/jingtie-jiayuan.");
            var caller = Caller.Of(http);
            if (!AccessRules.MayGrant(caller.Grants, taken, await locations.OfAsync(where), time.GetUtcNow()))
                return KeyHolderEndpoints.MayNotGrant(taken);
            if (!SubjectPath.IsId(id))
                return Problems.Of(AccountDecider.NotFound);
            return Problems.Of(await grains.GetGrain<IAccountGrain>(id).Execute(new RevokeRole(taken, where, caller.Subject)), http) ?? TypedResults.NoContent();
        }).NeedsSomewhere(Permission.ManageAccounts).WithName("DeleteAccountRole").WithSummary("Takes a role; within two seconds it holds nowhere.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        group.MapPost("/{id}/lock", async (string id, ReasonBody body, HttpContext http, IGrainFactory grains, OwnAccounts accounts, TimeProvider time) =>
            await ManageAsync(http, grains, accounts, id, time, account => account.Execute(new LockAccount(body.Reason, Caller.Of(http).Subject))))
            .NeedsSomewhere(Permission.ManageAccounts).WithName("PostAccountLock").WithSummary("Locks an account; its sessions end.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        group.MapPost("/{id}/unlock", async (string id, HttpContext http, IGrainFactory grains, OwnAccounts accounts, TimeProvider time) =>
            await ManageAsync(http, grains, accounts, id, time, account => account.Execute(new UnlockAccount(Caller.Of(http).Subject))))
            .NeedsSomewhere(Permission.ManageAccounts).WithName("PostAccountUnlock").WithSummary("Lets an account be signed in to again.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        group.MapDelete("/{id}", async (string id, [Microsoft.AspNetCore.Mvc.FromBody] ReasonBody body, HttpContext http, IGrainFactory grains) =>
        {
            if (!SubjectPath.IsId(id))
                return Problems.Of(AccountDecider.NotFound);
            return Problems.Of(await grains.GetGrain<IAccountGrain>(id).Erase(body.Reason, Caller.Of(http).Subject), http) ?? TypedResults.NoContent();
        }).NeedsSomewhere(Permission.ErasePeople).WithName("DeleteAccount").WithSummary("Erases a person, for good.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
    }

    /// <summary>Somebody whom the caller may not see is not there: that there is such an account is a thing to know about a person, too.</summary>
    private static async Task<IResult> ShowAsync(HttpContext http, IGrainFactory grains, OwnAccounts accounts, string id, string what)
    {
        var caller = Caller.Of(http);
        if (!SubjectPath.IsId(id) || await grains.GetGrain<IAccountGrain>(id).GetCard() is not { } card
            || await accounts.MaySeeAsync(caller, card) is not { IsSeen: true } seen)
            return Problems.Of(AccountDecider.NotFound);
        await grains.GetGrain<IAccountGrain>(id).NoteLook(caller.Subject, what, null);
        return TypedResults.Ok(AccountAnswer.Of(card, seen.IsMasked, withContact: true));
    }

    private static async Task<IResult> ManageAsync(
        HttpContext http, IGrainFactory grains, OwnAccounts accounts, string id, TimeProvider time, Func<IAccountGrain, Task<Contracts.Places.CommandResult>> command) =>
        await RefuseManagingAsync(http, grains, accounts, id, time)
            ?? Problems.Of(await command(grains.GetGrain<IAccountGrain>(id)), http) ?? TypedResults.NoContent();

    /// <summary>The problem of who may not change an account, or not even see it; null for who may.</summary>
    internal static async Task<IResult?> RefuseManagingAsync(HttpContext http, IGrainFactory grains, OwnAccounts accounts, string id, TimeProvider time)
    {
        if (!SubjectPath.IsId(id) || await grains.GetGrain<IAccountGrain>(id).GetCard() is not { } card
            || await accounts.MaySeeAsync(Caller.Of(http), card) is not { IsSeen: true })
            return Problems.Of(AccountDecider.NotFound);
        return await accounts.MayManageAsync(Caller.Of(http), card, time.GetUtcNow()) ? null : AccessGate.Refusal(http, Permission.ManageAccounts);
    }

    /// <summary>Somebody with several roles is shown where the list comes upon her first.</summary>
    private static bool IsFirst(AccountCard card, Member member, System.Collections.Immutable.ImmutableArray<string> keys) =>
        card.Grants.Select(grant => MemberKeys.Of(grant.Scope))
            .Where(key => keys.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
            .Min(StringComparer.Ordinal) == member.Key;

    private static bool TryRole(string? text, out Role? role)
    {
        role = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!Enum.TryParse<Role>(text, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed) || char.IsAsciiDigit(text[0]))
            return false;
        role = parsed;
        return true;
    }
}

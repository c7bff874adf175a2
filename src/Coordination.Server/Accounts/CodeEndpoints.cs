using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Server.Api;
using Coordination.Server.Devices;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>
/// Accounts that are opened for staff, and codes in place of forgotten passwords: the server draws them, shows them once, and the person sets a
/// password of her own with them before anything else works.
/// </summary>
internal static class CodeEndpoints
{
    public static void MapCodes(this RouteGroupBuilder group)
    {
        group.MapPost("/staff", OpenAsync)
            .NeedsSomewhere(Permission.ManageAccounts).NeedsRecentSignIn().WithName("PostStaffAccount").WithSummary("Opens an account for staff, with roles that you may give.")
            .Produces<OpenedAccountAnswer>(201)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);

        group.MapPost("/{id}/password-code", IssueAsync)
            .NeedsSomewhere(Permission.ManageAccounts).NeedsRecentSignIn().WithName("PostAccountPasswordCode")
            .WithSummary("Issues a one-use code with which the person sets another password.").Produces<CodeAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
    }

    private static async Task<IResult> OpenAsync(StaffBody body, HttpContext http, IGrainFactory grains, PlaceLocations locations, Passwords passwords, TimeProvider time)
    {
        var (caller, now) = (Caller.Of(http), time.GetUtcNow());
        if (body.Roles.Count == 0 || body.Roles.Any(role => role?.Scope is null))
            return Problems.Malformed("roles", "At least one role, each with its scope.");
        foreach (var grant in body.Roles)
        {
            if (AccessRules.Check(grant.ToGrant()) is { } unfit)
                return Problems.Of(unfit);
            if (!AccessRules.MayGrant(caller.Grants, grant.Role, await locations.OfAsync(grant.Scope), now))
                return KeyHolderEndpoints.MayNotGrant(grant.Role);
        }
        if (await PasswordCodes.NewAsync(passwords, now + PasswordCodes.FirstLifetime) is not { } issued)
            return Problems.Overloaded(http);
        var id = Guid.CreateVersion7(now).ToString();
        var account = grains.GetGrain<IAccountGrain>(id);
        var result = await account.Open(new NewAccount(
            body.UserName, body.DisplayName, null, null, [.. body.Roles.Select(role => role.ToGrant())], caller.Subject, Code: issued.Kept));
        return Problems.Of(result, http)
            ?? TypedResults.Created($"/api/accounts/{id}", new OpenedAccountAnswer(
                AccountAnswer.Of((await account.GetCard())!, isMasked: false), new CodeAnswer(body.UserName.Trim(), PasswordCodes.Shown(issued.Code), issued.Kept.Until)));
    }

    private static async Task<IResult> IssueAsync(string id, HttpContext http, IGrainFactory grains, OwnAccounts accounts, Passwords passwords, TimeProvider time)
    {
        if (await PeopleEndpoints.RefuseManagingAsync(http, grains, accounts, id, time) is { } refusal)
            return refusal;
        var (caller, account) = (Caller.Of(http), grains.GetGrain<IAccountGrain>(id));
        // Her own password is changed with the one before.
        if (caller.Subject == $"accounts/{id}")
            return AccessGate.Refusal(http, Permission.ManageAccounts);
        if (await PasswordCodes.NewAsync(passwords, time.GetUtcNow() + PasswordCodes.Lifetime) is not { } issued)
            return Problems.Overloaded(http);
        if (Problems.Of(await account.IssueCode(issued.Kept, caller.Subject), http) is { } problem)
            return problem;
        await account.NoteLook(caller.Subject, "code", null);
        var name = await account.GetCard() is { } card ? AccountAnswer.Of(card, isMasked: false).UserName : "";
        return TypedResults.Ok(new CodeAnswer(name, PasswordCodes.Shown(issued.Code), issued.Kept.Until));
    }
}

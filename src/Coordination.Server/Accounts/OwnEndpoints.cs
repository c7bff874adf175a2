using Coordination.Contracts.Identity;
using Coordination.Domain.Accounts;
using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>What is one's own: seen, changed, taken along and erased.</summary>
internal static class OwnEndpoints
{
    private const int MaxCursor = 40;

    public static void MapOwn(this IEndpointRouteBuilder app)
    {
        var me = app.MapGroup("/api/me").WithTags("Own account").ForOwnAccount().HoldsPersonalData();

        me.MapGet("", async (HttpContext http, IGrainFactory grains, OwnAccounts own) =>
        {
            var (account, caller) = Account(http, grains);
            if (caller.For is not null)
                await account.NoteLook(caller.Subject, "account", null);
            return await account.GetOwn() is { } shown ? TypedResults.Ok(await own.ShowAsync(http, shown)) : Problems.Of(AccountDecider.NotFound);
        }).AlsoForAnother().WithName("GetOwn").WithSummary("What is held about oneself, masked.").Produces<OwnAnswer>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        me.MapPut("/contact", async (ContactBody body, HttpContext http, IGrainFactory grains, OwnAccounts own) =>
        {
            var (account, caller) = Account(http, grains);
            if (body.Plates?.Contains(null!) is true)
                return Problems.Malformed("plates", "A plate is not null; an empty list takes all away.");
            var change = new ContactChange(body.DisplayName, body.Phone, body.IdentityNumber, body.Plates is { } plates ? [.. plates] : default);
            if (Problems.Of(await account.ChangeContact(change, caller.Subject), http) is { } problem)
                return problem;
            return await account.GetOwn() is { } shown ? TypedResults.Ok(await own.ShowAsync(http, shown)) : Problems.Of(AccountDecider.NotFound);
        }).AlsoForAnother().WithName("PutOwnContact").WithSummary("Changes the name and the ways to be reached.").Produces<OwnAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);

        me.MapPost("/password", async (PasswordBody body, HttpContext http, IGrainFactory grains, SignIns signIns, Passwords passwords, TimeProvider time) =>
        {
            var begun = time.GetTimestamp();
            var (account, caller) = Account(http, grains);
            if (await account.GetCredentials() is not { } credentials)
                return Problems.Of(AccountDecider.NotFound);
            if (passwords.Check(body.New, credentials.IsStaff, credentials.UserName, credentials.DisplayName) is { } weak)
                return Problems.Of(weak with { Field = "new" });
            // The password before shows who asks; without one the sign-in has to.
            var unsure = credentials.PasswordHash is null ? RecentSignIn.Refuse(http, caller) : await ConfirmAsync(http, account, passwords, signIns, body.Current, begun);
            if (unsure is not null)
                return unsure;
            if (await passwords.HashAsync(body.New) is not { } hash)
                return Problems.Overloaded(http);
            if (await account.SetPassword(hash, SessionCookies.SessionOf(http), caller.Subject) is { } stamp)
                await SignIns.GoOnAsync(http, stamp);
            return TypedResults.NoContent();
        }).LimitedAs(LimitedAs.SignIn).WithName("PostOwnPassword").WithSummary("Another password; all other sessions end.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

        me.MapGet("/looks", async (HttpContext http, IGrainFactory grains, OwnAccounts own, string? cursor) =>
        {
            if (cursor is { Length: > MaxCursor })
                return Problems.Malformed("cursor", "The `next` of the page before.");
            var page = await Account(http, grains).Account.GetLooks(cursor);
            return TypedResults.Ok(new LookPageAnswer(await own.ShowAsync(page.Items), page.Next));
        }).WithName("GetOwnLooks").WithSummary("Who has looked at oneself, newest first.").Produces<LookPageAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

        me.MapGet("/export", async (HttpContext http, IGrainFactory grains, OwnAccounts own, TimeProvider time) =>
        {
            var (account, caller) = Account(http, grains);
            await account.NoteLook(caller.Subject, "export", null);
            if (await account.Export() is not { } export)
                return Problems.Of(AccountDecider.NotFound);
            http.Response.Headers.ContentDisposition = "attachment; filename=\"coordination-export.json\"";
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new ExportAnswer(
                time.GetUtcNow(), await own.ShowAsync(http, export.Account), export.Phone, export.IdentityNumber, export.Plates,
                [.. export.SignIns.Select(note => new SignInAnswer(note.At, note.Succeeded, note.Method, note.Browser))], await own.ShowAsync(export.Looks)));
        }).WithName("GetOwnExport").WithSummary("Everything that is held about oneself, unmasked, to take along.").Produces<ExportAnswer>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        me.MapDelete("", async (
            [Microsoft.AspNetCore.Mvc.FromBody] ConfirmationBody? body, HttpContext http, IGrainFactory grains, SignIns signIns, Passwords passwords, TimeProvider time) =>
        {
            var begun = time.GetTimestamp();
            var (account, caller) = Account(http, grains);
            if (!SessionCookies.IsFreshPasskey(http, time) && await ConfirmAsync(http, account, passwords, signIns, body?.Password, begun) is { } wrong)
                return wrong;
            if (Problems.Of(await account.Erase("asked by the person", caller.Subject), http) is { } problem)
                return problem;
            await signIns.EndAsync(http, Caller.Nobody);
            return TypedResults.NoContent();
        }).LimitedAs(LimitedAs.SignIn).WithName("DeleteOwn").WithSummary("Erases oneself, for good.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(429).ProducesProblem(503);
    }

    /// <summary>The account that a request is about: the caller's, or that of the person she acts for.</summary>
    internal static (IAccountGrain Account, Caller Caller) Account(HttpContext http, IGrainFactory grains)
    {
        var caller = Caller.Of(http);
        return (grains.GetGrain<IAccountGrain>(SignIns.IdOf(caller.For ?? caller.Subject)), caller);
    }

    /// <summary>The problem of a password that is not that of the account; counted and slowed down like a sign-in. Null when it is right.</summary>
    internal static async Task<IResult?> ConfirmAsync(
        HttpContext http, IAccountGrain account, Passwords passwords, SignIns signIns, string? password, long begun)
    {
        if (await account.BeginSignIn() is not { } attempt)
            return Problems.Of(AccountDecider.NotFound);
        if (attempt.LockedFor is { } wait)
            return SignIns.LockedOut(http, wait);
        if (await passwords.VerifyAsync(attempt.PasswordHash, password is { Length: <= Passwords.MaxLength } ? password : "") is not { } verified)
            return Problems.Overloaded(http);
        if (!verified.IsRight)
            return await signIns.FailAsync(begun);
        await account.EndAttempts();
        return null;
    }
}

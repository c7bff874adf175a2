using Coordination.Contracts.Identity;
using Coordination.Domain.Accounts;
using Coordination.Server.Api;
using Coordination.Server.Defence;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>代办: who may act for oneself, and for whom one may act.</summary>
internal static class DelegateEndpoints
{
    public static void MapDelegates(this IEndpointRouteBuilder app)
    {
        var me = app.MapGroup("/api/me").WithTags("Own account").ForOwnAccount().HoldsPersonalData();

        me.MapGet("/delegates", async (HttpContext http, IGrainFactory grains, OwnAccounts own) =>
        {
            var (account, _) = OwnEndpoints.Account(http, grains);
            return await account.GetOwn() is { } shown ? TypedResults.Ok((await own.ShowAsync(http, shown)).Delegates) : Problems.Of(AccountDecider.NotFound);
        }).WithName("ListDelegates").WithSummary("Who may act for oneself.").Produces<IReadOnlyList<DelegateAnswer>>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        me.MapPost("/delegates", async (DelegateBody body, HttpContext http, IGrainFactory grains, OwnAccounts own) =>
        {
            var (account, caller) = OwnEndpoints.Account(http, grains);
            if (await grains.GetGrain<IPeopleGrain>(0).FindByName(body.UserName) is not { } id
                || await grains.GetGrain<IAccountGrain>(id).GetStanding() is not { IsActive: true } other)
                return Problems.Of(AccountDecider.NotFound);
            if (other.Subject == caller.Subject)
                return Problems.Malformed("userName", "Nobody needs to be allowed to act for oneself.");
            if (Problems.Of(await account.Execute(new ConsentToDelegate(other.Subject, body.Until)), http) is { } problem)
                return problem;
            var consent = (await account.GetOwn())?.Delegates.FirstOrDefault(one => one.Delegate == other.Subject);
            return consent is null
                ? Problems.Of(AccountDecider.NotFound)
                : TypedResults.Created($"/api/me/delegates/{id}", new DelegateAnswer(consent.Delegate, await own.MaskedNameAsync(consent.Delegate), consent.GrantedAt, consent.Until));
        }).WithName("PostDelegate").WithSummary("Consents to somebody's acting for oneself.").Produces<DelegateAnswer>(201)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);

        me.MapDelete("/delegates/{accountId}", async (string accountId, HttpContext http, IGrainFactory grains) =>
        {
            if (!SubjectPath.IsId(accountId))
                return Problems.Of(AccountDecider.NotFound);
            var (account, caller) = OwnEndpoints.Account(http, grains);
            return Problems.Of(await account.Execute(new RevokeDelegate($"accounts/{accountId}", caller.Subject)), http) ?? TypedResults.NoContent();
        }).WithName("DeleteDelegate").WithSummary("Consents no more; within two seconds the other acts no more.").Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

        me.MapGet("/acting-for", async (HttpContext http, IGrainFactory grains, TimeProvider time) =>
        {
            var caller = Caller.Of(http);
            var (answers, now) = (new List<ActingForAnswer>(), time.GetUtcNow());
            foreach (var id in await grains.GetGrain<IPeopleGrain>(0).ActingFor(SignIns.IdOf(caller.Subject)))
            {
                if (await grains.GetGrain<IAccountGrain>(id).GetOwn() is { Card.Status: AccountStatus.Open } other
                    && other.Delegates.FirstOrDefault(consent => consent.Delegate == caller.Subject && consent.HoldsAt(now)) is { } consent)
                    answers.Add(new ActingForAnswer(other.Card.Subject, AccountAnswer.Mask(other.Card.DisplayName), consent.Until));
            }
            return TypedResults.Ok<IReadOnlyList<ActingForAnswer>>(answers);
        }).WithName("ListActingFor").WithSummary("For whom one may act.").Produces<IReadOnlyList<ActingForAnswer>>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
    }
}

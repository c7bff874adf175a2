using System.Text.Json.Serialization;
using Coordination.Domain.Access;
using Coordination.Server.Api;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>A name in two languages.</summary>
public sealed record DemoName(string Zh, string En);

/// <summary>Somebody to try the product as.</summary>
/// <param name="Id">For <c>/api/demo/session</c>.</param>
/// <param name="Role">What she is.</param>
/// <param name="Name">Who she is.</param>
/// <param name="UserName">What she signs in with.</param>
/// <param name="Password">Known to everybody.</param>
/// <param name="Surface">The page she works at.</param>
/// <param name="Place">Where her role holds.</param>
public sealed record DemoRoleAnswer(string Id, Role Role, DemoName Name, string UserName, string Password, string Surface, string Place);

/// <summary>As whom to sign in.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DemoSignInBody([property: JsonRequired] string Id);

/// <summary>The demonstration, on the machine itself; elsewhere there is no such path.</summary>
internal static class DemoEndpoints
{
    public static void MapDemo(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/demo").WithTags("Demonstration").Open();

        group.MapGet("/roles", (HttpContext http, DemoAccounts demo) => demo.AreUsable(http)
            ? TypedResults.Ok<IReadOnlyList<DemoRoleAnswer>>([.. DemoRoles.All.Select(role =>
                new DemoRoleAnswer(role.Id, role.Role, new DemoName(role.Zh, role.En), role.UserName, role.Password, role.Surface, role.Scope))])
            : Missing()).WithName("ListDemoRoles").WithSummary("As whom the product can be tried.").Produces<IReadOnlyList<DemoRoleAnswer>>().ProducesProblem(404);

        group.MapPost("/session", async (DemoSignInBody body, HttpContext http, DemoAccounts demo, SignIns signIns) =>
            demo.AreUsable(http) && DemoRoles.All.FirstOrDefault(role => role.Id == body.Id) is { } role
            && await signIns.BeginAsync(http, role.AccountId, SignInMethods.Demo) is { } answer
                ? TypedResults.Ok(answer)
                : Missing()).WithName("PostDemoSession").WithSummary("Signs in as one of them.").Produces<SessionAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
    }

    private static IResult Missing() => Problems.Of(StatusCodes.Status404NotFound, ErrorCodes.NotFound, "There is no demonstration here.");
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Coordination.Contracts.Identity;
using Coordination.Server.Defence;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Coordination.Server.Identity;

/// <summary>
/// Tickets for the live feed: whoever cannot send a header with a connection (a browser's web socket or event stream to another origin)
/// asks for one with its key or session and puts it into the query. It opens one connection, within half a minute, and is worth nothing
/// in a log afterwards.
/// </summary>
internal sealed class LiveTickets(IGrainFactory grains, SubjectBook subjects, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    public const string Query = "ticket";

    public async Task<LiveTicketAnswer> IssueAsync(Caller caller)
    {
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var ends = time.GetUtcNow() + Lifetime;
        var credential = caller.Credential!;
        await Grain(ticket).Put(new LiveTicket(credential.Subject, credential.SecretHash, credential.Stamp, credential.Session, caller.Terminal, ends));
        return new LiveTicketAnswer(ticket, ends);
    }

    /// <summary>Whose ticket it is; null when it is none, was used or is too old.</summary>
    public async Task<Caller?> TakeAsync(string ticket)
    {
        if (ticket.Length != 43 || await Grain(ticket).Take() is not { } issued)
            return null;
        var credential = new Credential(issued.Subject, issued.SecretHash, issued.Stamp, issued.Session);
        return await subjects.VerifyAsync(credential) is { } standing ? new Caller(standing, credential, issued.Terminal) : null;
    }

    /// <summary>By its hash: what stands in the memory and the logs of a host is no ticket.</summary>
    private ILiveTicketGrain Grain(string ticket) =>
        grains.GetGrain<ILiveTicketGrain>(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ticket))));
}

/// <summary>A ticket for one live connection.</summary>
/// <param name="Ticket">For the query parameter <c>ticket</c> of <c>/live</c> or <c>/api/live</c>.</param>
/// <param name="ExpiresAt">Until when it can be used.</param>
internal sealed record LiveTicketAnswer(string Ticket, DateTimeOffset ExpiresAt);

/// <summary>Lets in who brings a ticket, where the endpoint takes one.</summary>
internal sealed class TicketAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, LiveTickets tickets)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Asking how to connect needs no ticket, and must not use it up.
        if (!HttpMethods.IsGet(Request.Method) && !HttpMethods.IsConnect(Request.Method))
            return AuthenticateResult.NoResult();
        if (Request.Query[LiveTickets.Query] is not [{ } ticket] || await tickets.TakeAsync(ticket) is not { } caller)
            return AuthenticateResult.Fail("The ticket is not valid.");
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(KeyAuthentication.PrincipalOf(caller), Scheme.Name));
    }
}

internal static class LiveTicketEndpoint
{
    public static void MapLiveTickets(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/live-tickets", async (HttpContext http, LiveTickets tickets) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(await tickets.IssueAsync(Caller.Of(http)));
        }).WithName("PostLiveTicket").WithTags("Live").WithSummary("A ticket for one live connection, valid for half a minute.")
            .SignedIn().LimitedAs(LimitedAs.Ticket).Produces<LiveTicketAnswer>().ProducesProblem(401).ProducesProblem(503);
}

using Coordination.Domain.Access;
using Coordination.Server.Api;

namespace Coordination.Server.Identity;

/// <summary>An endpoint about what is a person's own: for accounts only, and for who acts for another only where that is meant.</summary>
/// <param name="MayBeForAnother">Whether it may be used with <c>On-Behalf-Of</c>.</param>
internal sealed record OwnAccountOnly(bool MayBeForAnother)
{
    /// <summary>The problem of a caller that has no account, or acts for another where nobody does; null otherwise.</summary>
    public IResult? Refuse(HttpContext http, Caller caller) =>
        !caller.IsAccount ? AccessGate.Refusal(http, Permission.UseOwnAccount)
        : caller.For is not null && !MayBeForAnother
            ? Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.NotADelegate, "Nobody does this for another.")
            : null;
}

internal static class OwnAccountConventions
{
    /// <summary>Whoever has an account may use it, for what is her own.</summary>
    public static TBuilder ForOwnAccount<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.SignedIn().WithMetadata(new OwnAccountOnly(MayBeForAnother: false));

    /// <summary>Also for a person who has consented to it.</summary>
    public static TBuilder AlsoForAnother<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new OwnAccountOnly(MayBeForAnother: true));
}

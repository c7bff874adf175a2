using Coordination.Domain.Access;
using Coordination.Server.Api;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>An endpoint that may also be used for somebody who has consented.</summary>
internal sealed record ForAnother;

/// <summary>Lets in accounts only, and those who act for another only where that is meant.</summary>
internal sealed class OwnAccountFilter : IEndpointFilter
{
    public static OwnAccountFilter Instance { get; } = new();

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var mayBeForAnother = http.GetEndpoint()?.Metadata.GetMetadata<ForAnother>() is not null;
        return Refuse(http, Caller.Of(http), mayBeForAnother) is { } refusal ? ValueTask.FromResult<object?>(refusal) : next(context);
    }

    /// <summary>The problem of a caller that has no account of its own, or acts for another; null otherwise.</summary>
    public static IResult? Refuse(HttpContext http, Caller caller, bool mayBeForAnother = false) =>
        !caller.IsSignedIn ? AccessGate.NotSignedIn(http)
        : !caller.IsAccount ? AccessGate.Refusal(http, Permission.UseOwnAccount)
        : caller.For is not null && !mayBeForAnother
            ? Problems.Of(StatusCodes.Status403Forbidden, ErrorCodes.NotADelegate, "Nobody does this for another.")
            : null;
}

using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Coordination.Server.Api;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>How often one address may try to sign in, register, or show who it is once more. Of an IPv6 address the network counts.</summary>
internal sealed class SignInRate : IEndpointFilter, IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> limiter;

    public SignInRate(IdentitySettings settings) => limiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        RateLimitPartition.GetTokenBucketLimiter(NetworkOf(http.Connection.RemoteIpAddress), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.SignInsPerMinute,
            TokensPerPeriod = Math.Max(1, settings.SignInsPerMinute / 6),
            ReplenishmentPeriod = TimeSpan.FromSeconds(10),
        }));

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var lease = limiter.AttemptAcquire(context.HttpContext);
        return lease.IsAcquired ? await next(context) : Refuse(context.HttpContext, lease);
    }

    public void Dispose() => limiter.Dispose();

    private static IResult Refuse(HttpContext http, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
        http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, "Too many attempts from this address.");
    }

    private static string NetworkOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}

using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Coordination.Live.Hosting;
using Coordination.Server.Api;
using Microsoft.AspNetCore.RateLimiting;

namespace Coordination.Server.Defence;

/// <summary>
/// Bounds how often one address, one subject and one place are served, so that none of them takes the host from the others. Beyond it
/// 429 <c>rate-limited</c> with <c>Retry-After</c>.
/// </summary>
/// <remarks>
/// Counted in memory of this host: in a cluster each host allows as much. Addresses, subjects and places are spread over
/// <see cref="Buckets"/> buckets each, by a hash that nobody can foresee, so that however many of them appear, what is kept about them
/// is bounded; two that share a bucket share its limit.
/// </remarks>
internal static class RequestLimits
{
    /// <summary>Most buckets of a kind; some 400 bytes each.</summary>
    public const int Buckets = 16 * 1024;

    private const int TicksPerSecond = 10;

    /// <summary>Before anything is looked up for a request: what one address may ask for, and less of what costs or betrays more.</summary>
    public static void UseAddressLimits(this IApplicationBuilder app, LimitOptions limits) => app.UseRateLimiter(With(PartitionedRateLimiter.CreateChained(
        By(http => http.Request.Path.StartsWithSegments("/health") ? null : AddressOf(http), limits.AddressPerSecond, limits.AddressBurst, perMinute: false),
        By(http => IsOf(http, LimitedAs.SignIn) ? AddressOf(http) : null, limits.SignInPerMinute, limits.SignInBurst, perMinute: true),
        By(http => IsOf(http, LimitedAs.Ticket) ? AddressOf(http) : null, limits.TicketPerMinute, limits.TicketBurst, perMinute: true))));

    /// <summary>Once it is known who asks, and for which place.</summary>
    public static void UseSubjectLimits(this IApplicationBuilder app, LimitOptions limits) => app.UseRateLimiter(With(PartitionedRateLimiter.CreateChained(
        By(SubjectOf, limits.SubjectPerSecond, limits.SubjectBurst, perMinute: false),
        By(PlaceOf, limits.PlacePerSecond, limits.PlaceBurst, perMinute: false))));

    private static PartitionedRateLimiter<HttpContext> By(Func<HttpContext, int?> bucket, int rate, int burst, bool perMinute)
    {
        if (rate <= 0)
            return PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetNoLimiter(0));
        var options = OptionsOf(rate, burst, perMinute);
        return PartitionedRateLimiter.Create<HttpContext, int>(http => bucket(http) is { } number
            ? RateLimitPartition.GetTokenBucketLimiter(number, _ => options)
            : RateLimitPartition.GetNoLimiter(-1));
    }

    /// <summary>Tokens come ten times a second, or one by one where that is more than one each time.</summary>
    private static TokenBucketRateLimiterOptions OptionsOf(int rate, int burst, bool perMinute)
    {
        var perSecond = perMinute ? rate / 60.0 : rate;
        var perTick = (int)Math.Max(1, perSecond / TicksPerSecond);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, burst),
            TokensPerPeriod = perTick,
            ReplenishmentPeriod = TimeSpan.FromSeconds(perTick / perSecond),
            QueueLimit = 0,
        };
    }

    private static RateLimiterOptions With(PartitionedRateLimiter<HttpContext> limiter) => new()
    {
        GlobalLimiter = limiter,
        RejectionStatusCode = StatusCodes.Status429TooManyRequests,
        OnRejected = static async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1);
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            rejected.HttpContext.RequestServices.GetRequiredService<RefusalLog>().Note(rejected.HttpContext, ErrorCodes.RateLimited);
            await Problems.Of(StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, "So many requests came that this one was not looked at. Nothing was changed; try again later.")
                .ExecuteAsync(rejected.HttpContext);
        },
    };

    private static bool IsOf(HttpContext http, string name) => http.GetEndpoint()?.Metadata.GetMetadata<LimitedAs>()?.Name == name;

    internal static int? AddressOf(HttpContext http)
    {
        Span<byte> bytes = stackalloc byte[16];
        var hash = new HashCode();
        if (RemoteAddress.Of(http).TryWriteBytes(bytes, out var length))
            hash.AddBytes(bytes[..length]);
        return BucketOf(hash.ToHashCode());
    }

    private static int? SubjectOf(HttpContext http) =>
        http.User is { Identity.IsAuthenticated: true } user && (user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier)) is { } subject
            ? BucketOf(subject.Value.GetHashCode(StringComparison.Ordinal))
            : null;

    private static int? PlaceOf(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && http.GetRouteValue("id") is string id
            ? BucketOf(HashCode.Combine(KindOf(http.Request.Path.Value ?? "").GetHashCode(StringComparison.OrdinalIgnoreCase), id.GetHashCode(StringComparison.Ordinal)))
            : null;

    /// <summary>The kind in <c>/api/kind/id</c>.</summary>
    private static string KindOf(string path) => path.Split('/', 4) is [_, _, var kind, ..] ? kind : "";

    private static int BucketOf(int hash) => (int)((uint)hash % Buckets);
}

using System.Net;

namespace Coordination.Client;

/// <summary>
/// How long to wait before the same command is sent again, and when to give up. Every retry carries the same id, so the server
/// does the work once however often it is asked.
/// </summary>
/// <param name="FirstDelay">Upper end of the first wait; each further one doubles it.</param>
/// <param name="MaxDelay">Longest wait between two attempts; also the most that is granted to a <c>Retry-After</c>.</param>
/// <param name="Patience">Give up when nothing has succeeded for this long, and every host was tried.</param>
public sealed record RetryPolicy(TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan Patience)
{
    /// <summary>From 100 ms to 5 s, for half a minute.</summary>
    public static RetryPolicy Default { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));

    /// <summary>Doubling with jitter over its upper half, so that many clients do not come back at the same instant.</summary>
    /// <param name="failures">Failures in a row so far, from 1.</param>
    /// <param name="retryAfter">What the server asked for; never undercut, up to <see cref="MaxDelay"/>.</param>
    /// <param name="random">A number in [0, 1).</param>
    public TimeSpan DelayAfter(int failures, TimeSpan? retryAfter, double random)
    {
        var ceiling = Math.Min(FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30)), MaxDelay.TotalMilliseconds);
        var delay = TimeSpan.FromMilliseconds(ceiling * (0.5 + random / 2));
        if (retryAfter is not { } asked)
            return delay;
        var granted = asked < MaxDelay ? asked : MaxDelay;
        return granted > delay ? granted : delay;
    }

    /// <summary>Whether sending again may help: the server is overloaded, restarting or behind a gateway that cannot reach it.</summary>
    public static bool IsRetryable(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;

    internal static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - time.GetUtcNow() is { Ticks: > 0 } wait => wait,
        _ => null,
    };
}

namespace Coordination.Grains;

/// <summary>A grain's alarm clock: calls back once when the instant set last has come. Runs on the grain's scheduler.</summary>
internal sealed class Deadline(Grain grain, TimeProvider time, Func<Task> due)
{
    // Timers count in milliseconds of 32 bits; a later instant is looked at again on the way.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private IGrainTimer? timer;
    private DateTimeOffset? armedFor;

    /// <summary>Sets, moves or (null) clears the instant.</summary>
    /// <remarks>
    /// Moving it later costs nothing: the clock rings at the earlier instant, finds that nothing is due, and is set again. So a
    /// place with thousands of inputs a second does not move a timer for each.
    /// </remarks>
    public void Set(DateTimeOffset? instant)
    {
        if (instant is not { } at)
        {
            armedFor = null;
            timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        if (armedFor <= at)
            return;
        armedFor = at;
        var delay = at - time.GetUtcNow();
        timer ??= grain.RegisterGrainTimer(RingAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        timer.Change(delay < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : delay < Longest ? delay : Longest, Timeout.InfiniteTimeSpan);
    }

    private Task RingAsync(CancellationToken cancellation)
    {
        armedFor = null;
        return due();
    }
}

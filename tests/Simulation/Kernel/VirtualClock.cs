namespace Coordination.Simulation.Kernel;

/// <summary>The clock of one host: its wall clock may be wrong and may be set, its timestamps only go forward.</summary>
internal sealed class VirtualClock(World world) : TimeProvider
{
    /// <summary>A Saturday morning in Chongqing, an hour before places open.</summary>
    public static readonly DateTimeOffset Start = new(2026, 5, 2, 8, 0, 0, TimeSpan.FromHours(8));

    /// <summary>How far the wall clock is ahead of the true time.</summary>
    public TimeSpan Error { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => (Start + world.Now + Error).ToUniversalTime();

    public override long GetTimestamp() => world.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A timer would not be a step of the simulation.");
}

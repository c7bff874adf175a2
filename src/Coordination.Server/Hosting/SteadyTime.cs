namespace Coordination.Server.Hosting;

/// <summary>
/// Goes on from the instant at which the process began, whatever is done to the clock of the machine meanwhile. For what only measures
/// how long something was idle.
/// </summary>
internal sealed class SteadyTime(TimeProvider clock) : TimeProvider
{
    private readonly DateTimeOffset began = clock.GetUtcNow();
    private readonly long stamp = clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => began + clock.GetElapsedTime(stamp);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp();
}

/// <summary>Registration.</summary>
internal static class SteadyTimeExtensions
{
    /// <summary>
    /// Orleans plans by the wall clock when it puts idle grains away, and can activate none while that plan lies in the future: on a host
    /// whose clock was set back an hour, no place could be opened for an hour.
    /// </summary>
    public static void UseSteadyCollection(this ISiloBuilder silo) =>
        silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.ActivationManagement, new SteadyTime(TimeProvider.System));
}

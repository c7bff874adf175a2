namespace Coordination.Server.Hosting;

/// <summary>
/// Ends a host that alone cannot reach the store. Its places can be read there and not written, though other hosts could write them: it
/// moves them there and stops, and whatever supervises the process starts it again, to join when it can. When no host can reach the
/// store, all stay and go on showing what they have.
/// </summary>
internal sealed partial class CutOffWatch(
    StoreWatch store, HostDrain drain, OtherHosts others, IHostApplicationLifetime application, TimeProvider time, ILogger<CutOffWatch> logger) : BackgroundService
{
    /// <summary>Exit code of a host that ended itself because it was cut off: "temporary failure, try again".</summary>
    public const int ExitCode = 75;

    /// <summary>
    /// How long it must be the only one. Of hosts that have all lost the store, some notice a second or two before others that it is back.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For stopping in good order. Orleans signs off in the table of hosts, which cannot be reached, and would try that for most of a
    /// minute; nothing is left here that could be lost.
    /// </summary>
    private static readonly TimeSpan ForStopping = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        long? aloneSince = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            aloneSince = store.IsUnreachable && await OthersReachItAsync(stoppingToken) ? aloneSince ?? time.GetTimestamp() : null;
            if (aloneSince is not { } since || time.GetElapsedTime(since) < Patience)
                continue;
            LogCutOff();
            Environment.ExitCode = ExitCode;
            await drain.RunAsync(stoppingToken);
            application.StopApplication();
            await Task.Delay(ForStopping, time, CancellationToken.None);
            Environment.Exit(ExitCode);
        }
    }

    private async Task<bool> OthersReachItAsync(CancellationToken stopping)
    {
        foreach (var host in others.Active())
        {
            try
            {
                if (await others.AskAsync(host, grain => grain.CanReachStore(store.Identity)).WaitAsync(Period, time, stopping))
                    return true;
            }
            catch (Exception) when (!stopping.IsCancellationRequested)
            {
                // It has other worries.
            }
        }
        return false;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "ALARM: this host cannot reach the event store and others can. It gives its places to them and ends, to be started again.")]
    private partial void LogCutOff();
}

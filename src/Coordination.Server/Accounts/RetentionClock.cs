using Coordination.Contracts.Identity;
using Coordination.Grains.Identity;
using Coordination.Server.Hosting;

namespace Coordination.Server.Accounts;

/// <summary>
/// Asks every few minutes whether what has outlived its period is to be removed: one host's question starts the run of the day, and a run that was
/// missed while everything was down begins at the start.
/// </summary>
internal sealed partial class RetentionClock(
    IServiceProvider services, ServerOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<RetentionClock> logger) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Cluster.HoldsPlaces)
            return;
        using var shown = lifetime.ApplicationStarted.Register(RetentionGrain.ShowMetrics); // Whoever collects them is there by then.
        for (var wait = First; !stoppingToken.IsCancellationRequested; wait = Every)
        {
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                await services.GetRequiredService<IGrainFactory>().GetGrain<IRetentionGrain>(0).RunIfDue();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotAsked(failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether the retention is due could not be asked ({Reason}); asked again in a few minutes.")]
    private partial void LogNotAsked(string reason);
}

using Coordination.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.Privacy;

/// <summary>
/// Once after a start with more than one master key: wraps the keys of all people by the first of them, and says when the others can be
/// retired. Several hosts may do it at once.
/// </summary>
internal sealed partial class MasterKeyRotation(IPersonVault persons, PrivacyKeys keys, TimeProvider time, ILogger<MasterKeyRotation> log) : BackgroundService
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (keys.Master.Keys.Count == 1)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var walked = await persons.RewrapAsync(stoppingToken);
                LogDone(keys.Master.First.Id, walked.Rewrapped, walked.Current);
                return;
            }
            catch (Exception error) when (error is StoreUnavailableException or ProtectedTextException)
            {
                LogFailed(error.Message);
            }

            await Task.Delay(TryAgainAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The keys of all people are wrapped by the master key {Id}: {Rewrapped} anew, {Current} before. The other master keys can be retired once this is so on every host.")]
    private partial void LogDone(string id, int rewrapped, int current);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of the people could not all be wrapped anew, which is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}

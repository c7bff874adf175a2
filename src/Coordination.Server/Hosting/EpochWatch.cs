using Coordination.Grains;
using Coordination.Ledger;

namespace Coordination.Server.Hosting;

/// <summary>
/// Finds activations of this host that another one has replaced. Such a one can confirm nothing, but as long as nobody writes it would
/// not know, and show what was true once.
/// </summary>
internal sealed partial class EpochWatch(PlaceLedger ledger, TimeProvider time, ILogger<EpochWatch> logger) : BackgroundService
{
    /// <summary>How long a replaced activation may stay unnoticed, once the store can be asked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    /// <summary>Places asked about in one go.</summary>
    private const int PerCall = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var some in ledger.Active.Holding().Chunk(PerCall))
                    await CompareAsync(some, stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // Nothing can be known now, and the figures are marked for that.
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotCompared(failure);
            }
        }
    }

    private async Task CompareAsync(IActivePlace[] places, CancellationToken stopping)
    {
        var held = Array.ConvertAll(places, place => place.HeldEpoch);
        var now = await ledger.Store.ReadEpochsAsync(Array.ConvertAll(places, place => place.Stream), stopping);
        for (var i = 0; i < places.Length; i++)
        {
            if (now[i] <= held[i])
                continue;
            LogReplaced(places[i].Stream, held[i], now[i]);
            places[i].NoteEpoch(now[i]);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The epochs could not be compared with the store's; tried again.")]
    private partial void LogNotCompared(Exception failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Stream}: this host holds epoch {Held}, and the store is at {Now}.")]
    private partial void LogReplaced(string stream, long held, long now);
}

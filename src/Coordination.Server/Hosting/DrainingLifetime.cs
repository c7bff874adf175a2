using System.Runtime.InteropServices;

namespace Coordination.Server.Hosting;

/// <summary>
/// Ends the process in good order: a signal first takes the host out of the load balancer and lets its screens and places go elsewhere
/// (see <see cref="HostDrain"/>), and only then stops it. A second signal stops it at once, a third ends the process.
/// </summary>
/// <remarks>The framework's own lifetime stops at the signal, and the live connections are cut at that moment.</remarks>
internal sealed partial class DrainingLifetime(HostDrain drain, IHostApplicationLifetime application, ILogger<DrainingLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> signals = [];
    private int signalled;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        var times = Interlocked.Increment(ref signalled);
        context.Cancel = times < 3; // The process ends when the host has stopped, not now; unless somebody insists.
        if (times == 1 && application.ApplicationStarted.IsCancellationRequested)
            _ = DrainAsync(context.Signal);
        else
            application.StopApplication();
    }

    private async Task DrainAsync(PosixSignal signal)
    {
        LogStopping(signal);
        try
        {
            await drain.RunAsync(application.ApplicationStopping);
        }
        catch (Exception failure)
        {
            LogDrainFailed(failure); // What could not be let go in good order is made again elsewhere, as after a crash.
        }
        application.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signal}: the host is being drained; a second signal stops it at once.")]
    private partial void LogStopping(PosixSignal signal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The host could not be drained to the end.")]
    private partial void LogDrainFailed(Exception failure);
}

namespace Coordination.Server.Hosting;

/// <summary>Takes a renewed certificate of this host while it runs, and says in time when nobody renews it.</summary>
internal sealed partial class CertificateWatch(HostCertificates certificates, TimeProvider time, ILogger<CertificateWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);
    private static readonly TimeSpan SayAgain = TimeSpan.FromHours(12);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var failures = 0;
        long? toldOfEnd = null;
        do
        {
            try
            {
                if (certificates.Renew())
                    LogRenewed(certificates.Ends);
                failures = 0;
            }
            catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
            {
                // Read between two files that are being replaced, it is right the next time: only what stays so is told, and once.
                if (++failures == 2)
                    LogNotRenewed(unusable.Message);
            }
            if (certificates.Ends - time.GetUtcNow() < Soon && (toldOfEnd is not { } since || time.GetElapsedTime(since) > SayAgain))
            {
                LogEnds(certificates.Ends);
                toldOfEnd = time.GetTimestamp();
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate of this host was renewed; it is good until {Ends:u}.")]
    private partial void LogRenewed(DateTimeOffset ends);

    [LoggerMessage(Level = LogLevel.Error, Message = "The renewed certificate of this host cannot be used; the one before stays in use. {Reason}")]
    private partial void LogNotRenewed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "ALARM: the certificate of this host ends at {Ends:u}. Then no other host believes it any more.")]
    private partial void LogEnds(DateTimeOffset ends);
}

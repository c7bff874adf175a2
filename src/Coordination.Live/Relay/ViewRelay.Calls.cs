using Coordination.Contracts.Live;
using Coordination.Live.Core;
using Microsoft.Extensions.Logging;

namespace Coordination.Live.Relay;

/// <content>The calls to the grains: registrations, renewals and farewells, a bounded number at a time.</content>
public sealed partial class ViewRelay
{
    private void CallDue(CancellationToken stopping)
    {
        while (_calls.CurrentCount > 0)
        {
            Lease lease;
            bool wanted;
            lock (_gate)
            {
                if (!_leases.TryBegin(Now, out lease))
                {
                    _leaseWake.In(_leases.NextDue - Now);
                    return;
                }

                wanted = lease.IsWanted;
            }

            _ = CallAsync(lease, wanted, stopping);
        }

        // All calls are in flight; each wakes this loop when it ends.
    }

    private async Task CallAsync(Lease lease, bool wanted, CancellationToken stopping)
    {
        await _calls.WaitAsync(stopping);
        try
        {
            if (wanted)
                await RenewAsync(lease, stopping);
            else
                await LeaveAsync(lease, stopping);
        }
        finally
        {
            _calls.Release();
            _leaseWake.Now();
        }
    }

    private async Task RenewAsync(Lease lease, CancellationToken stopping)
    {
        try
        {
            var view = await _grains.Get(lease.Topic).Watch(Observer()).WaitAsync(WatchLease.Answer, _time, stopping);
            Answered(lease.Topic, view);

            int failing, before;
            lock (_gate)
            {
                before = _leases.Failing;
                _unreachableSince = null;
                _leases.Renewed(lease, Now, Random.Shared.NextDouble());
                failing = _leases.Failing;
            }

            if (before > 0 && failing == 0)
                LogRecovered();
        }
        catch (Exception error)
        {
            int failing, before;
            lock (_gate)
            {
                before = _leases.Failing;
                _unreachableSince = IsAnswer(error) ? null : _unreachableSince ?? _time.GetUtcNow();
                _leases.Failed(lease, Now, Random.Shared.NextDouble());
                failing = _leases.Failing;
            }

            if (stopping.IsCancellationRequested)
                return;
            if (before == 0 && failing > 0)
                LogRenewalsFail(lease.Topic, error);
            else
                LogRenewalFailed(lease.Topic, failing, error);
        }
    }

    /// <summary>A place that says why it cannot be shown was reached; anything else may be the way to it.</summary>
    private static bool IsAnswer(Exception error) =>
        error is InvalidDataException || error.GetType().Namespace?.StartsWith("Coordination.", StringComparison.Ordinal) is true;

    private void Answered(string topic, LiveView? answer)
    {
        Delivery delivery;
        Outbox[] misled;
        lock (_gate)
            _core.OnAnswer(topic, answer, Now, out delivery, out misled);
        delivery.Send();
        _viewWake.Now();
        if (misled.Length == 0)
            return;
        LogWentBack(topic, misled.Length);
        foreach (var outbox in misled)
            outbox.Break();
    }

    private async Task LeaveAsync(Lease lease, CancellationToken stopping)
    {
        try
        {
            await _grains.Get(lease.Topic).Unwatch(Observer()).WaitAsync(WatchLease.Answer, _time, stopping);
        }
        catch (Exception error)
        {
            if (!stopping.IsCancellationRequested)
                LogFarewellFailed(lease.Topic, error);
        }
        finally
        {
            lock (_gate)
                _leases.Left(lease, Now);
        }
    }

    /// <summary>What the grains call. Made with the first call, because there may be no cluster before; made once, because each would be told.</summary>
    private IViewObserver Observer()
    {
        lock (_gate)
            return _published ??= _grains.Publish(_inbox);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Watching {Topic} at its grain failed; screens keep their last view while it is tried again.")]
    private partial void LogRenewalsFail(string topic, Exception error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Watching {Topic} at its grain failed ({Failing} topics fail); it is tried again.")]
    private partial void LogRenewalFailed(string topic, int failing, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "All watched topics reach their grains again.")]
    private partial void LogRecovered();

    [LoggerMessage(Level = LogLevel.Debug, Message = "Signing off from {Topic} failed; its grain forgets this host by itself.")]
    private partial void LogFarewellFailed(string topic, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic} has gone back to an older state for good, as after its store was restored; its {Watchers} watchers ask again.")]
    private partial void LogWentBack(string topic, int watchers);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of the relay failed; it goes on in a second.")]
    private partial void LogLoopFailed(Exception error);
}

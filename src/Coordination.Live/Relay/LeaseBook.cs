using Coordination.Contracts.Live;

namespace Coordination.Live.Relay;

/// <summary>
/// Which topics this host has to register at their grains, and when: at once when the first watcher comes, again every
/// <see cref="WatchLease.Renewal"/>, and a farewell when the last has gone. One call per topic is in flight at a time, so a farewell
/// can never overtake or be overtaken by a registration.
/// </summary>
/// <remarks>Not safe for use from several threads at once. Time is passed in, as is the spread of the renewals (0 to 1).</remarks>
internal sealed class LeaseBook
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Lease, TimeSpan> _due = new();

    public TimeSpan? NextDue
    {
        get
        {
            DropStale();
            return _due.TryPeek(out _, out var at) ? at : null;
        }
    }

    /// <summary>Topics whose last call failed.</summary>
    public int Failing { get; private set; }

    /// <summary>The lease of a topic that is watched; null when it is not.</summary>
    public Lease? Find(string topic) => _leases.TryGetValue(topic, out var lease) && lease.IsWanted ? lease : null;

    /// <summary>The first watcher came.</summary>
    public void Want(string topic, TimeSpan now)
    {
        if (!_leases.TryGetValue(topic, out var lease))
            _leases.Add(topic, lease = new Lease(topic));
        lease.IsWanted = true;
        lease.Answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Schedule(lease, now);
    }

    /// <summary>The last watcher left.</summary>
    public void Leave(string topic, TimeSpan now)
    {
        if (!_leases.TryGetValue(topic, out var lease))
            return;
        lease.IsWanted = false;
        lease.Answer.TrySetCanceled();
        if (lease.IsRegistered)
            Schedule(lease, now);
        else if (!lease.IsCalling)
            Drop(lease);
    }

    /// <summary>Gives a lease whose grain is to be called now: <c>Watch</c> if it is wanted, otherwise <c>Unwatch</c>.</summary>
    public bool TryBegin(TimeSpan now, out Lease lease)
    {
        DropStale();
        if (!_due.TryPeek(out lease!, out var at) || at > now)
            return false;
        _due.Dequeue();
        lease.Due = null;
        lease.IsCalling = true;
        if (lease.IsWanted)
            lease.IsRegistered = true;
        return true;
    }

    /// <summary>The grain answered a registration.</summary>
    public void Renewed(Lease lease, TimeSpan now, double spread)
    {
        lease.IsCalling = false;
        Succeeded(lease);
        if (lease.IsWanted)
            lease.Answer.TrySetResult();

        // 80 to 100 % of the period, so that topics that were first watched together do not stay together.
        Schedule(lease, lease.IsWanted ? now + (WatchLease.Renewal * (0.8 + (0.2 * spread))) : now);
    }

    /// <summary>A registration failed; the grain may know of it all the same.</summary>
    public void Failed(Lease lease, TimeSpan now, double spread)
    {
        lease.IsCalling = false;
        if (lease.Failures++ == 0)
            Failing++;
        var wait = FirstRetry * (1 << Math.Min(lease.Failures - 1, 5));
        wait = wait < WatchLease.Renewal ? wait : WatchLease.Renewal;
        Schedule(lease, lease.IsWanted ? now + (wait * (0.8 + (0.2 * spread))) : now);
    }

    /// <summary>The farewell is said, or failed: then the grain forgets by itself.</summary>
    public void Left(Lease lease, TimeSpan now)
    {
        lease.IsCalling = false;
        lease.IsRegistered = false;
        if (lease.IsWanted)
            Schedule(lease, now);
        else
            Drop(lease);
    }

    private void Drop(Lease lease)
    {
        Succeeded(lease);
        lease.Due = null;
        _leases.Remove(lease.Topic);
    }

    private void Succeeded(Lease lease)
    {
        if (lease.Failures > 0)
            Failing--;
        lease.Failures = 0;
    }

    private void Schedule(Lease lease, TimeSpan at)
    {
        // What is called now is scheduled again when the call ends.
        if (lease.IsCalling)
            return;
        lease.Due = at;
        _due.Enqueue(lease, at);
    }

    /// <summary>Entries are not searched for when a lease is moved; the old ones fall out when they come to the front.</summary>
    private void DropStale()
    {
        while (_due.TryPeek(out var lease, out var at) && lease.Due != at)
            _due.Dequeue();
    }
}

/// <summary>The registration of this host for one topic.</summary>
internal sealed class Lease(string topic)
{
    public string Topic { get; } = topic;

    /// <summary>Somebody watches.</summary>
    public bool IsWanted { get; set; }

    /// <summary>The grain may know of this host.</summary>
    public bool IsRegistered { get; set; }

    /// <summary>A call to the grain is in flight.</summary>
    public bool IsCalling { get; set; }

    /// <summary>When to call next; null while a call is in flight.</summary>
    public TimeSpan? Due { get; set; }

    /// <summary>Calls that failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Completes when the grain answered for the first time since the topic is watched.</summary>
    public TaskCompletionSource Answer { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

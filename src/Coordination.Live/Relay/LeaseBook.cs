using Coordination.Contracts.Live;

namespace Coordination.Live.Relay;

/// <summary>
/// Which topics this host has to register at their grains, and when: at once when the first watcher comes, again every
/// <see cref="WatchLease.Renewal"/>, and a farewell when the last has gone. One call per topic is in flight at a time, so a farewell
/// can never overtake or be overtaken by a registration. Topics that nobody watched before go first: a person waits for them, and behind
/// the renewals of a host that died they would wait long.
/// </summary>
/// <remarks>Not safe for use from several threads at once. Time is passed in, as is the spread of the renewals (0 to 1).</remarks>
internal sealed class LeaseBook
{
    /// <summary>Within this time all topics are renewed when that is asked for.</summary>
    public static readonly TimeSpan AllWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Lease, (bool IsLater, TimeSpan At)> _due = new();

    public TimeSpan? NextDue
    {
        get
        {
            DropStale();
            return _due.TryPeek(out var lease, out _) ? lease.Due : null;
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
        lease.IsFirst = true;
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
        if (!_due.TryPeek(out lease!, out _) || lease.Due > now)
            return false;
        _due.Dequeue();
        lease.Due = null;
        lease.IsFirst = false;
        lease.IsCalling = true;
        if (lease.IsWanted)
            lease.IsRegistered = true;
        return true;
    }

    /// <summary>
    /// Has every topic renewed within <see cref="AllWithin"/>, spread evenly over it. What is due sooner stays so; what is being called
    /// is called again, for its answer may come from before.
    /// </summary>
    public void RenewAll(TimeSpan now)
    {
        var step = AllWithin / Math.Max(_leases.Count, 1);
        var at = now;
        foreach (var lease in _leases.Values)
        {
            at += step;
            if (!lease.IsWanted)
                continue;
            if (lease.IsCalling)
                lease.IsCalledAgain = true;
            else if (lease.Due is null || lease.Due > now + AllWithin)
                Schedule(lease, at);
        }
    }

    /// <summary>The grain answered a registration.</summary>
    public void Renewed(Lease lease, TimeSpan now, double spread)
    {
        lease.IsCalling = lease.IsFirst = false;
        Succeeded(lease);
        if (lease.IsWanted)
            lease.Answer.TrySetResult();

        // 80 to 100 % of the period, so that topics that were first watched together do not stay together.
        var wait = (lease.IsCalledAgain ? AllWithin : WatchLease.Renewal) * (0.8 + (0.2 * spread));
        lease.IsCalledAgain = false;
        Schedule(lease, lease.IsWanted ? now + wait : now);
    }

    /// <summary>A registration failed; the grain may know of it all the same.</summary>
    public void Failed(Lease lease, TimeSpan now, double spread)
    {
        lease.IsCalling = lease.IsFirst = false;
        if (lease.Failures++ == 0)
            Failing++;
        lease.IsCalledAgain = false;
        var wait = FirstRetry * (1 << Math.Min(lease.Failures - 1, 5));
        wait = wait < LongestRetry ? wait : LongestRetry;
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
        _due.Enqueue(lease, (!lease.IsFirst, at));
    }

    /// <summary>Entries are not searched for when a lease is moved; the old ones fall out when they come to the front.</summary>
    private void DropStale()
    {
        while (_due.TryPeek(out var lease, out var priority) && (lease.Due != priority.At || lease.IsFirst == priority.IsLater))
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

    /// <summary>The first call since somebody watches is still to be made.</summary>
    public bool IsFirst { get; set; }

    /// <summary>A call to the grain is in flight.</summary>
    public bool IsCalling { get; set; }

    /// <summary>Its next call is to follow soon.</summary>
    public bool IsCalledAgain { get; set; }

    /// <summary>When to call next; null while a call is in flight.</summary>
    public TimeSpan? Due { get; set; }

    /// <summary>Calls that failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Completes when the grain answered for the first time since the topic is watched.</summary>
    public TaskCompletionSource Answer { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

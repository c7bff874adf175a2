namespace Coordination.Ledger.Redis;

/// <summary>How far a bucket was when it was last seen.</summary>
/// <param name="Life">The life of Redis that was; empty when it was never seen.</param>
/// <param name="Commits">The commits counted in it.</param>
internal readonly record struct RedisMark(string Life, long Commits)
{
    public static RedisMark None { get; } = new("", 0);
}

/// <summary>The highest mark this process has seen of each bucket. Thread-safe.</summary>
internal sealed class RedisMarks
{
    private readonly Lock _gate = new();
    private readonly RedisMark[] _marks = [.. Enumerable.Repeat(RedisMark.None, RedisKeys.Buckets)];
    private long _changes;

    /// <summary>Grows with every change.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    public RedisMark this[int bucket]
    {
        get
        {
            lock (_gate)
                return _marks[bucket];
        }
    }

    public RedisMark[] ToArray()
    {
        lock (_gate)
            return [.. _marks];
    }

    /// <summary>Takes what a meeting found, or a file remembered.</summary>
    public void Set(int bucket, RedisMark mark)
    {
        lock (_gate)
        {
            if (_marks[bucket] == mark || (_marks[bucket].Life == mark.Life && _marks[bucket].Commits > mark.Commits))
                return;
            _marks[bucket] = mark;
            _changes++;
        }
    }

    /// <summary>Takes what a script answered in a life. One of a life before says nothing of this one.</summary>
    public void Raise(int bucket, string life, long commits)
    {
        lock (_gate)
        {
            if (_marks[bucket].Life != life || _marks[bucket].Commits >= commits)
                return;
            _marks[bucket] = new RedisMark(life, commits);
            _changes++;
        }
    }
}

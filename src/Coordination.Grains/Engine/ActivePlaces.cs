using System.Collections.Concurrent;

namespace Coordination.Grains;

/// <summary>A place in the memory of this host. Safe to call from any thread: what it does, it does on the place's own scheduler.</summary>
public interface IActivePlace
{
    /// <summary>Name of its stream.</summary>
    string Stream { get; }

    /// <summary>The epoch it holds; 0 while it holds none.</summary>
    long HeldEpoch { get; }

    /// <summary>It has come fully into memory; before, it cannot be moved.</summary>
    bool IsReady { get; }

    /// <summary>Completes when this activation is gone from this host.</summary>
    Task Gone { get; }

    /// <summary>The store says that the stream is at this epoch: one that is newer than the place's own means that it was replaced, and goes.</summary>
    void NoteEpoch(long epoch);

    /// <summary>Goes to another host with what it has in memory, as soon as it is idle.</summary>
    void MoveTo(SiloAddress host);
}

/// <summary>
/// All places in the memory of this host, for what concerns a host as a whole: finding those that were replaced, and moving them before
/// it stops. Costs one entry a place.
/// </summary>
public sealed class ActivePlaces
{
    /// <summary>Places on the move at the same time; each is a state on the network.</summary>
    private const int MovedAtOnce = 128;

    private readonly ConcurrentDictionary<IActivePlace, bool> places = new(ReferenceEqualityComparer.Instance);

    public int Count => places.Count;

    /// <summary>All of them, also those that are only on their way.</summary>
    public IReadOnlyCollection<IActivePlace> All() => [.. places.Keys];

    /// <summary>Those that hold a stream, at this moment.</summary>
    public IReadOnlyList<IActivePlace> Holding() => [.. places.Keys.Where(place => place.HeldEpoch > 0)];

    internal void Add(IActivePlace place) => places[place] = true;

    internal void Remove(IActivePlace place) => places.TryRemove(place, out _);

    /// <summary>Moves every place to one of the other hosts, in turn. Ends when all have gone or the time is over; the rest stays.</summary>
    /// <param name="hosts">The hosts to move to; with none, nothing is moved.</param>
    /// <param name="patience">How long in all.</param>
    /// <param name="time">Clock of the patience.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task MoveAllAsync(IReadOnlyList<SiloAddress> hosts, TimeSpan patience, TimeProvider time, CancellationToken cancellation) =>
        hosts.Count == 0
            ? Task.CompletedTask
            : MoveAsync([.. Enumerable.Range(0, Count).Select(number => hosts[number % hosts.Count])], patience, time, cancellation);

    /// <summary>Moves one place to each of the hosts that are named, as often as they are named, while there are places.</summary>
    public async Task MoveAsync(IReadOnlyList<SiloAddress> targets, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var moves = places.Keys.Where(place => place.IsReady).Zip(targets);
        try
        {
            await Parallel.ForEachAsync(moves, new ParallelOptions { MaxDegreeOfParallelism = MovedAtOnce, CancellationToken = either.Token }, async (move, ended) =>
            {
                move.First.MoveTo(move.Second);
                await move.First.Gone.WaitAsync(ended);
            });
        }
        catch (OperationCanceledException)
        {
            // The time is over: the rest stays.
        }
    }
}

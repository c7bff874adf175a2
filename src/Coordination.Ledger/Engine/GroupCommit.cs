using System.Diagnostics;

namespace Coordination.Ledger;

/// <summary>
/// Gathers the appends of many streams into one durable commit: while one commit is being written the next one fills, so the cost
/// of a sync is shared by all who wait for it. Safe to call from any thread.
/// </summary>
/// <remarks>
/// Bounded: each stream has at most one append in flight, so the queue is as long as there are active streams;
/// <see cref="MaxWaiting"/> is the hard limit, beyond which an append fails as if the store were unavailable.
/// </remarks>
public sealed class GroupCommit : IAsyncDisposable
{
    /// <summary>Most appends that may wait.</summary>
    public const int MaxWaiting = 100_000;

    /// <summary>Most appends in one commit.</summary>
    public const int MaxAppends = 1024;

    /// <summary>A commit takes no further append once it has this many bytes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Queue<Waiting> queue = new();
    private readonly IEventStore store;
    private readonly TaskScheduler scheduler;
    private Task pump = Task.CompletedTask;
    private bool pumping;
    private bool closed;

    /// <param name="store">Where to commit.</param>
    /// <param name="scheduler">Where the pump runs; the thread pool unless a simulation orders every step itself.</param>
    public GroupCommit(IEventStore store, TaskScheduler? scheduler = null)
    {
        this.store = store;
        this.scheduler = scheduler ?? TaskScheduler.Default;
    }

    private sealed record Waiting(Append Append)
    {
        public TaskCompletionSource<AppendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Completes when the append is durable or refused.</summary>
    /// <exception cref="StoreUnavailableException">The store failed; whether the append is durable is not known.</exception>
    public Task<AppendOutcome> AppendAsync(Append append)
    {
        var waiting = new Waiting(append);
        lock (gate)
        {
            if (closed)
                return Task.FromException<AppendOutcome>(new StoreUnavailableException("The ledger is closing."));
            if (queue.Count >= MaxWaiting)
                return Task.FromException<AppendOutcome>(new StoreUnavailableException("Too many appends wait for the store."));
            queue.Enqueue(waiting);
            if (!pumping)
            {
                pumping = true;
                pump = Task.Factory.StartNew(PumpAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
            }
        }
        return waiting.Done.Task;
    }

    private async Task PumpAsync()
    {
        var batch = new List<Waiting>();
        var streams = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            batch.Clear();
            streams.Clear();
            lock (gate)
            {
                Take(batch, streams);
                if (batch.Count == 0)
                {
                    pumping = false;
                    return;
                }
            }
            await CommitAsync(batch);
        }
    }

    /// <summary>Takes from the queue until the commit is full or a stream comes a second time (two activations of one grain).</summary>
    private void Take(List<Waiting> batch, HashSet<string> streams)
    {
        var bytes = 0;
        while (batch.Count < MaxAppends && bytes < MaxBytes && queue.TryPeek(out var next) && streams.Add(next.Append.Stream))
        {
            batch.Add(queue.Dequeue());
            bytes += next.Append.Payload.Length;
        }
    }

    /// <summary>
    /// What came while a commit failed: it would wait as long again to hear the same, and a caller is to know within a second. None of it
    /// was sent.
    /// </summary>
    private Waiting[] TakeAll()
    {
        lock (gate)
        {
            Waiting[] all = [.. queue];
            queue.Clear();
            return all;
        }
    }

    private async Task CommitAsync(List<Waiting> batch)
    {
        var began = Stopwatch.GetTimestamp();
        AppendOutcome[] outcomes;
        try
        {
            outcomes = await store.AppendAsync(batch.ConvertAll(waiting => waiting.Append), CancellationToken.None);
        }
        catch (Exception failure)
        {
            LedgerMetrics.CommitFailed();
            var unavailable = failure as StoreUnavailableException ?? new StoreUnavailableException($"The store failed: {failure.Message}", failure);
            foreach (var waiting in batch.Concat(TakeAll()))
                waiting.Done.SetException(unavailable);
            return;
        }
        LedgerMetrics.Committed(batch.Count, batch.Sum(waiting => waiting.Append.Count), Stopwatch.GetElapsedTime(began));
        for (var i = 0; i < batch.Count; i++)
            batch[i].Done.SetResult(outcomes[i]);
    }

    /// <summary>Takes no more appends and completes when those that wait are committed.</summary>
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (gate)
        {
            closed = true;
            last = pump;
        }
        await last;
    }
}

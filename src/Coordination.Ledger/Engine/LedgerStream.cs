namespace Coordination.Ledger;

/// <summary>Settings of a stream.</summary>
/// <param name="SnapshotEvery">Events after which a snapshot is due.</param>
/// <param name="SnapshotGap">Least time between two snapshots of one stream, so that a hot one does not write its state all the time.</param>
/// <param name="MaxWaitingEvents">Events that may wait for their commit; beyond, commands are refused as overloaded.</param>
public sealed record LedgerStreamOptions(int SnapshotEvery = 2000, TimeSpan SnapshotGap = default, int MaxWaitingEvents = 20_000)
{
    public static LedgerStreamOptions Default { get; } = new(SnapshotGap: TimeSpan.FromSeconds(1));

    /// <summary>Where a snapshot becomes JSON, away from the stream; the thread pool unless a simulation orders every step itself.</summary>
    public TaskScheduler Background { get; init; } = TaskScheduler.Default;

    /// <summary>For the twin of a safety test only: tells callers before the commit, which loses confirmed commands in a crash.</summary>
    internal bool AcknowledgeBeforeCommit { get; init; }

    /// <summary>For comparison only: stores batches without a link, as they were before there was a chain.</summary>
    internal bool WithoutChain { get; init; }
}

/// <summary>
/// One stream in memory: decides commands one at a time on the newest state, commits their events in batches with one append in
/// flight, and shows only what is committed. Knows nothing of grains.
/// </summary>
/// <remarks>
/// <para>Not thread-safe: call it, and let its continuations run, on one scheduler (a grain's, or a simulation's).</para>
/// <para>Failure: when an append fails, the state in memory is thrown away, everybody who waits gets
/// <see cref="CommitOutcome.Unknown"/>, and the stream must be opened again before the next command; the last committed view stays
/// readable meanwhile. When it is fenced, it stays fenced for good.</para>
/// </remarks>
public sealed class LedgerStream<TState, TCommand, TEvent, TRejection>
    where TRejection : class
{
    private static readonly Task<CommitOutcome> AlreadyCommitted = Task.FromResult(CommitOutcome.Committed);
    private static readonly Task<CommitOutcome> AlreadyFenced = Task.FromResult(CommitOutcome.Fenced);
    private static readonly Task<CommitOutcome> AlreadyUnknown = Task.FromResult(CommitOutcome.Unknown);

    private readonly IStreamModel<TState, TCommand, TEvent, TRejection> model;
    private readonly IEventStore store;
    private readonly GroupCommit commits;
    private readonly TimeProvider time;
    private readonly LedgerStreamOptions options;

    private CommandOutcomes outcomes = new();
    private TState state;
    private long version;
    private string? link;
    private bool isOpening;
    private Batch? filling;
    private Batch? inFlight;
    private Task flushing = Task.CompletedTask;
    private Task snapshotting = Task.CompletedTask;
    private long snapshotVersion;
    private long snapshotStamp;

    /// <param name="name">Name of the stream.</param>
    /// <param name="model">Its rules and JSON.</param>
    /// <param name="store">Where it is kept.</param>
    /// <param name="commits">The group commit above the same store.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">Settings.</param>
    public LedgerStream(
        string name,
        IStreamModel<TState, TCommand, TEvent, TRejection> model,
        IEventStore store,
        GroupCommit commits,
        TimeProvider time,
        LedgerStreamOptions? options = null)
    {
        Name = name;
        this.model = model;
        this.store = store;
        this.commits = commits;
        this.time = time;
        this.options = options ?? LedgerStreamOptions.Default;
        state = model.Empty;
        CommittedState = model.Empty;
    }

    private sealed class Batch
    {
        public EventBatchWriter<TEvent> Writer { get; } = new();

        public TaskCompletionSource<CommitOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public string Name { get; }

    /// <summary>Ready for commands.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Another activation has taken the stream; this one is of no more use.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>The last commit or opening failed and none has succeeded since: what is shown may be older than what is durable.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>The epoch held; 0 before the first opening.</summary>
    public long Epoch { get; private set; }

    /// <summary>The newest state that is durable.</summary>
    public TState CommittedState { get; private set; }

    /// <summary>Events in <see cref="CommittedState"/>.</summary>
    public long CommittedVersion { get; private set; }

    /// <summary>The newest state, uncommitted: to decide on, never to show.</summary>
    public TState State => state;

    /// <summary>Called after each commit, when <see cref="CommittedState"/> has moved.</summary>
    public Action? OnCommitted { get; set; }

    /// <summary>Takes the next epoch and restores the state from the newest snapshot and the events after it.</summary>
    /// <param name="warm">
    /// <see cref="CommittedSnapshot"/> of the activation before, when it came here with the place. The one that is stored is read
    /// only when the stream has gone on since, and then the newer of the two counts. One that is ahead of the stream cannot be of
    /// this store and is left aside.
    /// </param>
    /// <exception cref="StoreUnavailableException">The store failed, and it may be tried again; or the stream <see cref="IsFenced"/> now.</exception>
    public async Task OpenAsync(StreamSnapshot? warm = null)
    {
        if (IsFenced)
            throw new InvalidOperationException($"Stream {Name} is fenced.");
        isOpening = true;
        try
        {
            var opened = await store.OpenAsync(Name, CancellationToken.None);
            if (warm?.Version > opened.Version)
                warm = null;
            var folded = await StreamFolder.FoldAsync(store, Name, model, useSnapshot: warm?.Version != opened.Version, warm: warm);
            if (folded.Version < opened.Version)
                throw new InvalidDataException($"Stream {Name} has {opened.Version} events and only {folded.Version} can be read.");
            if (folded.Version > opened.Version)
            {
                // Only a later opening can have written since. With its events this one's views would have the older epoch and the
                // newer version, and a client that had seen them would go back.
                Fence();
                throw new StoreUnavailableException($"Stream {Name} was taken by another activation while it was being opened.");
            }
            Epoch = opened.Epoch;
            outcomes = folded.Outcomes;
            state = CommittedState = folded.State;
            version = CommittedVersion = folded.Version;
            link = folded.Link;
            snapshotVersion = folded.SnapshotVersion;
            IsOpen = true;
            IsFailing = false;
        }
        catch (StoreUnavailableException)
        {
            IsFailing = true;
            throw;
        }
        finally
        {
            isOpening = false;
        }
    }

    /// <summary>
    /// Is told the epoch of the stream in the store. One above <see cref="Epoch"/> means that another activation has taken the stream:
    /// this one is fenced at once and takes no further command. What was submitted before waits for the answer to its own append,
    /// which may still be that it was durable before the other came.
    /// </summary>
    public void NoteEpoch(long currentEpoch)
    {
        // While it is being opened the store may already count the epoch that is being taken. Before, there is none to lose.
        if (!isOpening && Epoch > 0 && currentEpoch > Epoch)
            Fence();
    }

    private void Fence()
    {
        if (!IsFenced)
            LedgerMetrics.Fenced();
        IsFenced = true;
        IsOpen = false;
    }

    /// <summary>Decides a command now. The answer may be told when <see cref="Submission{TEvent,TRejection}.Commit"/> is committed.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="commandId">Its id; null for none.</param>
    /// <param name="fingerprint">Hash of its body.</param>
    /// <param name="expectedVersion">Version at which alone it is to be done; null for any.</param>
    /// <param name="by">Who asks, to be stored with each event that follows; null when that is not known.</param>
    public Submission<TEvent, TRejection> Submit(
        TCommand command, string? commandId = null, ulong fingerprint = 0, long? expectedVersion = null, RecordedBy? by = null)
    {
        if (IsFenced)
            return new([], null, 0, SubmissionKind.Decided, AlreadyFenced);
        if (!IsOpen)
            return new([], null, 0, SubmissionKind.Decided, AlreadyUnknown);
        if (commandId is not null && outcomes.TryFind(commandId, out var first))
        {
            var kind = first.Fingerprint == fingerprint ? SubmissionKind.Replayed : SubmissionKind.KeyReused;
            return new([], null, first.Version, kind, CommitOf(first.Version));
        }
        if (expectedVersion is { } expected && expected != version)
            return new([], null, version, SubmissionKind.VersionMismatch, CommitOf(version));
        if (filling is { Writer.Count: var waiting } && waiting >= options.MaxWaitingEvents)
            return new([], null, 0, SubmissionKind.Overloaded, AlreadyCommitted);
        var now = time.GetUtcNow();
        var (events, rejection) = model.Decide(state, command, now);
        if (rejection is not null || events.Count == 0)
            return new(events, rejection, version, SubmissionKind.Decided, CommitOf(version));
        Append(events, commandId, fingerprint, now, by);
        if (commandId is not null)
            outcomes.Add(new CommandOutcome(commandId, fingerprint, version, now));
        var commit = options.AcknowledgeBeforeCommit ? AlreadyCommitted : filling!.Done.Task;
        if (flushing.IsCompleted)
            flushing = FlushAsync();
        return new(events, null, version, SubmissionKind.Decided, commit);
    }

    private void Append(IReadOnlyList<TEvent> events, string? commandId, ulong fingerprint, DateTimeOffset now, RecordedBy? by)
    {
        filling ??= new Batch();
        for (var i = 0; i < events.Count; i++)
        {
            version++;
            var last = i == events.Count - 1; // The outcome's version contains all of the command's events.
            filling.Writer.Add(new(version, now, last ? commandId : null, last ? fingerprint : 0, events[i], by), model.WriteEvent);
            state = model.Apply(state, events[i], now);
        }
    }

    /// <summary>When everything up to a version is durable. A version is in the batch that fills, in the one in flight, or committed.</summary>
    private Task<CommitOutcome> CommitOf(long wanted)
    {
        if (wanted <= CommittedVersion || options.AcknowledgeBeforeCommit)
            return AlreadyCommitted;
        return (filling is { } batch && wanted > version - batch.Writer.Count ? batch : inFlight!).Done.Task;
    }

    private async Task FlushAsync()
    {
        // Once all that is already waiting to be decided is decided: a call that brings many inputs makes one commit, not two.
        await Task.Yield();
        while (filling is { } batch)
        {
            filling = null;
            inFlight = batch;
            // Decided one after another without a pause, so the state now is exactly the state after this batch.
            var (after, lastVersion) = (state, version);
            CommitOutcome outcome;
            // With one append in flight, the link before is that of what is committed.
            var (payload, next) = options.WithoutChain ? (batch.Writer.Finish(), null) : batch.Writer.Seal(Name, link);
            try
            {
                var result = await commits.AppendAsync(new Append(Name, Epoch, lastVersion - batch.Writer.Count, batch.Writer.Count, payload));
                outcome = result == AppendOutcome.Committed ? CommitOutcome.Committed : CommitOutcome.Fenced;
            }
            catch (StoreUnavailableException)
            {
                outcome = CommitOutcome.Unknown;
            }
            inFlight = null;
            batch.Writer.Dispose();
            if (outcome != CommitOutcome.Committed)
            {
                Fail(batch, outcome);
                return;
            }
            CommittedState = after;
            CommittedVersion = lastVersion;
            link = next;
            batch.Done.SetResult(CommitOutcome.Committed);
            OnCommitted?.Invoke();
            if (CommittedVersion - snapshotVersion >= options.SnapshotEvery && snapshotting.IsCompleted
                && time.GetElapsedTime(snapshotStamp) >= options.SnapshotGap)
                snapshotting = WriteSnapshotAsync();
        }
    }

    private void Fail(Batch batch, CommitOutcome outcome)
    {
        IsOpen = false;
        if (outcome == CommitOutcome.Fenced)
            Fence();
        else
            IsFailing = true;
        var waiting = filling;
        filling = null;
        // What was decided on top of events that may not exist is thrown away with them.
        (state, version, outcomes) = (CommittedState, CommittedVersion, new CommandOutcomes());
        batch.Done.SetResult(outcome);
        waiting?.Writer.Dispose();
        waiting?.Done.SetResult(outcome);
    }

    /// <summary>
    /// The committed state and its outcomes, to be opened from on another host; also after <see cref="CloseAsync"/>. Null before the
    /// first opening, after a failure and when fenced, because then the newest state is in the store alone.
    /// </summary>
    public StreamSnapshot? CommittedSnapshot() => Epoch == 0 || IsFailing || IsFenced
        ? null
        : StreamFolder.WriteSnapshot(model, CommittedState, CommittedVersion, Kept(outcomes.ToArray(), CommittedVersion), link);

    /// <summary>Outcomes decided after a version are not part of it.</summary>
    private static CommandOutcome[] Kept(CommandOutcome[] all, long version) => Array.FindAll(all, outcome => outcome.Version <= version);

    /// <summary>Writes a snapshot of the committed state, off the caller's scheduler. A failure costs a longer replay and nothing else.</summary>
    private async Task WriteSnapshotAsync()
    {
        var (committed, at, kept, sealing) = (CommittedState, CommittedVersion, outcomes.ToArray(), link);
        snapshotStamp = time.GetTimestamp();
        try
        {
            var snapshot = await Task.Factory.StartNew(
                () => StreamFolder.WriteSnapshot(model, committed, at, Kept(kept, at), sealing),
                CancellationToken.None, TaskCreationOptions.DenyChildAttach, options.Background);
            await store.WriteSnapshotAsync(Name, snapshot, CancellationToken.None);
            snapshotVersion = Math.Max(snapshotVersion, at);
            LedgerMetrics.SnapshotWritten(true);
        }
        catch (Exception)
        {
            LedgerMetrics.SnapshotWritten(false);
        }
    }

    /// <summary>Waits for what is in flight, and writes a last snapshot if anything happened since the one before.</summary>
    /// <param name="writeSnapshot">False when the state goes on elsewhere, with <see cref="CommittedSnapshot"/>.</param>
    public async Task CloseAsync(bool writeSnapshot = true)
    {
        await flushing;
        await snapshotting;
        if (writeSnapshot && IsOpen && CommittedVersion > snapshotVersion)
            await WriteSnapshotAsync();
        IsOpen = false;
    }
}

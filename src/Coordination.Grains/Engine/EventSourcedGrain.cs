using Coordination.Contracts;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Ledger;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Coordination.Grains;

/// <summary>
/// A stream as a grain: a thin shell around a <see cref="LedgerStream{TState,TCommand,TEvent,TRejection}"/> that opens it when it is
/// needed. See <see cref="PlaceGrain{TState,TCommand,TEvent}"/> for those that stand for a place and are watched.
/// </summary>
/// <remarks>
/// <para>What does not exist is not opened, so that asking for any id writes nothing.</para>
/// <para>When the store fails the grain stays, shows its last committed view and opens the stream again with the next command, at
/// most every <see cref="ReopenGap"/>. When another activation has taken the stream, this one deactivates.</para>
/// </remarks>
[Reentrant]
public abstract partial class EventSourcedGrain<TState, TCommand, TEvent> : Grain, IGrainMigrationParticipant, IDisposable
{
    /// <summary>How long a failing store is left alone by callers before the next try.</summary>
    private static readonly TimeSpan ReopenGap = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RecoveryGap = TimeSpan.FromSeconds(1);

    private static readonly RecordedBy Own = new(Actor.System.Who);

    private readonly PlaceLedger ledger;
    private readonly ILogger logger;
    private readonly LedgerStream<TState, TCommand, TEvent, Rejection> stream;
    private readonly HostedActivation activation;
    private Task opening = Task.CompletedTask;
    private IGrainTimer? recovery;
    private StreamSnapshot? moved;
    private long failedStamp;

    /// <param name="ledger">What its host writes to.</param>
    /// <param name="name">Name of the stream: a path, such as <c>parking-lots/jingtie-north</c> or <c>accounts/{id}</c>.</param>
    /// <param name="model">Its rules and its JSON.</param>
    /// <param name="logger">Of the grain.</param>
    protected EventSourcedGrain(PlaceLedger ledger, string name, IStreamModel<TState, TCommand, TEvent, Rejection> model, ILogger logger)
    {
        this.ledger = ledger;
        this.logger = logger;
        stream = new(name, model, ledger.Store, ledger.Commits, ledger.Time, ledger.Options) { OnCommitted = StreamCommitted };
        Watchers = new ViewPublisher(this, ledger.Time, () => CurrentView(), OnPublish);
        activation = new(stream.Name, () => stream.Epoch, NoteEpoch, MoveTo);
    }

    /// <summary>Name of the stream, which is also the path of what it stands for.</summary>
    protected string Path => stream.Name;

    /// <summary>What is answered when there is no such thing.</summary>
    protected abstract Rejection NotThere { get; }

    protected TimeProvider Time => ledger.Time;

    /// <summary>Newest state that is durable.</summary>
    protected TState Committed => stream.CommittedState;

    /// <summary>Newest state, uncommitted: to decide on, never to show.</summary>
    protected TState Newest => stream.State;

    protected long CommittedVersion => stream.CommittedVersion;

    protected long Epoch => stream.Epoch;

    protected ViewPublisher Watchers { get; }

    /// <summary>The view to send to relays; null when there is none. Made only when somebody watches.</summary>
    protected virtual LiveView? CurrentView() => null;

    /// <summary>Something durable has changed; called at most every <see cref="ViewPublisher.Gap"/>, with the latest.</summary>
    protected virtual void OnPublish()
    {
    }

    /// <summary>Called after each commit, before views are sent.</summary>
    protected virtual void OnCommitted()
    {
    }

    /// <summary>Whether a command creates what the stream stands for, so that its stream is to be made.</summary>
    protected abstract bool Creates(TCommand command);

    public sealed override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        activation.Scheduler = TaskScheduler.Current;
        ledger.Active.Add(activation);
        try
        {
            await EnsureOpenAsync(create: false);
        }
        catch (StoreUnavailableException failure)
        {
            // The next call tries again; an activation that fails would hide the reason from the caller.
            LogStoreUnavailable(Path, failure);
            TryAgainSoon();
        }
        await OnActivatedAsync();
        activation.IsReady = true;
    }

    /// <summary>The place is in memory, if it exists and the store could be read.</summary>
    protected virtual Task OnActivatedAsync() => Task.CompletedTask;

    /// <summary>Opens the stream again without waiting for a command: what was written with an unknown outcome is to be seen.</summary>
    private void TryAgainSoon()
    {
        recovery ??= this.RegisterGrainTimer(RecoverAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        recovery.Change(RecoveryGap, Timeout.InfiniteTimeSpan);
    }

    private async Task RecoverAsync(CancellationToken cancellation)
    {
        try
        {
            await EnsureOpenAsync(create: false);
        }
        catch (StoreUnavailableException)
        {
            // It may have found itself replaced while it was being opened; who only looks at it would never find out.
            if (stream.IsFenced)
                DeactivateOnIdle();
            else
                TryAgainSoon();
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Watchers.Dispose();
        // What goes to another host takes its state along; writing it to the store as well would only cost time at a shutdown.
        var moves = reason.ReasonCode is DeactivationReasonCode.Migrating;
        await stream.CloseAsync(writeSnapshot: !moves);
        moved = moves ? stream.CommittedSnapshot() : null;
    }

    /// <summary>Makes sure there is a committed state to show, or that the place is known not to exist.</summary>
    /// <exception cref="StoreUnavailableException">There is no state in memory and the store cannot be read.</exception>
    protected Task EnsureReadableAsync() => stream.Epoch > 0 ? Task.CompletedTask : EnsureOpenAsync(create: false);

    /// <summary>Whether the place exists, as far as this activation knows.</summary>
    // Asked of the stream and not noted when its opening returns: calls interleave between the two.
    protected bool Exists => stream.Epoch > 0;

    /// <summary>Lets go of an activation that stands for nothing: any id can be asked for, and none may stay for that.</summary>
    protected void ForgetIfMissing()
    {
        if (!Exists && !Watchers.IsWatched)
            DeactivateOnIdle();
    }

    /// <summary>Decides a command of the caller's and waits for its commit.</summary>
    protected Task<CommandResult> ExecuteAsync(TCommand command, CommandKey? key, long? expectedVersion = null) =>
        ExecuteAsync(command, key, expectedVersion, Caller);

    /// <summary>Decides a command of the place's own and waits for its commit, whoever's call it comes from.</summary>
    protected Task<CommandResult> ExecuteOwnAsync(TCommand command) => ExecuteAsync(command, null, null, Own);

    private async Task<CommandResult> ExecuteAsync(TCommand command, CommandKey? key, long? expectedVersion, RecordedBy? by)
    {
        try
        {
            await EnsureOpenAsync(Creates(command));
        }
        catch (StoreUnavailableException)
        {
            return new CommandResult(CommandStatus.Unavailable);
        }
        if (!Exists)
            return new CommandResult(CommandStatus.Rejected, 0, NotThere);
        var submission = stream.Submit(command, key?.Id, key?.Fingerprint ?? 0, expectedVersion, by);
        var commit = await submission.Commit;
        if (commit != CommitOutcome.Committed)
            return Unavailable(commit);
        return submission switch
        {
            { Kind: SubmissionKind.Overloaded } => new CommandResult(CommandStatus.Overloaded),
            { Kind: SubmissionKind.KeyReused } => new CommandResult(CommandStatus.KeyReused, submission.Version),
            { Kind: SubmissionKind.Replayed } => new CommandResult(CommandStatus.Replayed, submission.Version),
            { Kind: SubmissionKind.VersionMismatch } => new CommandResult(CommandStatus.Rejected, 0, new Rejection(
                RejectionKind.VersionMismatch, "version-mismatch", $"The place is at version {submission.Version}.")),
            { Rejection: { } rejection } => new CommandResult(CommandStatus.Rejected, 0, rejection),
            // Whoever wrote the first event of the stream created the place.
            _ => new CommandResult(CommandStatus.Done, submission.Version, null, submission.Events.Count > 0 && submission.Version == submission.Events.Count),
        };
    }

    /// <summary>Who gave the command of this call; null when that is not known.</summary>
    protected static RecordedBy? Caller => CallActor.Current is { } actor ? new RecordedBy(actor.Who, actor.For, actor.At) : null;

    /// <summary>Submits without waiting, for callers that wait once for many. The stream must be open and exist.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="by">Who asks: <see cref="Caller"/>.</param>
    protected Submission<TEvent, Rejection> Submit(TCommand command, RecordedBy? by) => stream.Submit(command, by: by);

    /// <summary>Whether the stream is open for commands and the place exists; opens it if it is not.</summary>
    protected async Task<bool> EnsureWritableAsync()
    {
        await EnsureOpenAsync(create: false);
        return Exists;
    }

    protected CommandResult Unavailable(CommitOutcome outcome)
    {
        if (outcome == CommitOutcome.Fenced)
        {
            LogFenced(Path, Epoch);
            DeactivateOnIdle();
        }
        else
            TryAgainSoon();
        return new CommandResult(CommandStatus.Unavailable);
    }

    private Task EnsureOpenAsync(bool create)
    {
        if (stream.IsOpen)
            return Task.CompletedTask;
        if (stream.IsFenced)
            return Task.FromException(Moved());
        if (stream.IsFailing && opening.IsCompleted && Time.GetElapsedTime(failedStamp) < ReopenGap)
            return Task.FromException(new StoreUnavailableException("The event store failed a moment ago; ask again."));
        return OpenOnceAsync(create);
    }

    private async Task OpenOnceAsync(bool create)
    {
        // Calls interleave: all that come while it is being opened wait for the same opening.
        while (!opening.IsCompleted)
            await opening;
        if (stream.IsOpen)
            return;
        if (!create && !Exists && moved is null && !await ExistsAsync())
            return;
        // While this call waited, another may have opened the stream, written, and found it taken.
        if (stream.IsFenced)
            throw Moved();
        if (opening.IsCompleted && !stream.IsOpen)
            opening = OpenAsync();
        await opening;
    }

    private StoreUnavailableException Moved()
    {
        DeactivateOnIdle();
        return new StoreUnavailableException($"{Path} has moved to another activation; ask again.");
    }

    private async Task<bool> ExistsAsync()
    {
        try
        {
            return await ledger.Store.FindAsync(stream.Name, CancellationToken.None) is { Version: > 0 };
        }
        catch (StoreUnavailableException)
        {
            failedStamp = Time.GetTimestamp();
            throw;
        }
    }

    private async Task OpenAsync()
    {
        try
        {
            await LearnIfReplacedAsync();
            if (stream.IsFenced)
                throw Moved(); // Found out by the epoch watch, in the moment before.
            await stream.OpenAsync(moved);
            moved = null;
            StreamCommitted();
        }
        catch (StoreUnavailableException)
        {
            failedStamp = Time.GetTimestamp();
            throw;
        }
    }

    /// <summary>
    /// Before a stream is opened again after the store failed: whoever took it meanwhile is the right one, and must not be fenced by one
    /// that only does not know yet that it was replaced.
    /// </summary>
    private async Task LearnIfReplacedAsync()
    {
        if (!Exists)
            return;
        var now = await ledger.Store.ReadEpochsAsync([stream.Name], CancellationToken.None);
        NoteEpoch(now[0]);
    }

    private void StreamCommitted()
    {
        OnCommitted();
        Watchers.Changed();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: the event store cannot be used; the next call tries again.")]
    private partial void LogStoreUnavailable(string path, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: another activation has taken the stream from epoch {Epoch}; this one deactivates.")]
    private partial void LogFenced(string path, long epoch);
}

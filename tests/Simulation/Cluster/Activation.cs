using System.Collections.Immutable;
using System.Text.Json;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Simulation.Disk;
using Coordination.Simulation.Feed;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Cluster;

/// <summary>
/// A place in the memory of a host: what the event-sourced grain does around a stream, without Orleans. Opens the stream when it
/// is needed, acts on its deadlines, shows committed views to the relays that watch, and lets go when it is fenced.
/// </summary>
internal sealed class Activation
{
    private static readonly TimeSpan ReopenGap = TimeSpan.FromMilliseconds(500);

    private readonly SimulatedCluster cluster;
    private readonly World world;
    private readonly Publisher publisher;
    private Task opening = Task.CompletedTask;
    private long failedStamp;
    private DateTimeOffset? wakesAt;
    private StreamSnapshot? moved;

    public Activation(SimulatedCluster cluster, Host host, PlaceId place, int number, StreamSnapshot? moved)
    {
        this.moved = moved;
        this.cluster = cluster;
        world = cluster.World;
        Host = host;
        Place = place;
        publisher = new Publisher(cluster, this, View);
        Lane = host.NewLane($"{place}#{number}@{host.Name}");
        IEventStore store = cluster.TrustsMigratedState && moved is not null ? new TrustingStore(host.Store, moved.Version) : host.Store;
        Stream = new(place.ToString(), OccupancyModel.Instance, store, host.Commits, host.Clock, host.StreamOptions) { OnCommitted = Committed };
    }

    public Host Host { get; }

    public PlaceId Place { get; }

    public Lane Lane { get; }

    public LedgerStream<OccupancyState, OccupancyCommand, OccupancyEvent, Rejection> Stream { get; }

    /// <summary>Gets no further calls; those it has go on.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Whether another activation has taken the stream, and perhaps it does not know.</summary>
    public bool IsReplaced => cluster.Disk.Right.Find(Stream.Name)?.Epoch != Stream.Epoch;

    private bool Exists => Stream.Epoch > 0;

    public bool IsGone => IsRetired || Lane.IsDead;

    public async Task<CommandReply> ExecuteAsync(OccupancyCommand command, CommandKey? key)
    {
        try
        {
            await EnsureOpenAsync(command is DefinePlace { ExpectedVersion: null or 0 });
        }
        catch (StoreUnavailableException)
        {
            return new(new CommandResult(CommandStatus.Unavailable));
        }
        if (!Exists)
            return new(new CommandResult(CommandStatus.Rejected, 0, Rejection.NotFound(Place)));
        var expected = command is DefinePlace { ExpectedVersion: > 0 } define ? define.ExpectedVersion : null;
        var submission = Stream.Submit(command, key?.Id, key?.Fingerprint ?? 0, expected);
        var isReplaced = IsReplaced;
        var commit = await submission.Commit;
        if (commit != CommitOutcome.Committed)
        {
            Unavailable(commit);
            return new(new CommandResult(CommandStatus.Unavailable));
        }
        return new(submission switch
        {
            { Kind: SubmissionKind.Overloaded } => new CommandResult(CommandStatus.Overloaded),
            { Kind: SubmissionKind.KeyReused } => new CommandResult(CommandStatus.KeyReused, submission.Version),
            { Kind: SubmissionKind.Replayed } => new CommandResult(CommandStatus.Replayed, submission.Version),
            { Kind: SubmissionKind.VersionMismatch } => new CommandResult(CommandStatus.Rejected, 0, new Rejection(
                RejectionKind.VersionMismatch, "version-mismatch", $"The place is at version {submission.Version}.")),
            { Rejection: { } rejection } => new CommandResult(CommandStatus.Rejected, 0, rejection),
            _ => new CommandResult(CommandStatus.Done, submission.Version),
        }, submission.Events.Count > 0, isReplaced);
    }

    public async Task<InputReply> RecordAsync(ImmutableArray<OccupancyInput> inputs)
    {
        try
        {
            await EnsureOpenAsync(create: false);
        }
        catch (StoreUnavailableException)
        {
            return new(new InputReceipt([], Unavailable: true));
        }
        if (!Exists)
            return new(new InputReceipt([.. inputs.Select(_ => new InputOutcome(InputStatus.Refused, Rejection.NotFound(Place)))]));
        var outcomes = ImmutableArray.CreateBuilder<InputOutcome>(inputs.Length);
        Task<CommitOutcome>? last = null;
        foreach (var input in inputs)
        {
            var submission = Stream.Submit(new RecordInput(input));
            if (submission.Kind == SubmissionKind.Overloaded)
                break;
            last = submission.Commit;
            outcomes.Add(OccupancyDecider.OutcomeOf(
                Stream.State, input, new Decision<OccupancyEvent>(submission.Events, submission.Rejection), submission.Version));
        }
        var isReplaced = IsReplaced;
        if (last is not null && await last is var commit and not CommitOutcome.Committed)
        {
            Unavailable(commit);
            return new(new InputReceipt([], Unavailable: true));
        }
        return new(new InputReceipt(outcomes.ToImmutable(), Overloaded: outcomes.Count < inputs.Length), isReplaced);
    }

    /// <summary>Registers or renews a relay; null when the place does not exist.</summary>
    public async Task<LiveView?> WatchAsync(Relay relay)
    {
        publisher.Add(relay);
        return await ReadAsync();
    }

    /// <summary>The last committed view; null when the place does not exist.</summary>
    public async Task<LiveView?> ReadAsync()
    {
        if (Stream.Epoch == 0)
            await EnsureOpenAsync(create: false);
        return View();
    }

    /// <summary>Puts it to sleep: it writes a last snapshot, and the next call makes another activation.</summary>
    public async Task DeactivateAsync()
    {
        if (IsGone)
            return;
        IsRetired = true;
        world.Trace($"{Lane.Name} deactivates");
        await Stream.CloseAsync();
    }

    /// <summary>Moves to another host: a new activation goes on there from the state of this one.</summary>
    public async Task HandOverAsync(Host target)
    {
        if (IsGone)
            return;
        IsRetired = true;
        await Stream.CloseAsync(writeSnapshot: false);
        var state = Stream.CommittedSnapshot();
        world.Trace($"{Lane.Name} moves to {target.Name} {(state is null ? "without its state" : $"at version {state.Version}")}");
        if (state is not null)
            cluster.Checker.SnapshotWritten(Stream.Name, state);
        var observers = publisher.Observers;
        cluster.Network.Push(Host.Name, target.Name, () => target.Pool.Post(() => cluster.Arrive(target, this, state, observers)));
    }

    /// <summary>Opens the stream, if there is one, before anybody asks.</summary>
    /// <param name="observers">Who watched it before it moved.</param>
    public async Task StartAsync(IReadOnlyList<Relay> observers)
    {
        foreach (var relay in observers)
            publisher.Add(relay);
        try
        {
            await EnsureOpenAsync(create: false);
        }
        catch (StoreUnavailableException)
        {
            Unavailable(CommitOutcome.Unknown);
        }
    }

    /// <summary>The epoch watch has asked the store.</summary>
    public void NoteEpoch(long current)
    {
        if (IsGone)
            return;
        Stream.NoteEpoch(current);
        if (!Stream.IsFenced)
            return;
        world.Trace($"{Lane.Name} learns that the store is at epoch {current} and it at {Stream.Epoch}");
        Lane.Post(DeactivateAsync);
    }

    private Task EnsureOpenAsync(bool create)
    {
        if (Stream.IsOpen)
            return Task.CompletedTask;
        if (Stream.IsFenced)
            return Task.FromException(Moved());
        if (Stream.IsFailing && opening.IsCompleted && Host.Clock.GetElapsedTime(failedStamp) < ReopenGap)
            return Task.FromException(new StoreUnavailableException("Failed a moment ago."));
        return OpenOnceAsync(create);
    }

    private async Task OpenOnceAsync(bool create)
    {
        while (!opening.IsCompleted)
            await opening;
        if (Stream.IsOpen)
            return;
        if (!create && !Exists && moved is null && !await ExistsAsync())
            return;
        if (Stream.IsFenced)
            throw Moved();
        if (opening.IsCompleted && !Stream.IsOpen)
            opening = OpenAsync();
        await opening;
    }

    private StoreUnavailableException Moved()
    {
        Lane.Post(DeactivateAsync);
        return new StoreUnavailableException("Moved.");
    }

    private async Task<bool> ExistsAsync()
    {
        try
        {
            await foreach (var found in Host.Store.ListAsync(Stream.Name, CancellationToken.None))
                return found.Name == Stream.Name && found.Version > 0;
            return false;
        }
        catch (StoreUnavailableException)
        {
            failedStamp = Host.Clock.GetTimestamp();
            throw;
        }
    }

    private async Task OpenAsync()
    {
        try
        {
            await LearnIfReplacedAsync();
            if (Stream.IsFenced)
                throw Moved(); // Found out by the epoch watch, in the moment before.
            await Stream.OpenAsync(moved);
            moved = null;
            Committed();
        }
        catch (StoreUnavailableException)
        {
            failedStamp = Host.Clock.GetTimestamp();
            throw;
        }
    }

    private async Task LearnIfReplacedAsync()
    {
        if (!Exists)
            return;
        NoteEpoch((await Host.Store.ReadEpochsAsync([Stream.Name], CancellationToken.None))[0]);
    }

    private void Unavailable(CommitOutcome outcome)
    {
        if (outcome == CommitOutcome.Fenced)
            Lane.Post(DeactivateAsync);
        else
            world.After(TimeSpan.FromSeconds(1), Lane, RecoverAsync);
    }

    private async Task RecoverAsync()
    {
        try
        {
            await EnsureOpenAsync(create: false);
        }
        catch (StoreUnavailableException)
        {
            if (Stream.IsFenced)
                Lane.Post(DeactivateAsync);
            else
                world.After(TimeSpan.FromSeconds(1), Lane, RecoverAsync);
        }
    }

    private void Committed()
    {
        cluster.Checker.Committed(this);
        Arm();
        publisher.Changed();
    }

    private void Arm()
    {
        var now = Host.Clock.GetUtcNow();
        if (OccupancyClock.NextDeadline(Stream.CommittedState, now) is not { } next || wakesAt <= next)
            return;
        wakesAt = next;
        var delay = next - now;
        world.After(delay > TimeSpan.FromMilliseconds(1) ? delay : TimeSpan.FromMilliseconds(1), Lane, async () =>
        {
            wakesAt = null;
            if (IsGone)
                return;
            var before = Stream.CommittedVersion;
            var reply = await ExecuteAsync(PassTime.Instance, null);
            if (reply.Result.Status == CommandStatus.Unavailable)
                await world.Delay(TimeSpan.FromSeconds(5));
            else if (reply is { Result.Status: CommandStatus.Done, Changed: false } && Stream.IsOpen && Stream.CommittedVersion == before
                && ReferenceEquals(Stream.State, Stream.CommittedState) && OccupancyClock.NextDeadline(Stream.CommittedState, now = Host.Clock.GetUtcNow()) <= now
                && OccupancyModel.Instance.Decide(Stream.State, PassTime.Instance, now).Events.Count == 0)
                world.Fail(Fault.NoEnd, $"{Lane.Name}: something is due, and nothing comes of it.");
            if (!IsGone)
                Arm();
        });
    }

    private LiveView? View() => OccupancyView.Of(Place, Stream.CommittedState, Stream.Epoch, Stream.CommittedVersion) is { } view
        ? new LiveView(view.Topic, view.Epoch, view.Version, JsonSerializer.SerializeToUtf8Bytes(view, DomainJson.Instance.OccupancyView))
        : null;
}

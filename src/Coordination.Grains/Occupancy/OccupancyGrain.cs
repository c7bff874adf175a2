using System.Collections.Immutable;
using System.Text.Json;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;
using Coordination.Ledger;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.Occupancy;

/// <summary>A place that is counted. Each kind has its own grain class, which adds nothing but its kind.</summary>
public abstract class OccupancyGrain : PlaceGrain<OccupancyState, OccupancyCommand, OccupancyEvent>, IOccupancyGrain, IRemindable
{
    private const string WakeUp = "wake";

    private readonly Deadline deadline;
    private readonly RefusalNotes refusals;
    private readonly IPlaceDirectoryGrain directory;
    private OccupancyView? view;
    private PlaceState? counted;

    protected OccupancyGrain(PlaceLedger ledger, PlaceKind kind, IGrainContext context, IGrainFactory grains, ILogger logger)
        : base(ledger, kind, context, OccupancyModel.Instance, logger)
    {
        directory = grains.GetGrain<IPlaceDirectoryGrain>(PlaceId.PathOf(kind));
        deadline = new Deadline(this, ledger.Time, PassTimeAsync);
        refusals = new RefusalNotes(this, ledger.Time, ExecuteOwnAsync);
    }

    protected override async Task OnActivatedAsync()
    {
        if (Exists)
            await PassTimeAsync(); // What fell due while nobody was here.
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        PlaceMetrics.Moved(counted, null);
        counted = null;
        try
        {
            await refusals.FlushAsync(cancellationToken);
            // While it sleeps a reminder keeps the next deadline; at a shutdown the next start wakes every place.
            if (reason.ReasonCode is DeactivationReasonCode.ActivationIdle && OccupancyClock.NextDeadline(Committed, Time.GetUtcNow()) is { } next)
                await this.RegisterOrUpdateReminder(WakeUp, Until(next), TimeSpan.FromMinutes(10));
        }
        finally
        {
            await base.OnDeactivateAsync(reason, cancellationToken);
        }
    }

    private TimeSpan Until(DateTimeOffset instant)
    {
        var (due, soonest, latest) = (instant - Time.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromDays(40));
        return due < soonest ? soonest : due > latest ? latest : due;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await PassTimeAsync();
        if (await this.GetReminder(WakeUp) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    public async Task<OccupancyView?> GetView()
    {
        await EnsureReadableAsync();
        ForgetIfMissing();
        return View;
    }

    public async Task<PlaceProfile?> GetProfile()
    {
        await EnsureReadableAsync();
        return Committed.Profile;
    }

    public async Task<CommandResult> Execute(OccupancyCommand command, CommandKey? key)
    {
        var result = await ExecuteAsync(command, key, command is DefinePlace { ExpectedVersion: > 0 } define ? define.ExpectedVersion : null);
        PlaceMetrics.Command(command.GetType().Name, result.Status, result.Rejection?.Code);
        if (command is DefinePlace && result.Status is CommandStatus.Done && View is { } current)
            await directory.Put(PlaceSummary.Of(current));
        return result;
    }

    public async Task<InputReceipt> Record(ImmutableArray<OccupancyInput> inputs)
    {
        try
        {
            if (!await EnsureWritableAsync())
                return Missing(inputs);
        }
        catch (StoreUnavailableException)
        {
            return new InputReceipt([], Unavailable: true);
        }
        var outcomes = ImmutableArray.CreateBuilder<InputOutcome>(inputs.Length);
        Task<CommitOutcome>? last = null;
        var by = Caller;
        foreach (var input in inputs)
        {
            var submission = Submit(new RecordInput(input), by);
            if (submission.Kind == SubmissionKind.Overloaded)
                break; // What was taken before is told; the rest was not taken.
            last = submission.Commit;
            var decision = new Decision<OccupancyEvent>(submission.Events, submission.Rejection);
            outcomes.Add(OccupancyDecider.OutcomeOf(Newest, input, decision, submission.Version));
        }
        // Commits are in order: when the last is durable, all are.
        if (last is not null && await last is var commit and not CommitOutcome.Committed)
        {
            Unavailable(commit);
            return new InputReceipt([], Unavailable: true);
        }
        var answered = outcomes.Count == inputs.Length ? outcomes.MoveToImmutable() : outcomes.ToImmutable();
        PlaceMetrics.Answered(answered.AsSpan());
        for (var i = 0; i < answered.Length; i++)
        {
            if (answered[i].Rejection is { } rejection)
                refusals.Note(inputs[i].DeviceId, rejection.Code);
        }
        return new InputReceipt(answered, Overloaded: answered.Length < inputs.Length);
    }

    private InputReceipt Missing(ImmutableArray<OccupancyInput> inputs)
    {
        ForgetIfMissing();
        ImmutableArray<InputOutcome> missing = [.. Enumerable.Repeat(new InputOutcome(InputStatus.Refused, Rejection.NotFound(Place)), inputs.Length)];
        PlaceMetrics.Answered(missing.AsSpan());
        return new InputReceipt(missing);
    }

    public async Task<ImmutableArray<DeviceHealth>> GetDevices()
    {
        await EnsureReadableAsync();
        return [.. Committed.Devices.Keys.Union(refusals.DeviceIds, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(id => refusals.HealthOf(id, Committed.Devices.GetValueOrDefault(id, DeviceRecord.New)))];
    }

    public async Task<ImmutableArray<HistoryPoint>> GetHistory(HistoryResolution resolution, DateTimeOffset from, DateTimeOffset to)
    {
        await EnsureReadableAsync();
        return [.. (resolution == HistoryResolution.Minute ? Committed.Minutes : Committed.Hours).Points(from, to)];
    }

    public async Task<Trend?> GetTrend()
    {
        await EnsureReadableAsync();
        return Committed.Profile is null ? null : TrendOf.Today(Committed, Time.GetUtcNow());
    }

    private OccupancyView? View
    {
        get
        {
            if (view is null || view.Version != CommittedVersion || view.Epoch != Epoch)
                view = OccupancyView.Of(Place, Committed, Epoch, CommittedVersion);
            return view;
        }
    }

    protected override LiveView? CurrentView() => View is { } current
        ? new LiveView(current.Topic, current.Epoch, current.Version, JsonSerializer.SerializeToUtf8Bytes(current, DomainJson.Instance.OccupancyView))
        : null;

    protected override void OnPublish()
    {
        if (View is not { } current)
            return;
        var summary = PlaceSummary.Of(current);
        directory.OnPlace(summary).Ignore();
        if (current.Community is { } community)
            GrainFactory.GetGrain<ICommunityGrain>(community).OnPlace(summary).Ignore();
    }

    protected override void OnCommitted()
    {
        var now = Committed.Profile is null ? (PlaceState?)null : Committed.State;
        if (now != counted)
        {
            PlaceMetrics.Moved(counted, now);
            counted = now;
        }
        deadline.Set(OccupancyClock.NextDeadline(Committed, Time.GetUtcNow()));
    }

    protected override bool Creates(OccupancyCommand command) => command is DefinePlace { ExpectedVersion: null or 0 } define && define.Profile.Validate() is null;

    private async Task PassTimeAsync()
    {
        var result = await ExecuteOwnAsync(PassTime.Instance);
        // Also when nothing changed after all, or the store failed: there is a next deadline, or the same one again.
        if (result.Status is CommandStatus.Done)
            deadline.Set(OccupancyClock.NextDeadline(Committed, Time.GetUtcNow()));
        else if (result.Status is CommandStatus.Unavailable)
            deadline.Set(Time.GetUtcNow() + TimeSpan.FromSeconds(5));
    }
}

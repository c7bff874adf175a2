using System.Text.Json;
using Coordination.Contracts;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Communities;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.Communities;

/// <summary>
/// A community: what is said about it is in the ledger; the figures of its places are memory only, told by the places and asked for
/// again whenever somebody looks. The version of its view grows with either, within the epoch of this activation.
/// </summary>
public sealed partial class CommunityGrain : PlaceGrain<CommunityState, CommunityCommand, CommunityEvent>, ICommunityGrain
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(4);

    /// <summary>How long a community that has just come into memory waits for the figures of its places before it shows what it has.</summary>
    private static readonly TimeSpan FirstFigures = TimeSpan.FromSeconds(1.5);

    private const string Figures = "coordination.figures";

    private readonly Dictionary<string, PlaceSummary> summaries = new(StringComparer.Ordinal);
    private readonly IPlaceDirectoryGrain directory;
    private readonly ILogger<CommunityGrain> logger;
    private long viewVersion;
    private long askedStamp;
    private Task? asking;
    private Task presenting = Task.CompletedTask;
    private CommunityView? view;

    public CommunityGrain(PlaceLedger ledger, IGrainContext context, IGrainFactory grains, ILogger<CommunityGrain> logger)
        : base(ledger, PlaceKind.Community, context, CommunityModel.Instance, logger)
    {
        this.logger = logger;
        directory = grains.DirectoryGrain(PlaceKind.Community);
    }

    public async Task<CommunityView?> GetView()
    {
        await EnsureReadableAsync();
        ForgetIfMissing();
        await AskAsync();
        return View;
    }

    public async Task<CommunityProfile?> GetProfile()
    {
        await EnsureReadableAsync();
        return Committed.Profile;
    }

    public async Task<CommandResult> Execute(CommunityCommand command, CommandKey? key)
    {
        await presenting;
        var result = await ExecuteAsync(command, key, command is DefineCommunity { ExpectedVersion: > 0 } define ? define.ExpectedVersion : null);
        PlaceMetrics.Command(command.GetType().Name, result.Status, result.Rejection?.Code);
        if (result.Status is CommandStatus.Done && Committed.Profile is not null)
        {
            askedStamp = 0;
            await AskAsync();
            await directory.Put(PlaceSummary.Of(View!));
        }
        return result;
    }

    public Task OnPlace(PlaceSummary place)
    {
        if (Keep(place))
            Watchers.Changed();
        return Task.CompletedTask;
    }

    private bool Keep(PlaceSummary place)
    {
        if (Committed.Profile is not { } profile || !profile.Places.OrEmpty().Contains(place.Topic))
            return false;
        if (summaries.TryGetValue(place.Topic, out var known)
            && (known.Epoch > place.Epoch || (known.Epoch == place.Epoch && known.Version >= place.Version)))
            return false;
        summaries[place.Topic] = place;
        viewVersion++;
        return true;
    }

    /// <summary>Asks every place for its view, at most every four seconds: what was told one-way may have been lost.</summary>
    private async Task AskAsync()
    {
        if (Committed.Profile is not { } profile)
            return;
        if (asking is null && (askedStamp == 0 || Time.GetElapsedTime(askedStamp) >= AskAgain))
        {
            askedStamp = Time.GetTimestamp();
            asking = AskAllAsync(profile);
        }
        if (asking is { } running)
            await running;
    }

    private async Task AskAllAsync(CommunityProfile profile)
    {
        try
        {
            var views = await Task.WhenAll(profile.Places.OrEmpty().Select(async path =>
            {
                try
                {
                    return PlaceId.TryParse(path, out var place) ? await GrainFactory.OccupancyGrain(place).GetView() : null;
                }
                catch (Exception failure)
                {
                    LogPlaceUnavailable(Place, path, failure);
                    return null; // The last figure stays; its age is shown.
                }
            }));
            foreach (var current in views)
            {
                if (current is not null && Keep(PlaceSummary.Of(current)))
                    Watchers.Changed();
            }
        }
        finally
        {
            asking = null;
        }
    }

    protected override Task OnActivatedAsync()
    {
        if (Exists && summaries.Count == 0)
            presenting = PresentAsync();
        return Task.CompletedTask;
    }

    /// <summary>A community without figures would show all its places as missing: it shows nothing until it has asked them once.</summary>
    private async Task PresentAsync()
    {
        try
        {
            await AskAsync().WaitAsync(FirstFigures, Time);
        }
        catch (TimeoutException)
        {
            // A place whose host was lost may take longer: it is shown as missing until it answers.
        }
        Watchers.Changed();
    }

    // While it is watched it asks again and again, in the background.
    protected override async Task OnWatchedAsync()
    {
        await presenting;
        AskAsync().Ignore();
    }

    protected override void OnLeave(IDehydrationContext context) => context.TryAddValue(Figures, summaries.Values.ToArray());

    protected override void OnArrive(IRehydrationContext context)
    {
        if (!context.TryGetValue<PlaceSummary[]>(Figures, out var figures) || figures is null)
            return;
        foreach (var figure in figures)
            summaries[figure.Topic] = figure;
    }

    private CommunityView? View => view is not null && view.Version == viewVersion && view.Epoch == Epoch
        ? view
        : view = CommunityView.Of(Place, Committed, summaries, Epoch, viewVersion);

    protected override LiveView? CurrentView() => presenting.IsCompleted && View is { } current
        ? new LiveView(current.Topic, current.Epoch, current.Version, JsonSerializer.SerializeToUtf8Bytes(current, DomainJson.Instance.CommunityView))
        : null;

    protected override void OnPublish()
    {
        if (View is { } current)
            directory.OnPlace(PlaceSummary.Of(current)).Ignore();
    }

    protected override void OnCommitted()
    {
        viewVersion++;
        view = null;
        var members = Committed.Profile?.Places.OrEmpty() ?? [];
        foreach (var gone in summaries.Keys.Where(topic => !members.Contains(topic)).ToList())
            summaries.Remove(gone);
    }

    protected override bool Creates(CommunityCommand command) => command is DefineCommunity { ExpectedVersion: null or 0 } define && define.Profile.Validate() is null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Place}: {Member} could not be asked.")]
    private partial void LogPlaceUnavailable(PlaceId place, string member, Exception failure);
}

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
public sealed partial class CommunityGrain : EventSourcedGrain<CommunityState, CommunityCommand, CommunityEvent>, ICommunityGrain
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, PlaceSummary> summaries = new(StringComparer.Ordinal);
    private readonly IPlaceDirectoryGrain directory;
    private readonly ILogger<CommunityGrain> logger;
    private long viewVersion;
    private long askedStamp;
    private Task? asking;
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

    // While it is watched it asks again and again, in the background.
    protected override void OnWatched() => AskAsync().Ignore();

    private CommunityView? View => view is not null && view.Version == viewVersion && view.Epoch == Epoch
        ? view
        : view = CommunityView.Of(Place, Committed, summaries, Epoch, viewVersion);

    protected override LiveView? CurrentView() => View is { } current
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

using System.Collections.Immutable;
using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Communities;
using Coordination.Ledger;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Coordination.Grains.Directory;

/// <summary>
/// The places of one kind and their newest figures, in memory. When it starts it lists the streams of the store and asks every
/// place, which also wakes each place for what fell due while the server was down; from then on the places tell it.
/// </summary>
[Reentrant]
public sealed partial class PlaceDirectoryGrain(PlaceLedger ledger, ILogger<PlaceDirectoryGrain> logger) : Grain, IPlaceDirectoryGrain
{
    private const int AskedAtOnce = 32;

    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    private static readonly Comparer<PlaceSummary> ByName = Comparer<PlaceSummary>.Create((left, right) =>
        string.CompareOrdinal(left.Name, right.Name) is not 0 and var order ? order : string.CompareOrdinal(left.Id, right.Id));

    private readonly Dictionary<string, PlaceSummary> places = new(StringComparer.Ordinal);
    private List<PlaceSummary>? sorted;
    private Task? loading;
    private Task? waking;
    private bool wakeAgain;
    private bool loaded;

    private PlaceKind Kind { get; set; }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Kind = Enum.GetValues<PlaceKind>().First(kind => PlaceId.PathOf(kind) == this.GetPrimaryKeyString());
        DelayDeactivation(TimeSpan.FromDays(3650)); // Small, needed by every list, and costly to make again.
        return Task.CompletedTask;
    }

    public async Task<PlacePage> List(PlaceFilter filter)
    {
        await LoadAsync();
        sorted ??= [.. places.Values.Order(ByName)];
        var (skip, total) = ((filter.Page - 1L) * filter.PageSize, 0);
        var page = ImmutableArray.CreateBuilder<PlaceSummary>();
        foreach (var candidate in sorted)
        {
            var place = places[candidate.Topic]; // The order is of names; the figures are the newest.
            if (!Fits(place, filter))
                continue;
            if (total++ >= skip && page.Count < filter.PageSize)
                page.Add(place);
        }
        return new PlacePage(page.ToImmutable(), total, filter.Page, filter.PageSize);
    }

    private static bool Fits(PlaceSummary place, PlaceFilter filter) =>
        (filter.Query is not { Length: > 0 } query || Contains(place.Name, query) || Contains(place.NameEn, query) || Contains(place.Id, query))
        && (filter.City is null || filter.City == place.City)
        && (filter.District is null || filter.District == place.District)
        && (filter.Street is null || filter.Street == place.Street)
        && (filter.Community is null || filter.Community == place.Community)
        && (filter.State is null || filter.State == place.State)
        && (filter.Level is null || filter.Level == place.Level);

    private static bool Contains(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;

    public Task Put(PlaceSummary place) => OnPlace(place);

    public Task OnPlace(PlaceSummary place)
    {
        var known = places.GetValueOrDefault(place.Topic);
        if (known is not null && (known.Epoch > place.Epoch || (known.Epoch == place.Epoch && known.Version > place.Version)))
            return Task.CompletedTask;
        places[place.Topic] = place;
        if (known is null || known.Name != place.Name)
            sorted = null;
        return Task.CompletedTask;
    }

    public Task Wake()
    {
        wakeAgain = true;
        waking ??= WakeAsync();
        return Task.CompletedTask;
    }

    /// <summary>Several hosts notice the same loss: one more round serves all who ask while one is on its way.</summary>
    private async Task WakeAsync()
    {
        await Task.Yield();
        try
        {
            while (wakeAgain)
            {
                wakeAgain = false;
                await LoadAllAsync();
            }
        }
        catch (Exception failure)
        {
            LogNotWoken(PlaceId.PathOf(Kind), failure.Message); // The next list loads it, and the next loss wakes it again.
        }
        finally
        {
            waking = null;
        }
    }

    private async Task LoadAsync()
    {
        if (loaded)
            return;
        loading ??= LoadAllAsync();
        await loading;
    }

    private async Task LoadAllAsync()
    {
        try
        {
            var streams = new List<PlaceId>();
            await foreach (var stream in ledger.Store.ListAsync(PlaceId.PathOf(Kind) + "/", CancellationToken.None))
            {
                if (stream.Version > 0 && PlaceId.TryParse(stream.Name, out var place))
                    streams.Add(place);
            }
            var silent = await AskAllAsync(streams);
            if (silent.Count > 0 && silent.Count == streams.Count)
                throw new StoreUnavailableException($"None of {streams.Count} {PlaceId.PathOf(Kind)} answers.");
            loaded = true;
            LogLoaded(streams.Count - silent.Count, PlaceId.PathOf(Kind));
            if (silent.Count > 0)
                _ = AskUntilAnsweredAsync(silent);
        }
        finally
        {
            loading = null;
        }
    }

    /// <summary>Asks places, some at a time; gives back those that did not answer.</summary>
    private async Task<List<PlaceId>> AskAllAsync(List<PlaceId> all)
    {
        var silent = new List<PlaceId>();
        foreach (var group in all.Chunk(AskedAtOnce))
        {
            var answered = await Task.WhenAll(group.Select(AskAsync));
            silent.AddRange(group.Where((_, i) => !answered[i]));
        }
        return silent;
    }

    /// <summary>A place whose host was lost a moment ago answers a little later, and must not hold up the others.</summary>
    private async Task AskUntilAnsweredAsync(List<PlaceId> silent)
    {
        while (silent.Count > 0)
        {
            await Task.Delay(TryAgain, ledger.Time);
            silent = await AskAllAsync(silent);
        }
    }

    /// <returns>Whether the place answered, or is known never to.</returns>
    private async Task<bool> AskAsync(PlaceId place)
    {
        try
        {
            var summary = place.Kind == PlaceKind.Community
                ? await GrainFactory.GetGrain<ICommunityGrain>(place.Slug).GetView() is { } community ? PlaceSummary.Of(community) : null
                : await GrainFactory.OccupancyGrain(place).GetView() is { } view ? PlaceSummary.Of(view) : null;
            if (summary is not null)
                await OnPlace(summary);
        }
        catch (InvalidDataException damaged)
        {
            LogDamaged(place, damaged); // One damaged stream must not hide all other places.
        }
        catch (Exception failure)
        {
            LogSilent(place, failure.Message);
            return false;
        }
        return true;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Place} did not answer ({Reason}); it is asked again.")]
    private partial void LogSilent(PlaceId place, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Kind} could not all be woken: {Reason}")]
    private partial void LogNotWoken(string kind, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Listed {Count} {Kind}.")]
    private partial void LogLoaded(int count, string kind);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Place} cannot be read from the event store; it is left out of the list.")]
    private partial void LogDamaged(PlaceId place, Exception damaged);
}

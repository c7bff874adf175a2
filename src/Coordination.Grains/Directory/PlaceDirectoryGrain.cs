using System.Collections.Immutable;
using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Communities;
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
        return waking ??= WakeAsync();
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
            foreach (var group in streams.Chunk(AskedAtOnce))
                await Task.WhenAll(group.Select(AskAsync));
            loaded = true;
            LogLoaded(streams.Count, PlaceId.PathOf(Kind));
        }
        finally
        {
            loading = null;
        }
    }

    private async Task AskAsync(PlaceId place)
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
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listed {Count} {Kind}.")]
    private partial void LogLoaded(int count, string kind);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Place} cannot be read from the event store; it is left out of the list.")]
    private partial void LogDamaged(PlaceId place, Exception damaged);
}

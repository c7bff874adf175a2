using System.Text.Json;
using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Server.Hosting;

/// <summary>Places to start with: <c>seeds/*.json</c>.</summary>
internal sealed class SeedFile
{
    public Dictionary<string, CommunityProfile> Communities { get; init; } = [];

    public Dictionary<string, ParkingLotProfile> ParkingLots { get; init; } = [];

    public Dictionary<string, ScenicAreaProfile> ScenicAreas { get; init; } = [];
}

/// <summary>
/// Creates the seed places that do not exist yet; one that exists is left as people have made it since. Then wakes all places by
/// listing them, and says when the server is ready.
/// </summary>
internal sealed partial class SeedLoader(
    IGrainFactory grains, ServerOptions options, Readiness readiness, TimeProvider time, ILogger<SeedLoader> logger) : BackgroundService
{
    private readonly TaskCompletionSource<IReadOnlyList<PlaceId>> loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The counted seed places, when they exist.</summary>
    public Task<IReadOnlyList<PlaceId>> Loaded => loaded.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var places = new List<PlaceId>();
        if (options is { HasSeeds: true, Cluster.HoldsPlaces: true } && Directory.Exists(options.SeedFolder))
        {
            foreach (var path in Directory.EnumerateFiles(options.SeedFolder, "*.json").Order(StringComparer.Ordinal))
                await LoadAsync(path, places, stoppingToken);
        }
        loaded.TrySetResult(places);
        await RetryAsync(async () =>
        {
            foreach (var kind in Enum.GetValues<PlaceKind>())
                await grains.DirectoryGrain(kind).List(new PlaceFilter { PageSize = 1 });
            return true;
        }, stoppingToken);
        readiness.PlacesAreAwake = true;
    }

    private async Task LoadAsync(string path, List<PlaceId> places, CancellationToken stopping)
    {
        SeedFile seeds;
        try
        {
            await using var file = File.OpenRead(path);
            seeds = await JsonSerializer.DeserializeAsync<SeedFile>(file, DomainJson.CreateOptions(), stopping) ?? new SeedFile();
        }
        catch (JsonException unreadable)
        {
            LogUnreadable(path, unreadable.Message);
            return;
        }
        CallActor.Set(Actor.Seeds);
        var counted = seeds.ParkingLots.Select(lot => (Place: new PlaceId(PlaceKind.ParkingLot, lot.Key), Profile: (PlaceProfile)lot.Value))
            .Concat(seeds.ScenicAreas.Select(area => (Place: new PlaceId(PlaceKind.ScenicArea, area.Key), Profile: (PlaceProfile)area.Value)));
        foreach (var (place, profile) in counted)
        {
            if (!PlaceId.IsSlug(place.Slug))
                continue;
            await PutAsync(place, () => grains.OccupancyGrain(place).Execute(new DefinePlace(profile, ExpectedVersion: 0), null), stopping);
            places.Add(place);
        }
        foreach (var (slug, profile) in seeds.Communities.Where(community => PlaceId.IsSlug(community.Key)))
        {
            var place = new PlaceId(PlaceKind.Community, slug);
            await PutAsync(place, () => grains.GetGrain<ICommunityGrain>(slug).Execute(new DefineCommunity(profile, ExpectedVersion: 0), null), stopping);
        }
    }

    private async Task PutAsync(PlaceId place, Func<Task<CommandResult>> put, CancellationToken stopping) => await RetryAsync(async () =>
    {
        var result = await put();
        if (result.Status == CommandStatus.Done)
            LogCreated(place);
        else if (result.Rejection is { Code: not "place-exists" } rejection)
            LogRefused(place, rejection.Code, rejection.Detail);
        return result.Status is not (CommandStatus.Unavailable or CommandStatus.Overloaded);
    }, stopping);

    private async Task RetryAsync(Func<Task<bool>> attempt, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await attempt())
                    return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                LogNotYet(failure.Message);
            }
            await Task.Delay(TimeSpan.FromSeconds(1), time, stopping);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Seed place {Place} created.")]
    private partial void LogCreated(PlaceId place);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Seed place {Place} refused: {Code}: {Detail}")]
    private partial void LogRefused(PlaceId place, string code, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Seed file {Path} cannot be read: {Reason}")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Places are not awake yet ({Reason}); tried again in a second.")]
    private partial void LogNotYet(string reason);
}

/// <summary>Whether the server can be sent to.</summary>
internal sealed class Readiness
{
    /// <summary>It is about to stop: what is new goes elsewhere.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Every place has been woken and is in its list.</summary>
    public bool PlacesAreAwake { get; set; }
}

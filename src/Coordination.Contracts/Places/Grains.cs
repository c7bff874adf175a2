using System.Collections.Immutable;
using Coordination.Contracts.Live;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;
using Orleans.Concurrency;

namespace Coordination.Contracts.Places;

/// <summary>
/// A place that is counted. Keyed by the slug. Calls interleave at the commit only; everything returned is durable.
/// </summary>
public interface IOccupancyGrain : IWatchable
{
    /// <summary>The last committed view; null when the place does not exist.</summary>
    [AlwaysInterleave]
    Task<OccupancyView?> GetView();

    /// <summary>The profile as it was put, with capacity changes applied since; null when the place does not exist.</summary>
    [AlwaysInterleave]
    Task<PlaceProfile?> GetProfile();

    /// <summary>Does any command but inputs.</summary>
    [AlwaysInterleave]
    Task<CommandResult> Execute(OccupancyCommand command, CommandKey? key);

    /// <summary>Takes inputs of devices in their order; one outcome each, in the same order.</summary>
    [AlwaysInterleave]
    Task<InputReceipt> Record(ImmutableArray<OccupancyInput> inputs);

    /// <summary>Health of the devices that sent input, by id.</summary>
    [AlwaysInterleave]
    Task<ImmutableArray<DeviceHealth>> GetDevices();

    /// <summary>The buckets that begin in [from, to), oldest first.</summary>
    [AlwaysInterleave]
    Task<ImmutableArray<HistoryPoint>> GetHistory(HistoryResolution resolution, DateTimeOffset from, DateTimeOffset to);

    /// <summary>Today beside the usual for the same weekday; null when the place does not exist.</summary>
    [AlwaysInterleave]
    Task<Trend?> GetTrend();
}

/// <summary>A car park.</summary>
public interface IParkingLotGrain : IOccupancyGrain;

/// <summary>A scenic area.</summary>
public interface IScenicAreaGrain : IOccupancyGrain;

/// <summary>A community: what is said about it, and the live sum of its places.</summary>
public interface ICommunityGrain : IWatchable
{
    /// <summary>The community with the present figures of its places; null when it does not exist.</summary>
    [AlwaysInterleave]
    Task<CommunityView?> GetView();

    [AlwaysInterleave]
    Task<CommunityProfile?> GetProfile();

    [AlwaysInterleave]
    Task<CommandResult> Execute(CommunityCommand command, CommandKey? key);

    /// <summary>One of its places has a new view. Lossy: the community asks again every few seconds while it is watched.</summary>
    [OneWay, AlwaysInterleave]
    Task OnPlace(PlaceSummary place);
}

/// <summary>The list of all places of one kind with their live levels. Keyed by the path of the kind.</summary>
public interface IPlaceDirectoryGrain : IGrainWithStringKey
{
    /// <summary>A page of the places that fit, in the order of their names.</summary>
    [AlwaysInterleave]
    Task<PlacePage> List(PlaceFilter filter);

    /// <summary>A place is new or its profile changed: it is in the list when this returns.</summary>
    [AlwaysInterleave]
    Task Put(PlaceSummary place);

    /// <summary>A place has a new figure. Lossy; the next one mends it.</summary>
    [OneWay, AlwaysInterleave]
    Task OnPlace(PlaceSummary place);

    /// <summary>
    /// A host was lost: begins to ask every place again, so that those that were on it live elsewhere and see to what falls due. Returns
    /// at once; any number of calls make one more round.
    /// </summary>
    [AlwaysInterleave]
    Task Wake();
}

/// <summary>The outcomes of inputs, in their order, or that the store could not be written.</summary>
/// <param name="Outcomes">One per input; empty when <paramref name="Unavailable"/>, fewer than the inputs when <paramref name="Overloaded"/>.</param>
/// <param name="Unavailable">The store cannot be written; whether any input was kept is not known. Send them again.</param>
/// <param name="Overloaded">Too many commands wait: the inputs without an outcome were not taken.</param>
[GenerateSerializer, Immutable]
public sealed record InputReceipt(
    [property: Id(0)] ImmutableArray<InputOutcome> Outcomes,
    [property: Id(1)] bool Unavailable = false,
    [property: Id(2)] bool Overloaded = false);

/// <summary>How a device does.</summary>
/// <param name="DeviceId">Its id.</param>
/// <param name="LastSequence">Its highest sequence number; −1 when none of its input was taken.</param>
/// <param name="LastSeenAt">When the server last took input from it.</param>
/// <param name="LastReadingAt">When its newest reading was counted.</param>
/// <param name="Inputs">Inputs taken, late ones included.</param>
/// <param name="Late">Late inputs.</param>
/// <param name="LastDrift">The correction its last reading made: new count minus the count before.</param>
/// <param name="TotalDrift">Its corrections added up without their sign.</param>
/// <param name="TotalMoved">Its movements added up.</param>
/// <param name="DriftPercent">Total drift ÷ total moved in percent; null without movements.</param>
/// <param name="Refused">Inputs refused, by code.</param>
/// <param name="LastRefusedAt">When the last was refused.</param>
[GenerateSerializer, Immutable]
public sealed record DeviceHealth(
    [property: Id(0)] string DeviceId,
    [property: Id(1)] long LastSequence,
    [property: Id(2)] DateTimeOffset? LastSeenAt,
    [property: Id(3)] DateTimeOffset? LastReadingAt,
    [property: Id(4)] long Inputs,
    [property: Id(5)] long Late,
    [property: Id(6)] int? LastDrift,
    [property: Id(7)] long TotalDrift,
    [property: Id(8)] long TotalMoved,
    [property: Id(9)] double? DriftPercent,
    [property: Id(10)] ImmutableDictionary<string, long> Refused,
    [property: Id(11)] DateTimeOffset? LastRefusedAt);

/// <summary>Width of the buckets of a history.</summary>
public enum HistoryResolution
{
    /// <summary>One minute, kept 48 hours.</summary>
    Minute,

    /// <summary>One hour, kept 400 days.</summary>
    Hour,
}

/// <summary>One bucket of a history: the last, lowest and highest figure in it.</summary>
[GenerateSerializer, Immutable]
public readonly record struct HistoryPoint(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] int Occupied,
    [property: Id(2)] int Min,
    [property: Id(3)] int Max);

/// <summary>Today against the usual.</summary>
/// <param name="Date">The day, in the place's time zone.</param>
/// <param name="Today">One-minute buckets of the day so far.</param>
/// <param name="Usual">For each hour of the day with data: the mean over the same weekdays before.</param>
/// <param name="UsualDays">How many earlier days that mean is made of, at most 8.</param>
[GenerateSerializer, Immutable]
public sealed record Trend(
    [property: Id(0)] DateOnly Date,
    [property: Id(1)] ImmutableArray<HistoryPoint> Today,
    [property: Id(2)] ImmutableArray<UsualPoint> Usual,
    [property: Id(3)] int UsualDays);

/// <summary>The usual figure at the start of an hour.</summary>
[GenerateSerializer, Immutable]
public readonly record struct UsualPoint([property: Id(0)] DateTimeOffset At, [property: Id(1)] double Occupied);

/// <summary>Which places to list. Every part that is set must fit.</summary>
[GenerateSerializer, Immutable]
public sealed record PlaceFilter
{
    public const int MaxPageSize = 200;

    /// <summary>Part of the name, English name or slug, whatever the case.</summary>
    [Id(0)] public string? Query { get; init; }
    [Id(1)] public string? City { get; init; }
    [Id(2)] public string? District { get; init; }
    [Id(3)] public string? Street { get; init; }
    [Id(4)] public string? Community { get; init; }
    [Id(5)] public PlaceState? State { get; init; }
    [Id(6)] public Level? Level { get; init; }

    /// <summary>From 1.</summary>
    [Id(7)] public int Page { get; init; } = 1;

    /// <summary>1 to <see cref="MaxPageSize"/>.</summary>
    [Id(8)] public int PageSize { get; init; } = 50;
}

/// <summary>A page of a list.</summary>
/// <param name="Items">In the order of their names.</param>
/// <param name="Total">How many fit on all pages.</param>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">Most items on a page.</param>
[GenerateSerializer, Immutable]
public sealed record PlacePage(
    [property: Id(0)] ImmutableArray<PlaceSummary> Items,
    [property: Id(1)] int Total,
    [property: Id(2)] int Page,
    [property: Id(3)] int PageSize);

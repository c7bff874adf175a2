using System.Text.Json;

namespace Coordination.Client;

/// <summary>
/// What is said about a place, for <c>PUT /api/parking-lots|scenic-areas/{id}</c>. Only what is set is sent; what is left out is
/// taken away from the place.
/// </summary>
public sealed record PlaceProfile
{
    /// <summary>In the local language, 1 to 80 characters.</summary>
    public required string Name { get; init; }
    public string? NameEn { get; init; }

    /// <summary>IANA time zone; the server takes Asia/Shanghai when it is left out.</summary>
    public string? TimeZone { get; init; }
    public string? Address { get; init; }
    public string? City { get; init; }
    public string? District { get; init; }
    public string? Street { get; init; }

    /// <summary>Slug of the community it belongs to.</summary>
    public string? Community { get; init; }

    /// <summary>Places in all; null when not known.</summary>
    public int? Capacity { get; init; }

    /// <summary>Hours; null means always open.</summary>
    public WeeklyHours? OpeningHours { get; init; }

    /// <summary>Scenic areas: national grade such as 5A.</summary>
    public string? Grade { get; init; }
}

/// <summary>A weekly schedule; a weekday that is not named is closed.</summary>
public sealed record WeeklyHours(IReadOnlyList<DayHours> Weekly)
{
    private static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>The same single period every day. Times are written <c>HH:mm</c>; closing at or before opening means past midnight.</summary>
    public static WeeklyHours Daily(string opens, string closes) =>
        new([.. Days.Select(day => new DayHours(day, [new HoursPeriod(opens, closes)]))]);
}

/// <summary>Hours of one weekday, named in English lower case.</summary>
public sealed record DayHours(string Day, IReadOnlyList<HoursPeriod> Periods);

/// <summary>One stretch of a day in local wall-clock time, <c>HH:mm</c>.</summary>
public sealed record HoursPeriod(string Opens, string Closes);

/// <summary>What everybody may see of a place that is counted; null is unknown, and unknown is not zero.</summary>
public sealed record PlaceView
{
    /// <summary>Topic on the live feed and path under <c>/api</c>.</summary>
    public required string Topic { get; init; }
    public required string Id { get; init; }
    public long Epoch { get; init; }
    public long Version { get; init; }
    public required string Name { get; init; }
    public string? NameEn { get; init; }

    /// <summary><c>unknown</c>, <c>open</c>, <c>closed</c> or <c>stale</c>.</summary>
    public required string State { get; init; }

    /// <summary><c>automatic</c>, <c>open</c> or <c>closed</c>.</summary>
    public string? Operation { get; init; }
    public string? OperationReason { get; init; }
    public string? Level { get; init; }
    public int? Occupied { get; init; }
    public int? Capacity { get; init; }
    public int? Free { get; init; }

    /// <summary>Whole percent, rounded down; above 100 when over capacity.</summary>
    public int? Percent { get; init; }
    public bool OverCapacity { get; init; }
    public DateTimeOffset? CountedAt { get; init; }
    public bool Simulated { get; init; }
    public IReadOnlyList<ZoneView> Zones { get; init; } = [];
}

/// <summary>What everybody may see of a zone.</summary>
public sealed record ZoneView(
    string Id, string Name, string? NameEn, string? Purpose, int? Capacity, int? Occupied, int? Free, string? Level, DateTimeOffset? CountedAt, bool Stale);

/// <summary>What everybody may see of a community.</summary>
public sealed record CommunityView
{
    public required string Topic { get; init; }
    public required string Id { get; init; }
    public long Epoch { get; init; }
    public long Version { get; init; }
    public required string Name { get; init; }
    public string? NameEn { get; init; }
    public IReadOnlyList<PlaceSummary> Places { get; init; } = [];
    public required OccupancySum ParkingLots { get; init; }
    public required OccupancySum ScenicAreas { get; init; }
}

/// <summary>The live sum of the places of one kind; only those with a fresh figure and a known capacity are added up.</summary>
public sealed record OccupancySum(int Places, int Reporting, long Occupied, long Capacity, long Free);

/// <summary>One place of a list or of a community.</summary>
public sealed record PlaceSummary
{
    public required string Topic { get; init; }
    public required string Id { get; init; }
    public required string Name { get; init; }
    public string? NameEn { get; init; }
    public required string State { get; init; }
    public string? Level { get; init; }
    public int? Occupied { get; init; }
    public int? Capacity { get; init; }
    public int? Free { get; init; }
    public DateTimeOffset? CountedAt { get; init; }
}

/// <summary>A page of a list.</summary>
public sealed record PlacePage(IReadOnlyList<PlaceSummary> Items, int Total, int Page, int PageSize);

/// <summary>The answer to a <c>PUT</c> of a place.</summary>
/// <param name="Created">The place is new.</param>
/// <param name="View">Its view, as JSON.</param>
public sealed record PutReply(bool Created, JsonElement View);

/// <summary>Which server this is.</summary>
public sealed record ServerInfo(string Name, string Version, DateTimeOffset Now, bool Simulation);

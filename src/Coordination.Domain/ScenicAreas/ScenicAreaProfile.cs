using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Coordination.Domain.Occupancy;

namespace Coordination.Domain.ScenicAreas;

/// <summary>A way in or out of a scenic area.</summary>
[GenerateSerializer, Immutable]
public sealed record Gate([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] string? NameEn = null);

/// <summary>A scenic area 景区: a park, a museum, an old town, with gates and an instantaneous and a daily capacity.</summary>
[GenerateSerializer, Immutable]
public sealed record ScenicAreaProfile : PlaceProfile
{
    /// <summary>Most gates in an area.</summary>
    public const int MaxGates = 64;

    /// <summary>National grade such as 5A, or another word for its rank; at most 20 characters.</summary>
    [Id(0)] public string? Grade { get; init; }

    /// <summary>Ways in and out.</summary>
    [Id(1)] public ImmutableArray<Gate> Gates { get => field.OrEmpty(); init; }

    /// <summary>Visitors in a day as published (Tourism Law, article 45); null to compute it from <see cref="VisitMinutes"/>.</summary>
    [Id(2)] public int? DailyCapacity { get; init; }

    /// <summary>How long a visit takes on average, 5 to 1,440 minutes.</summary>
    [Id(3)] public int? VisitMinutes { get; init; }

    [JsonIgnore]
    public override PlaceKind Kind => PlaceKind.ScenicArea;

    /// <summary>Instantaneous capacity C1: as given, or the sum of the zones' (area ÷ area per visitor; LB/T 034-2014).</summary>
    [JsonIgnore]
    public int? InstantaneousCapacity
    {
        get
        {
            long sum = 0;
            foreach (var zone in CountedZones)
            {
                if (zone.EffectiveCapacity is not { } capacity)
                    return null;
                sum += capacity;
            }
            return (int)Math.Min(sum, MaxCount);
        }
    }

    /// <summary>
    /// Visitors in a day: as given, or C1 × opening time ÷ visit time (LB/T 034-2014) over the longest opening of the week;
    /// null when a part is missing.
    /// </summary>
    [JsonIgnore]
    public int? EffectiveDailyCapacity
    {
        get
        {
            if (DailyCapacity is { } given)
                return given;
            if (InstantaneousCapacity is not { } atOnce || VisitMinutes is not { } visit)
                return null;
            var openMinutes = OpeningHours is null
                ? 24 * 60
                : OpeningHours.Weekly.OrEmpty()
                    .Select(day => day.Periods.OrEmpty().Sum(period => (period.EndOn(DateOnly.MinValue) - period.StartOn(DateOnly.MinValue)).TotalMinutes))
                    .DefaultIfEmpty(0).Max();
            openMinutes = Math.Min(openMinutes, 24 * 60); // Periods may overlap.

            return (int)Math.Min(Math.Floor(atOnce * openMinutes / visit), MaxCount);
        }
    }

    public override Rejection? Validate()
    {
        if (Grade is { Length: > 20 })
            return Rejection.Malformed("grade", "At most 20 characters.");
        if (Gates.CountOrZero() > MaxGates || Gates.OrEmpty().Any(gate => gate is null || !PlaceId.IsSlug(gate.Id) || string.IsNullOrWhiteSpace(gate.Name) || gate.Name.Length > 80 || gate.NameEn is { Length: > 120 })
            || Gates.OrEmpty().Select(gate => gate.Id).Distinct(StringComparer.Ordinal).Count() != Gates.CountOrZero())
            return Rejection.Malformed("gates", $"At most {MaxGates} gates, each with a slug of its own and a name.");
        if (DailyCapacity is < 0 or > MaxCount)
            return Rejection.Malformed("dailyCapacity", "0 to 10,000,000.");
        return VisitMinutes is < 5 or > 1440 ? Rejection.Malformed("visitMinutes", "5 to 1,440 minutes.") : base.Validate();
    }

    public bool Equals(ScenicAreaProfile? other) =>
        ProfileEquality.Same(this, other) && Grade == other!.Grade && Gates.SameAs(other.Gates)
        && DailyCapacity == other.DailyCapacity && VisitMinutes == other.VisitMinutes;

    public override int GetHashCode() => ProfileEquality.Hash(this);
}

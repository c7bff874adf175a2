using System.Collections.Immutable;

namespace Coordination.Domain;

/// <summary>One stretch of a day. <c>Closes</c> at or before <c>Opens</c> means past midnight into the next day.</summary>
/// <param name="Opens">Local wall-clock time at which it opens.</param>
/// <param name="Closes">Local wall-clock time at which it closes; 00:00 is the end of the day.</param>
[GenerateSerializer, Immutable]
public sealed record OpeningPeriod([property: Id(0)] TimeOnly Opens, [property: Id(1)] TimeOnly Closes)
{
    internal DateTime StartOn(DateOnly day) => day.ToDateTime(Opens);

    internal DateTime EndOn(DateOnly day) => (Closes > Opens ? day : day.AddDays(1)).ToDateTime(Closes);
}

/// <summary>Hours of one weekday.</summary>
[GenerateSerializer, Immutable]
public sealed record WeekdayHours([property: Id(0)] DayOfWeek Day, ImmutableArray<OpeningPeriod> Periods)
{
    [Id(1)] public ImmutableArray<OpeningPeriod> Periods { get; init; } = Periods.OrEmpty();

    public bool Equals(WeekdayHours? other) => other is not null && Day == other.Day && Periods.SameAs(other.Periods);

    public override int GetHashCode() => HashCode.Combine(Day, Periods.CountOrZero());
}

/// <summary>Hours of one date instead of those of its weekday; no periods means closed all day.</summary>
[GenerateSerializer, Immutable]
public sealed record HoursException([property: Id(0)] DateOnly Date, ImmutableArray<OpeningPeriod> Periods, string? Reason = null)
{
    [Id(1)] public ImmutableArray<OpeningPeriod> Periods { get; init; } = Periods.OrEmpty();

    [Id(2)] public string? Reason { get; init; } = Reason;

    public bool Equals(HoursException? other) =>
        other is not null && Date == other.Date && Reason == other.Reason && Periods.SameAs(other.Periods);

    public override int GetHashCode() => HashCode.Combine(Date, Reason, Periods.CountOrZero());
}

/// <summary>
/// A weekly schedule with exceptions, in the place's own time zone. A weekday that is not named is closed; a place without
/// opening hours is always open.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record OpeningHours(ImmutableArray<WeekdayHours> Weekly, ImmutableArray<HoursException> Exceptions)
{
    [Id(0)] public ImmutableArray<WeekdayHours> Weekly { get; init; } = Weekly.OrEmpty();

    [Id(1)] public ImmutableArray<HoursException> Exceptions { get; init; } = Exceptions.OrEmpty();

    /// <summary>Most periods in a day.</summary>
    public const int MaxPeriodsPerDay = 6;

    /// <summary>Most exceptions kept.</summary>
    public const int MaxExceptions = 400;

    /// <summary>The same single period every day.</summary>
    public static OpeningHours Daily(TimeOnly opens, TimeOnly closes) => new(
        [.. Enum.GetValues<DayOfWeek>().Select(day => new WeekdayHours(day, [new OpeningPeriod(opens, closes)]))], []);

    public bool Equals(OpeningHours? other) =>
        other is not null && Weekly.SameAs(other.Weekly) && Exceptions.SameAs(other.Exceptions);

    public override int GetHashCode() => HashCode.Combine(Weekly.CountOrZero(), Exceptions.CountOrZero());

    /// <summary>Whether the schedule says open at <paramref name="instant"/>; periods include their start and exclude their end.</summary>
    public bool IsOpenAt(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
        // Yesterday's periods may reach past midnight into today.
        for (var day = today.AddDays(-1); day <= today; day = day.AddDays(1))
        {
            foreach (var period in PeriodsOn(day))
            {
                if (ToInstant(period.StartOn(day), zone) <= instant && instant < ToInstant(period.EndOn(day), zone))
                    return true;
            }
        }
        return false;
    }

    /// <summary>The first instant after <paramref name="instant"/>, within nine days, at which a period starts or ends; null if none does.</summary>
    public DateTimeOffset? NextBoundaryAfter(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
        DateTimeOffset? next = null;
        for (var offset = -1; offset <= 8; offset++)
        {
            var day = today.AddDays(offset);
            foreach (var period in PeriodsOn(day))
            {
                Consider(ToInstant(period.StartOn(day), zone));
                Consider(ToInstant(period.EndOn(day), zone));
            }
            if (next is not null && offset >= 1)
                return next;
        }
        return next;

        void Consider(DateTimeOffset boundary)
        {
            if (boundary > instant && (next is null || boundary < next))
                next = boundary;
        }
    }

    private ImmutableArray<OpeningPeriod> PeriodsOn(DateOnly day)
    {
        if (!Exceptions.IsDefaultOrEmpty)
        {
            foreach (var exception in Exceptions)
            {
                if (exception.Date == day)
                    return exception.Periods.OrEmpty();
            }
        }
        if (!Weekly.IsDefaultOrEmpty)
        {
            foreach (var weekday in Weekly)
            {
                if (weekday.Day == day.DayOfWeek)
                    return weekday.Periods.OrEmpty();
            }
        }
        return [];
    }

    // A local time that the change to summer time skips is moved forward by the gap; one that occurs twice is its first occurrence.
    private static DateTimeOffset ToInstant(DateTime local, TimeZoneInfo zone)
    {
        var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1)) // the offset before the gap moves it by the gap
            : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset);
    }

    internal Rejection? Validate(string field)
    {
        // JSON may hold null where the type says there is none.
        if (Weekly.OrEmpty().Any(day => day is null || day.Periods.OrEmpty().Any(period => period is null)))
            return Rejection.Malformed($"{field}.weekly", "A weekday has a day and periods, a period opens and closes.");
        if (Exceptions.OrEmpty().Any(exception => exception is null || exception.Periods.OrEmpty().Any(period => period is null)))
            return Rejection.Malformed($"{field}.exceptions", "An exception has a date and periods, a period opens and closes.");
        if (Weekly.CountOrZero() > 7 || Weekly.OrEmpty().Select(day => day.Day).Distinct().Count() != Weekly.CountOrZero())
            return Rejection.Malformed($"{field}.weekly", "Each weekday may be named once.");
        if (Weekly.OrEmpty().Any(day => !Enum.IsDefined(day.Day) || day.Periods.CountOrZero() > MaxPeriodsPerDay))
            return Rejection.Malformed($"{field}.weekly", $"A day has at most {MaxPeriodsPerDay} periods.");
        if (Exceptions.CountOrZero() > MaxExceptions)
            return Rejection.Malformed($"{field}.exceptions", $"At most {MaxExceptions} exceptions are kept.");
        if (Exceptions.OrEmpty().Select(exception => exception.Date).Distinct().Count() != Exceptions.CountOrZero())
            return Rejection.Malformed($"{field}.exceptions", "Each date may be named once.");
        if (Exceptions.OrEmpty().Any(exception => exception.Periods.CountOrZero() > MaxPeriodsPerDay || exception.Reason is { Length: > 200 }))
            return Rejection.Malformed($"{field}.exceptions", $"A day has at most {MaxPeriodsPerDay} periods, a reason at most 200 characters.");
        return null;
    }
}

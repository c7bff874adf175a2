namespace Coordination.Domain.Occupancy;

/// <summary>How busy a place is: 舒适, 较舒适, 拥挤, 很拥挤, 已满.</summary>
public enum Level
{
    Comfortable,
    Busy,
    Warning,
    Critical,
    Full,
}

/// <summary>
/// When a level is reached, in percent of the capacity. Levels rise at their threshold and fall only
/// <paramref name="Hysteresis"/> points below it, so that a figure at the edge does not flicker.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record LevelThresholds(
    [property: Id(0)] int Busy = 60,
    [property: Id(1)] int Warning = 80,
    [property: Id(2)] int Critical = 90,
    [property: Id(3)] int Full = 100,
    [property: Id(4)] int Hysteresis = 2)
{
    public static LevelThresholds Default { get; } = new();

    private int Of(Level level) => level switch
    {
        Level.Busy => Busy,
        Level.Warning => Warning,
        Level.Critical => Critical,
        Level.Full => Full,
        _ => 0,
    };

    /// <summary>The level of <paramref name="occupied"/> in <paramref name="capacity"/>, coming from <paramref name="previous"/>.</summary>
    /// <returns>Null where the capacity is unknown or zero: there is nothing to be a share of.</returns>
    public Level? Next(Level? previous, int occupied, int? capacity)
    {
        if (capacity is not > 0)
            return null;
        // Compared as integers: occupied / capacity >= percent / 100.
        var scaled = occupied * 100L;
        var level = Level.Comfortable;
        while (level < Level.Full && scaled >= (long)Of(level + 1) * capacity.Value)
            level++;
        if (previous is not { } held || held <= level)
            return level;
        while (held > level && scaled < (long)(Of(held) - Hysteresis) * capacity.Value)
            held--;
        return held;
    }

    internal Rejection? Validate(string field) =>
        Busy is > 0 && Busy < Warning && Warning < Critical && Critical < Full && Full <= 200 && Hysteresis is >= 0 and <= 20 && Hysteresis < Busy
            ? null
            : Rejection.Malformed(field, "Thresholds must rise from busy to full, 1 to 200 percent, with a hysteresis of 0 to 20 points.");
}

/// <summary>The numbers of a place that may be set per place; they take effect at a stated instant.</summary>
/// <param name="Levels">When a level is reached.</param>
/// <param name="StaleAfterMinutes">Minutes without input after which the figure counts as stale, 1 to 1,440.</param>
[GenerateSerializer, Immutable]
public sealed record OccupancyRules(
    [property: Id(0)] LevelThresholds? Levels = null,
    [property: Id(1)] int StaleAfterMinutes = 30)
{
    public static OccupancyRules Default { get; } = new();

    internal LevelThresholds Thresholds => Levels ?? LevelThresholds.Default;

    internal TimeSpan StaleAfter => TimeSpan.FromMinutes(StaleAfterMinutes);

    internal Rejection? Validate(string field) =>
        StaleAfterMinutes is < 1 or > 1440
            ? Rejection.Malformed($"{field}.staleAfterMinutes", "Between 1 and 1,440 minutes.")
            : Levels?.Validate($"{field}.levels");
}

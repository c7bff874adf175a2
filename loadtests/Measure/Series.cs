namespace Coordination.LoadTests.Measure;

/// <summary>
/// Rounds of baseline and subject, in turn: what else the machine does meanwhile hits both alike, and the median forgets the worst
/// of it. The ratio is taken within each round and only then the median, so a slow minute does not look like a slow subject.
/// </summary>
internal sealed class Series
{
    private readonly List<(double Baseline, double Subject)> rounds = [];

    public int Count => rounds.Count;

    public double Baseline => rounds.Select(round => round.Baseline).Median();

    public double Subject => rounds.Select(round => round.Subject).Median();

    public double Ratio => rounds.Select(round => round.Subject / round.Baseline).Median();

    public void Add(double baseline, double subject) => rounds.Add((baseline, subject));

    /// <summary>Measures baseline and subject in turn, beginning with either in turn.</summary>
    public static async Task<Series> AlternateAsync(int count, Func<Task<double>> baseline, Func<Task<double>> subject)
    {
        var series = new Series();
        for (var i = 0; i < count; i++)
        {
            if (i % 2 == 0)
            {
                var before = await baseline();
                series.Add(before, await subject());
            }
            else
            {
                var first = await subject();
                series.Add(await baseline(), first);
            }
        }
        return series;
    }

    public Figure ToFigure(string name, string unit, double? aimAtLeast = null, string? note = null) => new(
        name, unit, Subject, Baseline, Ratio,
        aimAtLeast is { } least ? FormattableString.Invariant($"≥ {least}") : null,
        aimAtLeast is { } wanted ? Ratio >= wanted : null,
        Count, note);
}

internal static class Statistics
{
    public static double Median(this IEnumerable<double> values) => values.Percentile(0.5);

    /// <summary>Linear between the two nearest.</summary>
    public static double Percentile(this IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
            return double.NaN;
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        return below + 1 < sorted.Length ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}

using System.Diagnostics;
using Coordination.Faults.Clients;

namespace Coordination.Faults.Checks;

/// <summary>Figures out of the clients' logs. All instants are <see cref="Stopwatch"/> ticks.</summary>
internal static class Measures
{
    /// <summary>A screen that is behind a confirmed change for longer than this was wrong.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(1);

    /// <summary>Per place the longest time within a span in which nothing was acknowledged.</summary>
    public static IReadOnlyList<TimeSpan> LongestGaps(IReadOnlyList<string> places, IEnumerable<Acknowledgement> acknowledged, long from, long to)
    {
        var byPlace = acknowledged.Where(told => told.Completed >= from && told.Completed <= to).ToLookup(told => told.Place, told => told.Completed);
        return [.. places.Select(place =>
        {
            var (last, longest) = (from, 0L);
            foreach (var at in byPlace[place].Order().Append(to))
                (last, longest) = (at, Math.Max(longest, at - last));
            return Stopwatch.GetElapsedTime(0, longest);
        })];
    }

    /// <summary>Per place how long after an instant the first thing was acknowledged that was asked for after it.</summary>
    public static IReadOnlyList<TimeSpan> ServedAfter(IReadOnlyList<string> places, IEnumerable<Acknowledgement> acknowledged, long instant)
    {
        var first = acknowledged.Where(told => told.Invoked > instant).GroupBy(told => told.Place).ToDictionary(place => place.Key, place => place.Min(told => told.Completed));
        return [.. places.Select(place => first.TryGetValue(place, out var at) ? Stopwatch.GetElapsedTime(instant, at) : TimeSpan.MaxValue)];
    }

    /// <summary>
    /// How long after an instant the last screen was right again: showed, or had shown since, everything that had been acknowledged a second
    /// before. Zero when none was ever behind. Of screens that may go to any host: one that is bound to a host can be no better than it.
    /// </summary>
    public static TimeSpan ScreensRightAfter(IReadOnlyList<Acknowledgement> acknowledged, IReadOnlyList<SeenView> views, long instant, long to)
    {
        var right = instant;
        var told = acknowledged.Where(one => one.Version is not null && one.Completed >= instant && one.Completed <= to).GroupBy(one => one.Place)
            .ToDictionary(place => place.Key, place => place.OrderBy(one => one.Version).ToArray());
        foreach (var ofScreen in views.Where(view => view.IsFree && told.ContainsKey(view.Place)).GroupBy(view => (view.Screen, view.Place)))
        {
            var (next, highest) = (0, 0L);
            var waited = told[ofScreen.Key.Place];
            foreach (var view in ofScreen)
            {
                highest = Math.Max(highest, view.Version);
                for (; next < waited.Length && waited[next].Version <= highest; next++)
                {
                    if (view.At > instant && Stopwatch.GetElapsedTime(waited[next].Completed, view.At) > Behind)
                        right = Math.Max(right, view.At);
                }
            }
        }
        return Stopwatch.GetElapsedTime(instant, right);
    }

    /// <summary>How long after it was asked for everything that was acknowledged in a span was on each screen that may go to any host.</summary>
    public static IReadOnlyCollection<TimeSpan> PushDelays(IReadOnlyList<Acknowledgement> acknowledged, IReadOnlyList<SeenView> views, long from, long to)
    {
        var delays = new List<TimeSpan>();
        var told = acknowledged.Where(one => one.Version is not null && one.Invoked >= from && one.Completed <= to).GroupBy(one => one.Place)
            .ToDictionary(place => place.Key, place => place.OrderBy(one => one.Version).ToArray());
        foreach (var ofScreen in views.Where(view => view.IsFree && told.ContainsKey(view.Place)).GroupBy(view => (view.Screen, view.Place)))
        {
            var next = 0;
            var waited = told[ofScreen.Key.Place];
            foreach (var view in ofScreen)
            {
                for (; next < waited.Length && waited[next].Version <= view.Version; next++)
                {
                    if (view.At > waited[next].Invoked)
                        delays.Add(Stopwatch.GetElapsedTime(waited[next].Invoked, view.At));
                }
            }
        }
        return delays;
    }

    /// <summary>The value below which a part of the values lies.</summary>
    public static TimeSpan Quantile(IReadOnlyCollection<TimeSpan> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(part * sorted.Length) - 1 is var i && i < 0 ? 0 : i)];
    }
}

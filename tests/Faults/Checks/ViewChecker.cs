using System.Globalization;
using Coordination.Faults.Clients;

namespace Coordination.Faults.Checks;

/// <summary>
/// Holds what people saw against the store: every view is the place as it was with that many durable events, free places are never
/// negative and never more than the capacity, and on one connection a topic only goes forward.
/// </summary>
internal static class ViewChecker
{
    public static void Compare(IReadOnlyDictionary<string, StoredPlace> found, IReadOnlyList<SeenView> views, List<string> problems)
    {
        var last = new Dictionary<(int Connection, string Place), SeenView>();
        foreach (var seen in views)
        {
            if (!found.TryGetValue(seen.Place, out var place) || place.At(seen.Version) is not { } real)
            {
                problems.Add($"{seen} was shown, and is not in the store.");
                continue;
            }
            if (seen.Figures != real)
                problems.Add($"{seen} was shown, and is {Text(real)} in the store.");
            if (seen.Free != real.Free || seen.Free < 0 || seen.Free > seen.Figures.Capacity)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{seen} was shown with {seen.Free} free."));
            if (!seen.Pushed)
                continue;
            if (last.TryGetValue((seen.Connection, seen.Place), out var before) && !seen.IsAfter(before))
                problems.Add($"{seen} was shown after {before} on one connection.");
            last[(seen.Connection, seen.Place)] = seen;
        }
    }

    /// <summary>Whether a screen shows what is in the store now, for each of its places.</summary>
    public static void CompareLast(IReadOnlyDictionary<string, StoredPlace> found, string screen, Func<string, SeenView?> latest, List<string> problems)
    {
        foreach (var place in found.Values)
        {
            if (latest(place.Name) is not { } seen)
                problems.Add($"{screen} shows nothing of {place.Name}.");
            else if (seen.Version != place.Version)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{screen} shows {seen} at the end, and the store has version {place.Version}."));
        }
    }

    internal static string Text(Figures figures) => string.Create(CultureInfo.InvariantCulture, $"{figures.Occupied} of {figures.Capacity}");
}

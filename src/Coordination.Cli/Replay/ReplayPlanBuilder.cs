using Coordination.Client;

namespace Coordination.Cli.Replay;

/// <summary>Collects what the readers find. Gives every reading its sequence number and knows repeats.</summary>
internal sealed class ReplayPlanBuilder(string prefix)
{
    private readonly SlugBook slugs = new(prefix);
    private readonly List<ReplayPlace> places = [];
    private readonly Dictionary<string, int> placeByPath = new(StringComparer.Ordinal);
    private readonly List<PlaceSequence> sequences = [];
    private readonly List<ReplayItem> items = [];
    private readonly List<UnreadableLine> unreadable = [];
    private int withoutTime;

    /// <summary>The place that stands for <paramref name="key"/> in the files.</summary>
    /// <param name="kind">Path of the kind, such as <c>parking-lots</c>.</param>
    /// <param name="key">What the files call it.</param>
    /// <param name="profile">What they say about it; replaces what they said before.</param>
    /// <param name="countsFree">Its readings are free places.</param>
    public int Place(string kind, string key, PlaceProfile profile, bool countsFree = false)
    {
        var path = $"{kind}/{slugs.SlugOf(key)}";
        var place = new ReplayPlace(path, profile, countsFree);
        if (placeByPath.TryGetValue(path, out var index))
        {
            places[index] = place;
            return index;
        }
        placeByPath.Add(path, places.Count);
        places.Add(place);
        sequences.Add(new PlaceSequence());
        return places.Count - 1;
    }

    public void Reading(int place, DateTimeOffset at, int value, DateTimeOffset? when = null)
    {
        var (sequence, isRepeat) = sequences[place].Of(at, value);
        items.Add(new ReplayItem(place, at, when ?? at, value, sequence, isRepeat));
    }

    /// <summary>Opens a place by hand, or closes it with a reason.</summary>
    public void Operation(int place, DateTimeOffset when, string? closedBecause) =>
        items.Add(new ReplayItem(place, when, when, 0, 0, false, closedBecause ?? ""));

    public void WithoutTime() => withoutTime++;

    public void Unreadable(string file, long line, string reason) => unreadable.Add(new UnreadableLine(file, line, reason));

    public ReplayPlan Build() => new(places, items, unreadable, withoutTime);
}
